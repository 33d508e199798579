# SPDX-License-Identifier: Apache-2.0
"""Problems are reported by id, with cause and fix, before anything is changed. Each fault is real."""

import json

from onlab import STATE, audit_mark, claim, iplease, kubectl, main, play, shell, writes_since

HOME = STATE / "home"
VALUES = HOME / "provider" / "provider.yaml"


def refused(what, code, identity, *args, says=(), only=False):
    """Enable reports `identity` and `says`, with cause and fix, exits with `code` and writes nothing."""
    mark = audit_mark()
    before = VALUES.read_text(encoding="utf-8")
    told = iplease("enable", "--yes", *args, check=False)
    said = told.stderr
    claim(
        told.returncode == code and f"error {identity}" in said,
        f"{what}: exit {told.returncode}, wanted {code} and {identity}\n{told.stdout}\n{said}",
    )
    part = said[said.index(f"error {identity}"):].split("\nerror ")[0]
    claim("  cause " in part and "  fix " in part, f"{what}: no cause or cure\n{part}")
    for words in says:
        claim(words in part, f"{what}: does not say {words!r}\n{part}")
    claim(not only or said.count("error IPL-") == 1, f"{what}: more than one error\n{said}")
    claim(writes_since(mark) == [], f"{what}: something was written: {writes_since(mark)}")
    claim(VALUES.read_text(encoding="utf-8") == before, f"{what}: provider.yaml was changed")
    print(f"{what}: {identity}, exit {code}", flush=True)


def tool(name, text):
    """A program of that name in the lab's home. It runs the script `text`, which plays an old or broken tool."""
    path = HOME / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def tools():
    refused("no kubectl", 11, "IPL-CLU-003", "--kubectl", "/nonexistent/kubectl", only=True)
    refused("no helm", 11, "IPL-CLU-004", "--helm", "/nonexistent/helm")
    old = f'case " $* " in *" version "*) {STATE}/bin/kubectl "$@" | sed "1,/gitVersion/s/v1[.0-9]*/v1.20.4/";; *) exec {STATE}/bin/kubectl "$@";; esac'
    refused("an old kubectl", 11, "IPL-CLU-007", "--kubectl", tool("old-kubectl", old), says=("1.20.4", "1.24.0"))
    old = f'case " $* " in *" version "*) echo v3.8.2;; *) exec {STATE}/bin/helm "$@";; esac'
    refused("an old helm", 11, "IPL-CLU-008", "--helm", tool("old-helm", old), says=("v3.8.2", "3.14.0"))


def way_to_the_cluster():
    refused("no such context", 11, "IPL-CLU-001", "--context", "nowhere", says=("nowhere", "--context"), only=True)
    dead = HOME / "dead.yaml"
    alive = (STATE / "kubeconfig").read_text(encoding="utf-8")
    dead.write_text(alive.replace(":6443", ":6444"), encoding="utf-8")
    refused("nobody listens", 11, "IPL-CLU-001", "--kubeconfig", str(dead), says=("refused",), only=True)
    refused("another cluster", 7, "IPL-CLU-005", "--expect-cluster", "00000000-0000-0000-0000-000000000000")


def rights():
    kubectl("create", "serviceaccount", "reader", "-n", "default")
    kubectl("create", "clusterrolebinding", "reader", "--clusterrole=cluster-admin", "--serviceaccount=default:reader")
    token = kubectl("create", "token", "reader", "-n", "default").strip()
    admin = json.loads(kubectl("config", "view", "--raw", "-o", "json"))
    admin["users"][0]["user"] = {"token": token}
    weak = HOME / "weak.json"
    weak.write_text(json.dumps(admin), encoding="utf-8")
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "only-look"},
        "rules": [
            {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]},
            {"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["create"]},
            {"nonResourceURLs": ["*"], "verbs": ["get"]},
        ],
    }
    kubectl("delete", "clusterrolebinding", "reader")
    kubectl("apply", "-f", "-", stdin=json.dumps(role))
    kubectl("create", "clusterrolebinding", "reader", "--clusterrole=only-look", "--serviceaccount=default:reader")
    refused(
        "a user that may only look", 3, "IPL-CLU-002", "--kubeconfig", str(weak),
        says=("create namespaces", "create services in akash-services"),
    )
    kubectl("delete", "clusterrolebinding", "reader")


def gateway():
    shell("ip", "route", "add", "default", "via", "203.0.113.1")
    try:
        refused("a pool with the default gateway", 3, "IPL-POOL-014", "--pool", "203.0.113.0/29", says=("203.0.113.1",))
    finally:
        shell("ip", "route", "del", "default")


def pool():
    refused("a pool with a node's address", 3, "IPL-POOL-031", "--pool", "203.0.113.8/29", says=("203.0.113.10", "node1"))
    refused("an empty pool", 2, "IPL-POOL-009", "--pool", "")
    refused("no pool at all", 2, "IPL-CFG-009", "-f", flags_without_pool(), says=("--pool",))


