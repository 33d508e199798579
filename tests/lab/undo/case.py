# SPDX-License-Identifier: Apache-2.0
"""`iplease undo` on a cluster. Afterwards everything is as before enable, except for what somebody else changed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "strictarp"))
from dump import dump, nothing_left, same, undo, values_file  # noqa: E402
from killing import kill_in  # noqa: E402
from onlab import IPLEASE, LAB, LABCTL, STATE, audit_mark, claim, iplease, kubectl, main, no_canary, play, shell, usage, \
    writes_since  # noqa: E402

HOME = STATE / "home"
VALUES = values_file()
METALLB = ("-n", "metallb-system")
REPO = "http://127.0.0.1:8879/metallb"
WIDER = "203.0.113.100-203.0.113.125"


def reset():
    subprocess.run([LABCTL, "reset", "--name", LAB], check=True, timeout=300, stdout=subprocess.DEVNULL)
    shutil.rmtree(HOME / ".local" / "state" / "iplease", ignore_errors=True)


def whole():
    before = dump()
    iplease("enable", "--yes")
    claim(len(dump()) > len(before), "enable made nothing")
    mark = audit_mark()
    planned = undo("--dry-run").stdout
    claim("helm" in planned and "uninstall" in planned and writes_since(mark) == [], planned)
    told = undo("--yes")
    same("undo", before, dump())
    claim("before:" in told.stdout and "  ! " not in told.stdout, f"the table: {told.stdout}")
    nothing_left("undo")
    iplease("enable", "--yes")
    undo("--yes")
    same("a second time", before, dump())


def set_pool(*addresses):
    kubectl(*METALLB, "patch", "ipaddresspool", "default", "--type=merge", "-p", json.dumps({"spec": {"addresses": addresses}}))


def pool():
    return json.loads(kubectl(*METALLB, "get", "ipaddresspool", "default", "-o", "jsonpath={.spec.addresses}"))


def foreign():
    """A pool that somebody widened stays, and with it MetalLB and the namespace. The rest goes. The journal remembers
    the pool, and undo removes it once it is as iplease left it."""
    before = dump()
    iplease("enable", "--yes")
    ours = pool()
    set_pool(WIDER)
    text = VALUES.read_text(encoding="utf-8")
    VALUES.write_text(text + "# a word of the operator's\n", encoding="utf-8")
    told = undo("--yes", code=10)
    claim(told.returncode == 10, told.stderr)
    stays = "stays: IPAddressPool default was changed since"
    claim(stays in told.stdout, told.stdout)
    claim(pool() == [WIDER], f"the pool is {pool()}")
    claim("metallb" in shell("helm", "list", *METALLB, "-q").stdout, "MetalLB went with somebody's pool")
    claim("akash-ip-operator" not in shell("helm", "list", "-n", "akash-services", "-q").stdout, "the IP operator stays")
    claim(VALUES.read_text(encoding="utf-8") == before["file", str(VALUES)] + "# a word of the operator's\n", "provider.yaml")
    after = {key: value for key, value in dump().items() if "akash-services/" in key[0]}
    same("akash-services", {key: value for key, value in before.items() if "akash-services/" in key[0]}, after)
    mark = audit_mark()
    again = undo("--yes", code=10)
    claim("nothing to undo" in again.stdout and stays in again.stdout, f"it is forgotten: {again.stdout}")
    claim(writes_since(mark) == [], f"the second undo wrote {writes_since(mark)}")
    set_pool(*ours)
    undo("--yes")
    same("reverted and undone", before, dump(), but=("file",))
    nothing_left("reverted and undone")


def leases():
    iplease("enable", "--yes")
    lease = {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web-ip", "namespace": "akash-services"},
        "spec": {"type": "LoadBalancer", "selector": {"app": "akash-provider"}, "ports": [{"port": 80}]},
    }
    kubectl("apply", "-f", "-", stdin=json.dumps(lease))
    kubectl("-n", "akash-services", "wait", "service/web-ip", "--for=jsonpath={.status.loadBalancer.ingress}", "--timeout=60s")
    told = undo("--yes", code=3)
    claim("IPL-RUN-030" in told.stderr and "akash-services/web-ip (203.0.113." in told.stderr, told.stderr)
    claim("--accept-risk undo.leases=1" in told.stderr, told.stderr)
    undo("--yes", "--accept-risk", "undo.leases=2", code=3)
    undo("--yes", "--accept-risk", "undo.leases=1")
    claim(not shell("helm", "list", *METALLB, "-q").stdout.strip(), "MetalLB is still there")


def killed():
    """kill -9 in the middle, then resume."""
    before = dump()
    iplease("enable", "--yes")
    for stage in ("provider", "ip-operator", "metallb"):
        kill_in(stage, "undo", "--yes")
    told = iplease("resume", "--yes", check=False)
    claim(told.returncode == 0 and "resuming the undo" in told.stderr, f"{told.returncode}\n{told.stdout}\n{told.stderr}")
    same("killed and resumed", before, dump())
    nothing_left("killed and resumed")


def with_metallb():
    """MetalLB with a pool, as somebody installed it."""
    shell(
        "helm", "install", "metallb", "metallb", "--repo", REPO, "--version", "0.14.8", *METALLB, "--create-namespace",
        "--set", "speaker.frr.enabled=false", "--set", "speaker.ignoreExcludeLB=true", "--wait",
    )
    first = {
        "apiVersion": "metallb.io/v1beta1", "kind": "IPAddressPool", "metadata": {"name": "default", "namespace": "metallb-system"},
        "spec": {"addresses": ["203.0.113.100-203.0.113.104"], "autoAssign": False},
    }
    shell("kubectl", "apply", "-f", "-", stdin=json.dumps(first))


def adopted():
    """A MetalLB and a pool that existed before enable stay. The addresses that enable added to the pool go."""
    with_metallb()
    before = dump()
    iplease("enable", "--yes", "--pool", "203.0.113.100-203.0.113.110")
    claim(usage()["Available"] == 11, f"/usage says {usage()}")
    told = undo("--yes")
    same("adopted", before, dump())
    claim("metallb" in shell("helm", "list", *METALLB, "-q").stdout, f"MetalLB is gone: {told.stdout}")
    nothing_left("adopted")


def partly():
    """Only part of the old state comes back, because somebody set the rest. That is remembered too."""
    with_metallb()
    before = dump()
    iplease("enable", "--yes", "--pool", "203.0.113.100-203.0.113.110")
    ours, text = pool(), VALUES.read_text(encoding="utf-8")
    attribute = "- key: feat-endpoint-ip\n"
    head, tail = text.split(attribute)
    VALUES.write_text(head + attribute + tail.replace('"true"', '"false"', 1), encoding="utf-8")
    set_pool(WIDER)
    told = undo("--yes", code=10)
    claim("attributes/feat-endpoint-ip is " in told.stdout and "pool/default: addresses is " in told.stdout, told.stdout)
    claim(kubectl(*METALLB, "get", "ipaddresspool", "default", "-o", "jsonpath={.spec.autoAssign}") == "false", "autoAssign")
    left = VALUES.read_text(encoding="utf-8")
    claim("ipoperator" not in left and attribute in left, f"provider.yaml: {left.splitlines()[-12:]}")
    head, tail = left.split(attribute)
    VALUES.write_text(head + attribute + tail.replace('"false"', '"true"', 1), encoding="utf-8")
    set_pool(*ours)
    undo("--yes")
    same("partly, then all", before, dump())
    nothing_left("partly, then all")


def grown():
    """A pool that a later run enlarged goes as a whole. Undoing only that run restores the first size."""
    before = dump()
    iplease("enable", "--yes")
    first, smaller = dump(), pool()
    iplease("enable", "--yes", "--pool", WIDER)
    claim(pool() == [WIDER], f"the pool is {pool()}")
    runs = json.loads(iplease("runs", "list", "-o", "json").stdout)["runs"]
    later = max((one for one in runs if one["command"] == "enable"), key=lambda one: one["started"])["run"]
    undo(later, "--yes")
    claim(pool() == smaller, f"the pool is {pool()}")
    same("the later run", first, dump())
    nothing_left("the later run", later)
    iplease("enable", "--yes", "--pool", WIDER)
    undo("--yes")
    same("grown", before, dump())
    nothing_left("grown")


def script():
    """The plan of an undo as a script, run by sh, gives the same end state."""
    before = dump()
    iplease("enable", "--yes")
    text = undo("-o", "sh").stdout
    no_canary(text, "the script")
    path = HOME / "undo.sh"
    path.write_text(text, encoding="utf-8")
    shell("sh", "-c", f"PATH={os.path.dirname(IPLEASE)}:$PATH sh {path}")
    same("the script", before, dump())
    nothing_left("the script")


def merged():
    """The values file lacked a line that the release had. It keeps what enable copied from the release, and the release
    is as before."""
    text = VALUES.read_text(encoding="utf-8")
    line = "website: https://lab.example\n"
    claim(line in text, "the lab's values have no website")
    VALUES.write_text(text.replace(line, ""), encoding="utf-8")
    before = dump()
    iplease("enable", "--yes", "--provider-values-from", "merge")
    claim(line in VALUES.read_text(encoding="utf-8"), "nothing was merged")
    told = undo("--yes")
    same("merged", before, dump(), but=("file",))
    after = VALUES.read_text(encoding="utf-8")
    claim("website: https://lab.example" in after and "ipoperator" not in after, f"provider.yaml: {told.stdout}")
    nothing_left("merged")


def one_stage():
    """Undo of one stage also removes what depends on it. The rest stays and is remembered."""
    before = dump()
    iplease("enable", "--yes")
    undo("provider", "--yes")
    claim("ipoperator: true" not in VALUES.read_text(encoding="utf-8"), "provider.yaml still turns it on")
    claim("akash-ip-operator" in shell("helm", "list", "-n", "akash-services", "-q").stdout, "the IP operator went too")
    told = undo("20200101-000000-none", code=2)
    claim("IPL-RUN-011" in told.stderr, told.stderr)
    undo("--yes")
    same("one stage, then all", before, dump())


def rights():
    """A user who may not delete a namespace is told before the first step."""
    iplease("enable", "--yes")
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "most"},
        "rules": [
            {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch", "create", "update", "patch"]},
            {"apiGroups": ["", "apps", "metallb.io"], "resources": ["secrets", "services", "deployments"], "verbs": ["delete"]},
            {"nonResourceURLs": ["*"], "verbs": ["get"]},
        ],
    }
    kubectl("apply", "-f", "-", stdin=json.dumps(role))
    kubectl("create", "serviceaccount", "most", "-n", "default")
    kubectl("create", "clusterrolebinding", "most", "--clusterrole=most", "--serviceaccount=default:most")
    weak = json.loads(kubectl("config", "view", "--raw", "-o", "json"))
    weak["users"][0]["user"] = {"token": kubectl("create", "token", "most", "-n", "default").strip()}
    path = HOME / "most.json"
    path.write_text(json.dumps(weak), encoding="utf-8")
    told = undo("--yes", "--kubeconfig", str(path), code=3)
    claim("IPL-CLU-002" in told.stderr and "delete namespaces" in told.stderr, told.stderr)
    claim("delete ipaddresspools.metallb.io" in told.stderr, told.stderr)


def ipvs():
    from kube_proxy import IPVS, data, mount_the_real_one, put, revisions, sample

    mount_the_real_one()
    put(sample(IPVS))
    before = dump()
    iplease("enable", "--yes")
    claim("strictARP: true" in data()["config.conf"], "strictARP was not set")
    old = revisions()
    undo("--yes")
    claim(revisions() - old == 1, f"{revisions() - old} restarts of kube-proxy")
    same("IPVS", before, dump())


def forgotten():
    """Without a journal. Objects that only our field manager wrote are known; for the rest undo says that it does not
    know."""
    iplease("enable", "--yes")
    shutil.rmtree(HOME / ".local" / "state" / "iplease")
    mark = audit_mark()
    told = undo("--yes", code=10)
    claim(told.returncode == 10, told.stderr)
    claim("not known here" in told.stdout and writes_since(mark) == [], f"{told.stdout}{told.stderr}")
    shell("helm", "uninstall", "akash-ip-operator", "-n", "akash-services", "--wait")
    told = undo("--yes", code=10)
    claim(told.returncode == 10, told.stderr)
    gone = kubectl(*METALLB, "get", "ipaddresspools,l2advertisements", "-o", "name")
    gone += kubectl(*METALLB, "get", "service", "controller", "--ignore-not-found", "-o", "name")
    claim(gone == "" and "metallb" in shell("helm", "list", *METALLB, "-q").stdout, f"{gone}\n{told.stdout}")


def test():
    cases = [fresh(case) for case in (whole, foreign, leases, killed, adopted, rights, ipvs, forgotten)]
    more = [fresh(case) for case in (grown, one_stage, partly, script, merged)]
    play(*cases, *more, long=more)


def fresh(case):
    def run():
        reset()
        case()
    run.__name__ = case.__name__
    return run


main(test)
