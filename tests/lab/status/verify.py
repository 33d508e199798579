# SPDX-License-Identifier: Apache-2.0
"""`iplease verify`: what it proves, what it says if it cannot, and that it always cleans up."""

import json
import signal
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))

from onlab import audit_mark, claim, client, iplease, kubectl, main, play, shell, writes_since  # noqa: E402
from inflight import kill_in, send_in  # noqa: E402
from json_schema import check, check_stream  # noqa: E402
from leases import until  # noqa: E402

BOTH = ("iplease-verify", "iplease-verify-shared")


def services():
    listed = json.loads(kubectl("get", "services", "-A", "-l", "app.kubernetes.io/managed-by=iplease", "-o", "json"))
    return {one["metadata"]["name"]: one for one in listed["items"] if one["metadata"]["name"] in BOTH}


def address_of(service):
    return service["status"]["loadBalancer"]["ingress"][0]["ip"]


def refused(identity, code, *args):
    """Reported by id before anything is written."""
    mark = audit_mark()
    told = iplease("verify", *args, check=False)
    claim(told.returncode == code and identity in told.stderr, f"wanted {identity}, exit {code}: {told}")
    claim(writes_since(mark) == [], f"{identity}: it wrote {writes_since(mark)}")


def expect(identity, saying, *args):
    """Tried and failed: exit 4, with the reason. Nothing is left behind."""
    told = iplease("verify", "--timeout", "verify=3s", *args, check=False)
    claim(told.returncode == 4 and identity in told.stderr, f"wanted {identity}, exit 4: {told}")
    claim(saying in told.stderr, f"{identity} does not say {saying!r}: {told.stderr}")
    claim("Resume with:  iplease verify" in told.stderr, told.stderr)
    claim(services() == {}, f"{identity}: left {list(services())}")


def before_enable():
    refused("IPL-VER-005", 3)
    refused("IPL-CLU-001", 11, "--context", "nowhere")
    refused("IPL-CLU-005", 7, "--expect-cluster", "other")
    iplease("enable", "--yes")


def plain():
    told = iplease("verify")
    claim(told.stdout.startswith("verified: 203.0.113."), told)
    claim("announced by node1" in told.stdout and "iplease verify --keep" in told.stdout, told.stdout)
    claim(services() == {}, "verify left its Services")
    lines = check_stream(iplease("verify", "-o", "json").stdout)
    verified = next(line for line in lines if line["type"] == "verified")
    claim(verified["announced_by"] == "node1" and verified["ports"] == [8443, 8444], verified)
    claim(lines[-1]["type"] == "result" and lines[-1]["exit"] == 0, lines[-1])


def asked_address():
    told = iplease("verify", "--address", "203.0.113.117")
    claim("verified: 203.0.113.117 " in told.stdout, told)
    refused("IPL-VER-006", 2, "--address", "203.0.113.99")
    refused("IPL-VER-006", 2, "--address", "203.0.113")
    kubectl("apply", "-f", "-", stdin=json.dumps({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "holder", "namespace": "default"},
        "spec": {"type": "LoadBalancer", "loadBalancerIP": "203.0.113.117", "ports": [{"port": 80}]}}))
    until("the holder's address", lambda: "203.0.113.117" in kubectl("get", "service", "holder"))
    refused("IPL-VER-007", 3, "--address", "203.0.113.117")
    kubectl("delete", "service", "holder")


def kept():
    """Both Services are kept, on one address, and answer on the second host. Then they are removed."""
    told = iplease("verify", "--keep")
    there = services()
    claim(sorted(there) == sorted(BOTH), f"--keep left {list(there)}")
    addresses = {address_of(one) for one in there.values()}
    claim(len(addresses) == 1, f"two ports, addresses {addresses}")
    keys = {one["metadata"]["annotations"]["metallb.universe.tf/allow-shared-ip"] for one in there.values()}
    claim(len(keys) == 1, keys)
    for line in [line.strip() for line in told.stdout.splitlines() if "curl" in line]:
        # As the operator would paste it, but with a time limit.
        words = line.split()
        answer = until(line, lambda: client(words[0], "-s", "--max-time", "3", *words[1:]).stdout)
        claim('"cluster"' in answer, f"{line}: {answer!r}")
    claim(told.stdout.count("curl") == 2, told.stdout)
    iplease("verify")
    claim(services() == {}, "the next verify did not remove what was kept")


def stopped_in_the_middle():
    """While the provider answers with 503 the run keeps waiting, so that the test can interrupt it."""
    provider_fault("503")
    run = send_in("verify/answers", signal.SIGINT, "verify")
    out, err = run.communicate(timeout=60)
    claim(run.returncode == 130 and "IPL-RUN-005" in err, f"exit {run.returncode}: {out}{err}")
    claim(services() == {}, f"Ctrl-C left {list(services())}")

    kill_in("verify/answers", "verify")
    claim(sorted(services()) == sorted(BOTH), f"killed, it left {list(services())}")
    owed = check("status", json.loads(iplease("status", "-o", "json").stdout))["owed"]
    claim([one["id"] for one in owed] == ["remove-verify-service"], owed)
    provider_fault("none")
    iplease("verify")
    claim(services() == {}, "the next run did not remove what the killed one left")
    claim(check("status", json.loads(iplease("status", "-o", "json").stdout))["owed"] == [], "still owed")


