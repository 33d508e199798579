# SPDX-License-Identifier: Apache-2.0
"""The operator's own fields survive. Enable changes only the fields that it must, refuses somebody else's Service, and
does not overwrite what was written after it read the cluster."""

import json

from onlab import STATE, audit_mark, claim, follow, iplease, kubectl, main, shell, writes_since

LARGER = "203.0.113.100-203.0.113.130"
LARGEST = "203.0.113.100-203.0.113.140"
SPACE = ("-n", "metallb-system")
VALUES = STATE / "home" / "provider" / "provider.yaml"
METALLB = {"app.kubernetes.io/name": "metallb", "app.kubernetes.io/instance": "metallb",
           "app.kubernetes.io/component": "controller"}


def applied(kind, name, version="v1", labels=None, **rest):
    """The operator's own client-side apply, with their annotation."""
    meta = {"name": name, "annotations": {"example.com/owner": "net-team"}, "labels": labels or {}}
    if kind != "Namespace":
        meta["namespace"] = "metallb-system"
    kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": version, "kind": kind, "metadata": meta, **rest}))


def live(*what):
    return json.loads(kubectl(*SPACE, "get", *what, "-o", "json"))


def owned(*what):
    """The object. Claims that what the operator's apply wrote is still there."""
    found = live(*what)
    notes = found["metadata"].get("annotations", {})
    claim(notes.get("example.com/owner") == "net-team", f"{what} lost its annotation: {notes}")
    claim("kubectl.kubernetes.io/last-applied-configuration" in notes, f"{what} lost what apply keeps: {notes}")
    return found


def without_key():
    """The first `enable` upgrades the provider with a values file that lost `key`. Afterwards everything that only the
    release knows is unchanged, including the wallet's Secret. Returns what was read of it."""
    def wallet():
        secret = json.loads(kubectl("-n", "akash-services", "get", "secret", "akash-provider-keys", "-o", "json"))
        return secret["data"]

    before = wallet()
    lines = VALUES.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("key:")]
    claim(len(kept) == len(lines) - 1 and all(before.values()), "the values have one `key`, the Secret is whole")
    VALUES.write_text("".join(kept), encoding="utf-8")

    def look():
        claim(wallet() == before, "the wallet's Secret is another one")
        claim(sum(line.startswith("key:") for line in VALUES.read_text(encoding="utf-8").splitlines()) == 1,
              "`key` did not come back into the file")
    return look


def nothing_to_do(*args):
    mark = audit_mark()
    again = iplease("enable", "--yes", *args)
    claim("nothing to do" in again.stdout and writes_since(mark) == [], f"{again.stdout}\n{writes_since(mark)}")


