# SPDX-License-Identifier: Apache-2.0
"""Faults of the IP operator. Its program is the stand-in from parts/provider-standin, which behaves as the real one was
observed to."""

import time
from pathlib import Path

from bench import (PATIENCE, Row, apply, claim, fresh, get, kubectl, newest_pod, patch, peak_mib, processes, run,
                   standin_kubelet)

SPACE = "akash-services"
DEPLOYMENT = "deployment/operator-ip"
LABELS = "app.kubernetes.io/instance=ip-service"
REPOSITORY = "http://127.0.0.1:8879/akash"
OTHER = "akash16l4nf3z6xttgk673q536p873axmy8c7aggre3g"
RESTART = ["kubectl", "-n", SPACE, "rollout", "restart", DEPLOYMENT]


def restart():
    kubectl("-n", SPACE, "rollout", "restart", DEPLOYMENT)
    kubectl("-n", SPACE, "rollout", "status", DEPLOYMENT, "--timeout=60s", check=False)


def fault(mode, labels=LABELS):
    def make():
        pod = newest_pod(SPACE, labels)
        kubectl("get", "--raw", f"/api/v1/namespaces/{SPACE}/pods/{pod}:9099/proxy/fault?mode={mode}")
    return make


def address(text):
    return lambda: patch(SPACE, "configmap/operator-ip", {"data": {"provider-address": text}})


def empty_address():
    address("")()
    restart()


def old_address():
    right = get("-n", SPACE, "configmap", "operator-ip")["data"]["provider-address"]
    address(OTHER)()
    restart()
    address(right)()


def starts_before_metallb():
    """The sign of a stuck discovery: no Service when it started, fixed later."""
    kept = fresh(get("-n", "metallb-system", "service", "controller"))
    kubectl("-n", "metallb-system", "delete", "service", "controller")
    restart()
    limit = 30
    while "dns discovery failed" not in kubectl("-n", SPACE, "logs", newest_pod(SPACE, LABELS), "--tail=-1", check=False) and limit:
        limit -= 1
    apply(kept)


def beside_the_old():
    """The stuck pod ignores SIGTERM. For 30 s it exists, with its log, beside the new pod, whose barrier is locked for
    another reason."""
    starts_before_metallb()
    restart()
    fault("503")()
    pods = get("-n", SPACE, "pods", "-l", LABELS)["items"]
    claim(sum("deletionTimestamp" in pod["metadata"] for pod in pods) == 1, f"no pod is Terminating: {len(pods)} pods")


