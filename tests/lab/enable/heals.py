# SPDX-License-Identifier: Apache-2.0
"""`enable` fixes what `doctor --fix` fixes. An IP operator that crashes because of a wrong address gets the right one
and is replaced at once, whatever its back-off. If enable must not start, it is refused within a second, with the
reason."""

import json
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from onlab import claim, iplease, kubectl, main  # noqa: E402

SPACE = ("-n", "akash-services")
POD = (*SPACE, "pod", "akash-provider-0")


def crashes():
    return kubectl(*SPACE, "get", "pods", "-l", "app.kubernetes.io/instance=ip-service", "-o",
                   "jsonpath={.items[*].status.containerStatuses[*].restartCount}").split()


def wrong_address(seconds):
    kubectl(*SPACE, "patch", "configmap", "operator-ip", "--type=merge", "-p",
            json.dumps({"data": {"provider-address": "akash1wrong"}}))
    kubectl(*SPACE, "rollout", "restart", "deployment/operator-ip")
    kubectl(*SPACE, "delete", "pods", "-l", "app.kubernetes.io/instance=ip-service", "--wait=false")
    limit = time.monotonic() + seconds
    while not any(int(count) > 2 for count in crashes()):
        claim(time.monotonic() < limit, f"it does not crash: {crashes()}")
        time.sleep(1)


def heals():
    wrong_address(180)
    started = time.monotonic()
    told = iplease("enable", "--yes", check=False)
    took = time.monotonic() - started
    claim(told.returncode == 0, f"exit {told.returncode} after {took:.0f} s\n{told.stdout}\n{told.stderr}")
    claim(took < 90, f"it waited for the back-off: {took:.0f} s")
    claim("nothing to do" in iplease("enable", "--yes").stdout, "there is still something to do")
    print(f"an IP operator in its back-off: healed by enable in {took:.0f} s", flush=True)


def scaled_to_zero():
    for space, name in (("metallb-system", "deployment/metallb-controller"), ("akash-services", "deployment/operator-ip")):
        kubectl("-n", space, "scale", name, "--replicas=0")
        kubectl("-n", space, "rollout", "status", name, "--timeout=60s")
        started = time.monotonic()
        told = iplease("enable", "--yes", check=False)
        claim(told.returncode != 0 and "IPL-CLU-065" in told.stderr and f"{name} is scaled to 0" in told.stderr,
              f"{name}: exit {told.returncode}\n{told.stdout}\n{told.stderr}")
        claim(time.monotonic() - started < 30, f"{name}: it waited")
        kubectl("-n", space, "scale", name, "--replicas=1")
        kubectl("-n", space, "rollout", "status", name, "--timeout=60s")
        print(f"{name} at 0: told at once", flush=True)


def no_successor():
    """The pod lacks the switch, and its Secret was emptied meanwhile. A restart would leave no provider."""
    kubectl(*SPACE, "patch", "secret", "akash-provider-keys", "--type=merge", "-p", '{"data": null}')
    kubectl(*SPACE, "patch", "configmap", "akash-provider-main", "--type=merge", "-p", '{"data": {"AKASH_IP_OPERATOR": "false"}}')
    kubectl(*SPACE, "patch", "statefulset", "akash-provider", "--type=merge", "-p",
            json.dumps({"spec": {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None},
                                 "template": {"metadata": {"annotations": {"test": "another revision"}}}}}))
    before = kubectl("get", *POD, "-o", "jsonpath={.metadata.uid}")
    told = iplease("enable", "--yes", check=False)
    claim(told.returncode != 0 and "IPL-PRV-065" in told.stderr and "Secret akash-provider-keys is empty" in told.stderr,
          f"exit {told.returncode}\n{told.stdout}\n{told.stderr}")
    claim(kubectl("get", *POD, "-o", "jsonpath={.metadata.uid}") == before, "the pod was replaced")
    print("an emptied Secret: enable leaves the pod alone", flush=True)


def standin(labels, what):
    """Sends a GET to the fault port of the running stand-in with these labels."""
    pods = json.loads(kubectl(*SPACE, "get", "pods", "-l", labels, "-o", "json"))["items"]
    pod = next(one["metadata"]["name"] for one in pods if "deletionTimestamp" not in one["metadata"])
    kubectl("get", "--raw", f"/api/v1/namespaces/akash-services/pods/{pod}:9099/proxy/{what}")


def provider_too_early():
    """The provider found no IP operator Service at its start and hangs, and the IP operator is locked. Enable restarts
    what doctor --fix restarts: first the IP operator and then, once it answers, the provider."""
    kept = json.loads(kubectl(*SPACE, "get", "service", "operator-ip", "-o", "json"))
    kept["metadata"] = {key: kept["metadata"][key] for key in ("name", "namespace", "labels", "annotations") if key in kept["metadata"]}
    kubectl(*SPACE, "delete", "service", "operator-ip")
    before = kubectl("get", *POD, "-o", "jsonpath={.metadata.uid}")
    kubectl(*SPACE, "delete", "pod", "akash-provider-0", "--wait=false")
    limit = time.monotonic() + 120
    while kubectl("get", *POD, "--ignore-not-found", "-o", "jsonpath={.metadata.uid}") in ("", before):
        claim(time.monotonic() < limit, "no pod came after the one that was deleted")
        time.sleep(0.2)
    while "dns discovery failed" not in kubectl(*SPACE, "logs", "akash-provider-0", "-c", "provider", check=False):
        claim(time.monotonic() < limit, "the provider did not look for the IP operator")
        time.sleep(1)
    for key in ("clusterIP", "clusterIPs"):
        kept["spec"].pop(key, None)
    kubectl("apply", "-f", "-", stdin=json.dumps(kept))
    standin("app.kubernetes.io/instance=ip-service", "fault?mode=503")
    before = kubectl("get", *POD, "-o", "jsonpath={.metadata.uid}")
    plan = iplease("plan").stdout
    claim("it does not answer on 8443/status" in plan, f"the plan does not say why: {plan}")
    told = iplease("enable", "--yes", check=False)
    claim(told.returncode == 0, f"exit {told.returncode}\n{told.stdout}\n{told.stderr}")
    claim(kubectl("get", *POD, "-o", "jsonpath={.metadata.uid}") != before, f"it hangs on: {told.stdout}\n{told.stderr}")
    claim("nothing to do" in iplease("enable", "--yes").stdout, "there is still something to do")
    print("a provider that started before the IP operator: enable replaces it", flush=True)


def test():
    iplease("enable", "--yes")
    heals()
    provider_too_early()
    scaled_to_zero()
    no_successor()


main(test)
