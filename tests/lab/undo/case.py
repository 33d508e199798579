# SPDX-License-Identifier: Apache-2.0
"""`iplease undo` on a cluster: what is there afterwards is what was there before enable, but for what somebody else changed."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "strictarp"))
from killing import kill_in  # noqa: E402
from onlab import LAB, LABCTL, STATE, audit_mark, claim, iplease, kubectl, main, play, shell, usage, writes_since  # noqa: E402

HOME = STATE / "home"
VALUES = HOME / "provider" / "provider.yaml"
METALLB = ("-n", "metallb-system")
REPO = "http://127.0.0.1:8879/metallb"
# Made by controllers and by Helm for itself; Helm's history grows with every upgrade.
MADE_UP = {
    "events", "events.events.k8s.io", "pods", "endpoints", "endpointslices.discovery.k8s.io", "replicasets.apps",
    "controllerrevisions.apps", "leases.coordination.k8s.io", "componentstatuses",
    "servicel2statuses.metallb.io",  # a speaker's word about a Service, which it takes back some time after the Service went
}
OF_SERVER = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink")


def reset():
    subprocess.run([LABCTL, "reset", "--name", LAB], check=True, timeout=300, stdout=subprocess.DEVNULL)
    shutil.rmtree(HOME / ".local" / "state" / "iplease", ignore_errors=True)


def without_server(one):
    one.pop("status", None)
    meta = one["metadata"]
    for key in OF_SERVER:
        meta.pop(key, None)
    (meta.get("annotations") or {}).pop("deprecated.daemonset.template.generation", None)
    template = one.get("spec", {}).get("template")
    if isinstance(template, dict):  # the mark that a restart leaves
        notes = template.get("metadata", {}).get("annotations") or {}
        notes.pop("kubectl.kubernetes.io/restartedAt", None)
        if not notes:
            template.get("metadata", {}).pop("annotations", None)
    return one


def dump():
    """Every object by kind and name, each field by a hash of its value: Secrets are in it."""
    kinds = [kind for kind in kubectl("api-resources", "--verbs=list", "-o", "name").split() if kind not in MADE_UP]
    found = {}
    for one in json.loads(kubectl("get", ",".join(kinds), "-A", "-o", "json"))["items"]:
        if one.get("type") == "helm.sh/release.v1":
            continue
        meta = one["metadata"]
        name = f'{one["kind"]} {meta.get("namespace", "")}/{meta["name"]}'
        for path, value in fields(without_server(one)):
            found[name, path] = hashlib.sha256(json.dumps(value).encode()).hexdigest()
    found["file", str(VALUES)] = VALUES.read_text(encoding="utf-8") if VALUES.exists() else None
    return found


def fields(value, path=""):
    if isinstance(value, dict) and value:
        for key in sorted(value):
            yield from fields(value[key], f"{path}.{key}")
    else:
        yield path, value


def same(what, before, after, but=()):
    differs = [key for key in {*before, *after} if before.get(key) != after.get(key) and not key[0].startswith(tuple(but))]
    claim(not differs, f"{what}: not as before: {sorted(differs)[:30]}")


def undo(*args, code=0):
    told = iplease("undo", *args, check=False)
    claim(told.returncode == code, f"undo {args}: exit {told.returncode}, wanted {code}\n{told.stdout}\n{told.stderr}")
    return told


def nothing_left(what):
    mark = audit_mark()
    again = undo("--yes")
    claim("nothing to undo" in again.stdout, f"{what}: the second undo: {again.stdout}{again.stderr}")
    claim(writes_since(mark) == [], f"{what}: the second undo wrote {writes_since(mark)}")
    owed = iplease("status", "-o", "json", check=False)
    claim('"verify"' not in json.dumps(json.loads(owed.stdout).get("owed", [])), f"{what}: owed: {owed.stdout}")


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


def foreign():
    """A pool that somebody widened stays, and MetalLB and the namespace with it; the rest goes."""
    before = dump()
    iplease("enable", "--yes")
    wider = {"spec": {"addresses": ["203.0.113.100-203.0.113.125"]}}
    kubectl(*METALLB, "patch", "ipaddresspool", "default", "--type=merge", "-p", json.dumps(wider))
    text = VALUES.read_text(encoding="utf-8")
    VALUES.write_text(text + "# a word of the operator's\n", encoding="utf-8")
    told = undo("--yes", code=10)
    claim(told.returncode == 10, told.stderr)
    claim("stays: IPAddressPool default was changed since" in told.stdout, told.stdout)
    kept = kubectl(*METALLB, "get", "ipaddresspool", "default", "-o", "jsonpath={.spec.addresses[0]}")
    claim(kept == "203.0.113.100-203.0.113.125", f"the pool is {kept}")
    claim("metallb" in shell("helm", "list", *METALLB, "-q").stdout, "MetalLB went with somebody's pool")
    claim("akash-ip-operator" not in shell("helm", "list", "-n", "akash-services", "-q").stdout, "the IP operator stays")
    claim(VALUES.read_text(encoding="utf-8") == before["file", str(VALUES)] + "# a word of the operator's\n", "provider.yaml")
    after = {key: value for key, value in dump().items() if "akash-services/" in key[0]}
    same("akash-services", {key: value for key, value in before.items() if "akash-services/" in key[0]}, after)


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


def adopted():
    """A MetalLB and a pool that were there stay; of the pool the addresses that enable added go."""
    shell(
        "helm", "install", "metallb", "metallb", "--repo", REPO, "--version", "0.14.8", *METALLB, "--create-namespace",
        "--set", "speaker.frr.enabled=false", "--set", "speaker.ignoreExcludeLB=true", "--wait",
    )
    pool = {
        "apiVersion": "metallb.io/v1beta1", "kind": "IPAddressPool", "metadata": {"name": "default", "namespace": "metallb-system"},
        "spec": {"addresses": ["203.0.113.100-203.0.113.104"], "autoAssign": False},
    }
    shell("kubectl", "apply", "-f", "-", stdin=json.dumps(pool))
    before = dump()
    iplease("enable", "--yes", "--pool", "203.0.113.100-203.0.113.110")
    claim(usage()["Available"] == 11, f"/usage says {usage()}")
    told = undo("--yes")
    same("adopted", before, dump())
    claim("metallb" in shell("helm", "list", *METALLB, "-q").stdout, f"MetalLB is gone: {told.stdout}")
    nothing_left("adopted")


def one_stage():
    """A stage alone: what stands on it goes, the rest stays."""
    iplease("enable", "--yes")
    undo("provider", "--yes")
    claim("ipoperator: true" not in VALUES.read_text(encoding="utf-8"), "provider.yaml still turns it on")
    claim("akash-ip-operator" in shell("helm", "list", "-n", "akash-services", "-q").stdout, "the IP operator went too")
    told = undo("20200101-000000-none", code=2)
    claim("IPL-RUN-011" in told.stderr, told.stderr)


def rights():
    """Who may not delete a namespace is told so before the first step."""
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
    """Without a journal: what bears our field manager alone is known, the rest is said to be unknown."""
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
    cases = (whole, foreign, leases, killed, adopted, one_stage, rights, ipvs, forgotten)
    play(*(fresh(case) for case in cases))


def fresh(case):
    def run():
        reset()
        case()
    run.__name__ = case.__name__
    return run


main(test)