def meddler(name, when, first):
    """A kubectl. Before its call somebody else writes."""
    path = STATE / "home" / name
    real = f"{STATE}/bin/kubectl"
    path.write_text(f'#!/bin/sh\ncase " $* " in *" {when} "*) {real} {first} >/dev/null;; esac\nexec {real} "$@"\n',
                    encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def failed(told, identity):
    claim(told.returncode == 1 and f"error {identity}" in told.stderr, f"wanted {identity}: {told}")


def foreign_service():
    """Changed only if its id is accepted, and then without losing its own port."""
    applied("Namespace", "metallb-system", labels={"team": "net", "pod-security.kubernetes.io/enforce": "baseline"})
    applied("Service", "controller", spec={"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]})
    mark = audit_mark()
    told = iplease("enable", "--yes", check=False)
    claim(told.returncode == 3 and "error IPL-MLB-030" in told.stderr, f"a foreign Service: {told}")
    claim("spec.selector from app=web to " in told.stderr and "--accept-risk IPL-MLB-030" in told.stderr, told.stderr)
    claim(writes_since(mark) == [], f"something was written: {writes_since(mark)}")
    plan = iplease("plan", "--accept-risk", "IPL-MLB-030").stdout
    claim("pod-security.kubernetes.io/enforce from baseline to privileged" in plan, plan)
    as_before = without_key()
    iplease("enable", "--yes", "--accept-risk", "IPL-MLB-030")
    as_before()
    space = owned("namespace", "metallb-system")["metadata"]["labels"]
    claim(space["team"] == "net" and space["pod-security.kubernetes.io/enforce"] == "privileged", f"{space}")
    service = owned("service", "controller")["spec"]
    ports = {(one["port"], one["name"], one["targetPort"]) for one in service["ports"]}
    claim(ports == {(80, "port-80", 8080), (7472, "monitoring", 7472)}, f"{ports}")
    claim(service["selector"] == METALLB, f"{service}")
    nothing_to_do()


def own_annotations():
    """Our objects, to which the operator has also applied their own fields."""
    spec = {"addresses": ["203.0.113.100-203.0.113.120"], "autoAssign": False}
    applied("IPAddressPool", "default", "metallb.io/v1beta1", {"team": "net"}, spec=spec)
    spec = {"ipAddressPools": ["later"], "interfaces": ["eth0"]}
    applied("L2Advertisement", "l2advertisement1", "metallb.io/v1beta1", {"team": "net"}, spec=spec)
    kubectl(*SPACE, "delete", "service", "controller")
    port = {"name": "metrics", "port": 7472, "targetPort": "monitoring"}
    applied("Service", "controller", labels={"team": "net"},
            spec={"selector": {"app": "metallb"}, "sessionAffinity": "ClientIP", "ports": [port]})
    iplease("enable", "--yes", "--pool", LARGER)
    pool = owned("ipaddresspool", "default")
    claim(pool["spec"]["addresses"] == [LARGER] and pool["spec"]["autoAssign"] is True, f"{pool}")
    claim(pool["metadata"]["labels"] == {"team": "net"}, f"{pool}")
    said = owned("l2advertisement", "l2advertisement1")
    claim(said["spec"] == {"ipAddressPools": ["later", "default"], "interfaces": ["eth0"]}, f"{said['spec']}")
    service = owned("service", "controller")
    claim(service["metadata"]["labels"] == {"team": "net"}, f"{service}")
    claim(service["spec"]["selector"] == METALLB and service["spec"]["sessionAffinity"] == "ClientIP", f"{service}")
    claim(service["spec"]["ports"] == [{"name": "monitoring", "protocol": "TCP", "port": 7472, "targetPort": "monitoring"}],
          f"{service}")


def written_meanwhile():
    """Somebody writes between our read and our write. The server refuses ours, and theirs stays."""
    slow = meddler("slow-kubectl", "patch ipaddresspools.metallb.io default",
                   "-n metallb-system annotate ipaddresspool default example.com/late=yes --overwrite")
    told = iplease("enable", "--yes", "--pool", LARGEST, "--kubectl", slow, check=False)
    failed(told, "IPL-CLU-051")
    who = follow(told.stderr, "kubectl -n NAMESPACE get KIND NAME -o yaml --show-managed-fields",
                 fill={"NAMESPACE": "metallb-system", "KIND": "ipaddresspool", "NAME": "default"}).stdout
    claim("manager: kubectl-annotate" in who, f"who wrote it is not told: {who}")
    pool = owned("ipaddresspool", "default")
    claim(pool["spec"]["addresses"] == [LARGER], f"overwritten: {pool['spec']}")
    claim(pool["metadata"]["annotations"]["example.com/late"] == "yes", f"{pool['metadata']}")
    kubectl(*SPACE, "delete", "l2advertisement", "l2advertisement1")
    theirs = STATE / "home" / "theirs.json"
    theirs.write_text(json.dumps({"apiVersion": "metallb.io/v1beta1", "kind": "L2Advertisement", "metadata": {
        "name": "l2advertisement1", "namespace": "metallb-system"}, "spec": {"ipAddressPools": ["later"]}}), encoding="utf-8")
    slow = meddler("slow-kubectl", "create --field-manager=iplease -f -", f"create -f {theirs}")
    told = iplease("enable", "--yes", "--pool", LARGEST, "--kubectl", slow, check=False)
    failed(told, "IPL-CLU-054")
    claim(live("l2advertisement", "l2advertisement1")["spec"] == {"ipAddressPools": ["later"]}, "overwritten")
    real = f"{STATE}/bin/kubectl"
    iplease("enable", "--yes", "--pool", LARGEST, "--kubectl", real)
    said = live("l2advertisement", "l2advertisement1")["spec"]
    claim(said == {"ipAddressPools": ["later", "default"]}, f"{said}")
    nothing_to_do("--pool", LARGEST, "--kubectl", real)


def by_script():
    """The same plan as a sh script. It changes what it says, and refuses a pool that changed meanwhile."""
    script = iplease("plan", "-o", "sh", "--pool", LARGER).stdout
    kubectl(*SPACE, "annotate", "ipaddresspool", "default", "example.com/late=again", "--overwrite")
    told = shell("sh", stdin=script, check=False)
    claim(told.returncode != 0 and "the object has been modified" in told.stderr, f"{told}")
    claim(owned("ipaddresspool", "default")["spec"]["addresses"] == [LARGEST], "the script overwrote the pool")
    shell("sh", stdin=iplease("plan", "-o", "sh", "--pool", LARGER).stdout)
    pool = owned("ipaddresspool", "default")
    claim(pool["spec"]["addresses"] == [LARGER], f"{pool['spec']}")
    claim(pool["metadata"]["annotations"]["example.com/late"] == "again", f"{pool['metadata']}")


def test():
    for case in (foreign_service, own_annotations, written_meanwhile, by_script):
        case()
        print(f"{case.__name__}: kept", flush=True)


main(test)
