# SPDX-License-Identifier: Apache-2.0
"""Faults of the IP operator. Its program is the stand-in of parts/provider-standin, whose behaviour
follows what was observed of the real one."""

from bench import Row, apply, claim, fresh, get, kubectl, patch, run

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
        pod = kubectl("-n", SPACE, "get", "pods", "-l", labels, "-o", "jsonpath={.items[0].metadata.name}")
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
    """Signature of a stuck discovery: no Service at its start, put right later."""
    kept = fresh(get("-n", "metallb-system", "service", "controller"))
    kubectl("-n", "metallb-system", "delete", "service", "controller")
    restart()
    limit = 30
    while "dns discovery failed" not in kubectl("-n", SPACE, "logs", DEPLOYMENT, "--tail=-1", check=False) and limit:
        limit -= 1
    apply(kept)


def drop_service():
    kubectl("-n", SPACE, "delete", "service", "operator-ip")


def image(tag):
    def change():
        kubectl("-n", SPACE, "set", "image", DEPLOYMENT, f"operator-ip=ghcr.io/akash-network/provider:{tag}")
        kubectl("-n", SPACE, "rollout", "status", DEPLOYMENT, "--timeout=60s")
    return change


def failed_upgrade():
    """Its image is not to be had, and Helm does not wait long: the release fails, the old pod stays."""
    done = run("helm", "-n", SPACE, "upgrade", "akash-ip-operator", "akash-ip-operator", "--repo", REPOSITORY, "--version", "19.0.2",
               "--reuse-values", "--set", "image.repository=example.com/none", "--wait", "--timeout", "1s", check=False)
    claim(done.returncode != 0, "the upgrade was meant to fail")


ROWS = [
    Row("IP operator started before MetalLB's Service", {"IPL-IPO-014"}, starts_before_metallb, cure=RESTART),
    Row("IP operator stuck, cured by --fix", {"IPL-IPO-014"}, starts_before_metallb, fix=True, long=True),
    Row("IP operator hangs", {"IPL-IPO-016"}, fault("hang"), cure=RESTART),
    Row("IP operator's barrier locked", {"IPL-IPO-015"}, fault("503"), fix=True),
    Row("IP operator stopped", {"IPL-IPO-012"}, lambda: kubectl("-n", SPACE, "scale", DEPLOYMENT, "--replicas=0"),
        cure=["kubectl", "-n", SPACE, "scale", DEPLOYMENT, "--replicas=1"]),
    Row("IP operator without an address", {"IPL-IPO-013"}, empty_address, fix=True),
    Row("IP operator of another provider", {"IPL-IPO-019"}, address(OTHER), fix=True),
    Row("IP operator runs with an old address", {"IPL-IPO-020"}, old_address, cure=RESTART),
    Row("Service of the IP operator deleted", {"IPL-IPO-021"}, drop_service,
        cure=["helm", "-n", SPACE, "rollback", "akash-ip-operator"]),
    Row("IP operator of another version", {"IPL-IPO-018"}, image("0.16.1"), undo=image("0.16.2")),
    Row("IP operator deleted by hand", {"IPL-IPO-010"}, lambda: kubectl("-n", SPACE, "delete", DEPLOYMENT),
        cure=["helm", "-n", SPACE, "rollback", "akash-ip-operator"]),
    Row("upgrade of the IP operator failed", {"IPL-IPO-011"}, failed_upgrade,
        undo=lambda: run("helm", "-n", SPACE, "rollback", "akash-ip-operator")),
    Row("IP operator uninstalled", {"IPL-IPO-010"}, lambda: run("helm", "-n", SPACE, "uninstall", "akash-ip-operator"),
        fix=True, long=True),
]