def flags_without_pool():
    lines = (STATE / "iplease.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("pool:") and "addresses:" not in line]
    path = HOME / "no-pool.yaml"
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return str(path)


def provider():
    refused("another release name", 3, "IPL-PRV-001", "--set", "provider.release=other-provider",
            says=("AKASH_IP_OPERATOR", "--ip-operator=true", "operator ip"))
    refused("a typing error in the address", 2, "IPL-CFG-016", "--provider-address", "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfy")
    crd = json.loads(kubectl("get", "crd", "providerleasedips.akash.network", "-o", "json"))
    kubectl("delete", "crd", "providerleasedips.akash.network")
    refused("no CRD of leased addresses", 3, "IPL-PRV-004")
    crd["metadata"] = {"name": crd["metadata"]["name"]}
    crd.pop("status", None)
    kubectl("create", "-f", "-", stdin=json.dumps(crd))
    kubectl("delete", "namespace", "lease")
    refused("no namespace lease", 3, "IPL-PRV-003", says=("kubectl create namespace lease",))
    kubectl("create", "namespace", "lease")


def values():
    kept = VALUES.read_text(encoding="utf-8")
    VALUES.write_text("".join("domain: other.example.com\n" if line.startswith("domain:") else line
                              for line in kept.splitlines(True)), encoding="utf-8")
    refused("file and release differ", 2, "IPL-VAL-010", says=("domain", "--provider-values-from"))
    VALUES.write_text("".join("from: mykey\n" if line.startswith("from:") else line
                              for line in kept.splitlines(True)), encoding="utf-8")
    kubectl("-n", "akash-services", "scale", "statefulset", "akash-provider", "--replicas=0")
    kubectl("-n", "akash-services", "wait", "--for=delete", "pod/akash-provider-0", "--timeout=60s")
    refused("`from` is the name of a key", 2, "IPL-PRV-008", "--provider-values-from", "file",
            says=("mykey", "--provider-address"))
    kubectl("-n", "akash-services", "scale", "statefulset", "akash-provider", "--replicas=1")
    kubectl("-n", "akash-services", "rollout", "status", "statefulset/akash-provider", "--timeout=60s")
    VALUES.write_text(kept, encoding="utf-8")


def charts():
    """A repository folder whose IP operator has another version than the provider."""
    other = HOME / "charts"
    shell("sh", "-c", f"mkdir -p {other}; cd {other}; helm pull akash-ip-operator --repo http://127.0.0.1:8879/akash"
          " --version 18.0.2 --untar; helm pull provider --repo http://127.0.0.1:8879/akash --version 19.0.2 --untar")
    refused("no IP operator chart of the provider's version", 3, "IPL-IPO-001", "--set", f"repositories.akash={other}",
            says=("0.16.2",))


def neighbours():
    service = {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "other", "namespace": "default"},
        "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
    }
    kubectl("apply", "-f", "-", stdin=json.dumps(service))
    refused("a Service that would take an address", 3, "IPL-LBC-002", says=("default/other",))
    kubectl("delete", "service", "other")
    # What k3s creates for a Service with ServiceLB. The node agent of k3s itself is not here.
    svclb = {
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "svclb-traefik-1a2b3c4d", "namespace": "kube-system",
                     "labels": {"svccontroller.k3s.cattle.io/svcname": "traefik"}},
        "spec": {"selector": {"matchLabels": {"app": "svclb"}}, "template": {
            "metadata": {"labels": {"app": "svclb"}},
            "spec": {"nodeSelector": {"none": "here"}, "containers": [{"name": "lb", "image": "none.example/lb"}]}}},
    }
    kubectl("apply", "-f", "-", stdin=json.dumps(svclb))
    refused("ServiceLB of k3s", 3, "IPL-LBC-001", says=("svclb",))
    kubectl("-n", "kube-system", "delete", "daemonset", "svclb-traefik-1a2b3c4d")


def metallb():
    refused("a MetalLB out of range is asked for", 2, "IPL-CFG-006", "--metallb-version", "0.16.2")
    shell("helm", "install", "metallb", "metallb", "--repo", "http://127.0.0.1:8879/metallb", "--version", "0.14.8",
          "-n", "metallb-system", "--create-namespace", "--set", "speaker.frr.enabled=false")
    for kind in ("deployment/metallb-controller", "daemonset/metallb-speaker"):
        labels = {"app.kubernetes.io/version": "v0.16.2"}
        patch = {"metadata": {"labels": labels}, "spec": {"template": {"metadata": {"labels": labels}}}}
        kubectl("-n", "metallb-system", "patch", kind, "--type", "merge", "-p", json.dumps(patch))
        container = kind.split("-")[1]
        kubectl("-n", "metallb-system", "set", "image", kind, f"{container}=quay.io/metallb/{container}:v0.16.2")
    refused("MetalLB 0.16 is installed", 3, "IPL-MLB-001", says=("0.16.2", "0.15.3"))
    shell("helm", "uninstall", "metallb", "-n", "metallb-system")


def upgrade_refused():
    """Chart 15.0.2 with letsEncrypt off: the API server refuses its StatefulSet, and Helm's own dry run does not
    notice."""
    shell("helm", "-n", "akash-services", "upgrade", "akash-provider", "provider", "--repo",
          "http://127.0.0.1:8879/akash", "--version", "15.0.2", "-f", str(VALUES), "--wait")
    kept = VALUES.read_text(encoding="utf-8")
    VALUES.write_text(kept.replace("letsEncrypt:\n", "letsEncrypt:\n  enabled: false\n"), encoding="utf-8")
    claim(VALUES.read_text(encoding="utf-8") != kept, "no letsEncrypt in the lab's values")
    refused("an upgrade that the server would refuse", 3, "IPL-PRV-005", "--provider-values-from", "file",
            says=("letsEncrypt", "15.0.2"))
    VALUES.write_text(kept, encoding="utf-8")


def release_failed():
    """An upgrade that failed: iplease reads the values of the last deployed revision and changes nothing."""
    shell("sh", "-c", f"helm -n akash-services upgrade akash-provider provider --repo http://127.0.0.1:8879/akash"
          f" --version 19.0.2 -f {VALUES} --set letsEncrypt.enabled=false", check=False)
    refused("the release is failed", 3, "IPL-PRV-002", says=("failed",))


def test():
    play(tools, way_to_the_cluster, rights, gateway, pool, provider, values, charts, neighbours, metallb, upgrade_refused, release_failed)


main(test)