def operator_writes(chunks):
    """Writes to the log of the running IP operator, as if the operator wrote it."""
    kubelet = standin_kubelet()

    def running():
        return [pid for pid, words in processes() if "provider-services" in words[0] and words[1:3] == ["operator", "ip"]
                and f"PPid:\t{kubelet}\n" in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")]

    limit = time.monotonic() + PATIENCE  # one that an earlier row replaced takes 30 s to end
    while len(pids := running()) != 1:
        claim(time.monotonic() < limit, f"{len(pids)} IP operators run")
        time.sleep(0.5)
    with open(f"/proc/{pids[0]}/fd/1", "wb") as log:
        for chunk in chunks:
            log.write(chunk)


STOPPED = b"<nil> ERR observation stopped err=\"%s\"\n"


def long_log():
    """A trouble that is over, then 50 MB of log. Only the end counts, and only the end is kept in memory."""
    fault("503")()
    line = b"<nil> INF ip address inventory available=21 in-use=0 " + 140 * b"x" + b"\n"
    filler = 1024 * line
    operator_writes([b"<nil> ERR dns discovery failed err=\"no such host\"\n", STOPPED % b"the first words",
                     *[filler] * (50_000_000 // len(filler) + 1), STOPPED % b"the last words"])
    limit = time.monotonic() + PATIENCE
    while "the last words" not in kubectl("-n", SPACE, "logs", DEPLOYMENT, "--tail=20"):
        claim(time.monotonic() < limit, "the log does not come to its end")
    peak = peak_mib("doctor")
    claim(peak < 40, f"a doctor with a log of 50 MB held {peak:.0f} MiB")


def only_codes():
    fault("503")()
    operator_writes([5000 * b"\x1b[31m\x1b[0m\x1b]0;title\x07\x1b[2J\n"])


def drop_service():
    kubectl("-n", SPACE, "delete", "service", "operator-ip")


def image(tag):
    def change():
        kubectl("-n", SPACE, "set", "image", DEPLOYMENT, f"operator-ip=ghcr.io/akash-network/provider:{tag}")
        kubectl("-n", SPACE, "rollout", "status", DEPLOYMENT, "--timeout=60s")
    return change


def failed_upgrade():
    """Its image cannot be pulled, and Helm does not wait long. The release fails and the old pod stays."""
    done = run("helm", "-n", SPACE, "upgrade", "akash-ip-operator", "akash-ip-operator", "--repo", REPOSITORY, "--version", "19.0.2",
               "--reuse-values", "--set", "image.repository=example.com/none", "--wait", "--timeout", "1s", check=False)
    claim(done.returncode != 0, "the upgrade was meant to fail")


BROKEN = {"apiVersion": "akash.network/v2beta2", "kind": "ProviderLeasedIP", "metadata": {"name": "broken", "namespace": "lease"},
          "spec": {"lease_id": {"owner": "tenant", "dseq": "1", "gseq": 1, "oseq": 1, "provider": OTHER}, "service_name": "web",
                   "port": 80, "external_port": 80, "sharing_key": "k", "protocol": "TCP"}}


def broken_lease():
    apply(BROKEN)
    kubectl("-n", SPACE, "rollout", "restart", DEPLOYMENT)


WEB = {"app": "web-in-its-place"}
STRANGER = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-in-its-place", "namespace": SPACE, "labels": WEB},
            "spec": {"terminationGracePeriodSeconds": 1, "containers": [
                {"name": "web", "image": "ghcr.io/akash-network/provider:0.16.2", "args": ["provider-services", "web"],
                 "ports": [{"name": "rest", "containerPort": 3000}]}]}}


def something_else_answers():
    KEPT["selector"] = get("-n", SPACE, "service", "operator-ip")["spec"]["selector"]
    apply(STRANGER)
    patch(SPACE, "service/operator-ip", [{"op": "replace", "path": "/spec/selector", "value": WEB}], "json")


def itself_answers():
    patch(SPACE, "service/operator-ip", [{"op": "replace", "path": "/spec/selector", "value": KEPT["selector"]}], "json")
    kubectl("-n", SPACE, "delete", "pod", "web-in-its-place")


KEPT = {}
ROWS = [
    Row("IP operator started before MetalLB's Service", {"IPL-IPO-014"}, starts_before_metallb, cure=RESTART),
    Row("IP operator stuck, cured by --fix", {"IPL-IPO-014"}, starts_before_metallb, fix=True, long=True),
    Row("IP operator hangs", {"IPL-IPO-016"}, fault("hang"), cure=RESTART, long=True),
    Row("IP operator's barrier locked", {"IPL-IPO-015"}, fault("503"), fix=True),
    Row("a stuck IP operator Terminating beside the new one", {"IPL-IPO-015"}, beside_the_old, fix=True, long=True),
    Row("IP operator's log of 50 MB", {"IPL-IPO-015"}, long_log, fix=True, long=True, says="the last words"),
    Row("IP operator's log of escape codes only", {"IPL-IPO-015"}, only_codes, fix=True, long=True,
        says="503 with an empty body"),
    Row("IP operator stopped", {"IPL-IPO-012"}, lambda: kubectl("-n", SPACE, "scale", DEPLOYMENT, "--replicas=0"),
        cure=["kubectl", "-n", SPACE, "scale", DEPLOYMENT, "--replicas=1"], long=True),
    Row("IP operator without an address", {"IPL-IPO-013"}, empty_address, fix=True),
    Row("IP operator of another provider", {"IPL-IPO-019"}, address(OTHER), fix=True, long=True),
    Row("IP operator runs with an old address", {"IPL-IPO-020"}, old_address, cure=RESTART),
    Row("a leased-address object with a wrong owner", {"IPL-IPO-065"}, broken_lease, says="lease/broken: its owner `tenant`",
        cure=["kubectl", "-n", "lease", "delete", "providerleasedips.akash.network", "broken"]),
    Row("something else answers in the IP operator's place", {"IPL-IPO-066"}, something_else_answers, undo=itself_answers,
        says="a tenant's page"),
    Row("Service of the IP operator deleted", {"IPL-IPO-021"}, drop_service,
        cure=["helm", "-n", SPACE, "rollback", "akash-ip-operator"], long=True),
    Row("IP operator of another version", {"IPL-IPO-018"}, image("0.16.1"), undo=image("0.16.2"), long=True),
    Row("IP operator deleted by hand", {"IPL-IPO-010"}, lambda: kubectl("-n", SPACE, "delete", DEPLOYMENT),
        cure=["helm", "-n", SPACE, "rollback", "akash-ip-operator"], long=True),
    Row("upgrade of the IP operator failed", {"IPL-IPO-011"}, failed_upgrade,
        undo=lambda: run("helm", "-n", SPACE, "rollback", "akash-ip-operator")),
    Row("IP operator uninstalled", {"IPL-IPO-010"}, lambda: run("helm", "-n", SPACE, "uninstall", "akash-ip-operator"),
        fix=True, long=True),
]