def nothing_announces():
    """Reported at once, without waiting for a node."""
    kept_one = json.loads(kubectl("-n", "metallb-system", "get", "l2advertisement", "l2advertisement1", "-o", "json"))
    kubectl("-n", "metallb-system", "delete", "l2advertisement", "l2advertisement1")
    refused("IPL-VER-003", 3)
    kept_one["metadata"] = {"name": "l2advertisement1", "namespace": "metallb-system"}
    kubectl("apply", "-f", "-", stdin=json.dumps(kept_one))


def full_pool():
    patch_pool(["203.0.113.100/32"])
    kubectl("create", "service", "loadbalancer", "only", "--tcp=80")
    until("the last address", lambda: "203.0.113.100" in kubectl("get", "service", "only"))
    refused("IPL-VER-009", 3)
    kubectl("delete", "service", "only")
    patch_pool(["203.0.113.100-203.0.113.120"])


def patch_pool(addresses, **more):
    kubectl("-n", "metallb-system", "patch", "ipaddresspool", "default", "--type", "merge", "-p",
            json.dumps({"spec": {"addresses": addresses, **more}}))


def not_assigning():
    patch_pool(["203.0.113.100-203.0.113.120"], autoAssign=False)
    expect("IPL-VER-009", "autoAssign: false")
    patch_pool(["203.0.113.100-203.0.113.120"], autoAssign=True)


def another_pool():
    """A second pool assigns automatically and the first does not, so the address comes from a pool that Akash does not
    count."""
    kubectl("apply", "-f", "-", stdin=json.dumps({
        "apiVersion": "metallb.io/v1beta1", "kind": "IPAddressPool",
        "metadata": {"name": "other", "namespace": "metallb-system"}, "spec": {"addresses": ["203.0.113.130/32"]}}))
    patch_pool(["203.0.113.100-203.0.113.120"], autoAssign=False)
    expect("IPL-VER-001", "comes from another pool")
    kubectl("-n", "metallb-system", "delete", "ipaddresspool", "other")
    patch_pool(["203.0.113.100-203.0.113.120"], autoAssign=True)


def provider_fault(mode):
    kubectl("get", "--raw", f"/api/v1/namespaces/akash-services/pods/akash-provider-0:9099/proxy/fault?mode={mode}")


def no_answer():
    provider_fault("503")
    expect("IPL-VER-004", "ServiceUnavailable")
    provider_fault("none")


def provider_not_there():
    """A provider scaled to 0 makes no bids."""
    kubectl("-n", "akash-services", "scale", "statefulset", "akash-provider", "--replicas=0")
    kubectl("-n", "akash-services", "wait", "--for=delete", "pod/akash-provider-0", "--timeout=60s")
    refused("IPL-VER-086", 3)
    kubectl("-n", "akash-services", "scale", "statefulset", "akash-provider", "--replicas=1")
    kubectl("-n", "akash-services", "rollout", "status", "statefulset", "akash-provider", "--timeout=120s")


def not_shared():
    """The second port's Service already exists and asks for another address. Its ports are ours: without force, the
    server would refuse them as a conflict."""
    kubectl("apply", "-f", "-", stdin=json.dumps({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "iplease-verify-shared", "namespace": "akash-services"},
        "spec": {"type": "LoadBalancer", "loadBalancerIP": "203.0.113.120", "ports": [{"port": 8444, "targetPort": 8443, "name": "verify"}]}}))
    expect("IPL-VER-008", "203.0.113.120")


def no_events():
    """A MetalLB that may not write events assigns the address, and nothing shows why it is not announced."""
    role = json.loads(kubectl("get", "clusterrole", "metallb:controller", "-o", "json"))
    rules = [rule for rule in role["rules"] if "events" not in rule.get("resources", [])]
    claim(len(rules) < len(role["rules"]), role["rules"])
    patch_rules(rules)
    expect("IPL-VER-002", "IPAllocated")
    patch_rules(role["rules"])


def patch_rules(rules):
    kubectl("patch", "clusterrole", "metallb:controller", "--type", "merge", "-p", json.dumps({"rules": rules}))


def no_controller():
    kubectl("-n", "metallb-system", "scale", "deployment", "metallb-controller", "--replicas=0")
    until("no controller", lambda: "0/0" in kubectl("-n", "metallb-system", "get", "deployment", "metallb-controller"))
    refused("IPL-VER-010", 3)
    kubectl("-n", "metallb-system", "scale", "deployment", "metallb-controller", "--replicas=1")
    kubectl("-n", "metallb-system", "rollout", "status", "deployment", "metallb-controller", "--timeout=60s")


def afterwards():
    """After all of that the lease still works."""
    until("verified again", lambda: iplease("verify", check=False).returncode == 0, 60)


def without_provider():
    """Without a provider MetalLB's own controller is behind the Services."""
    shell("helm", "-n", "akash-services", "uninstall", "akash-provider", "--wait")
    told = iplease("verify", "--keep")
    claim("curl http://203.0.113." in told.stdout and ":7472/metrics" in told.stdout, told)
    claim("that one bids on IP leases was not proved" in told.stdout, told)
    line = next(line.split() for line in told.stdout.splitlines() if "curl" in line)
    until("MetalLB's metrics from outside",
          lambda: "metallb_" in client(line[0], "-s", "--max-time", "3", *line[1:]).stdout)
    iplease("verify")
    claim(services() == {}, f"left {list(services())}")


def test():
    play(before_enable, plain, asked_address, kept, stopped_in_the_middle, nothing_announces, full_pool, not_assigning,
         another_pool, no_answer, provider_not_there, not_shared, no_events, no_controller, afterwards, without_provider,
         long=(stopped_in_the_middle, not_assigning, another_pool, provider_not_there, not_shared, no_events, without_provider))


main(test)
