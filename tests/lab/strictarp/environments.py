# SPDX-License-Identifier: Apache-2.0
"""Clusters where kube-proxy is not a DaemonSet with a ConfigMap. iplease does nothing, or prints the exact
instructions. The objects that identify such a cluster are real ones on the API server. Nothing runs behind them: each
is a LOOK-ALIKE and has that word as a label."""

import json
import os

from kube_proxy import claim, config, get, iplease, kubectl, mount_the_real_one, put, stage, system, with_config
from onlab import audit_mark, main, writes_since

LOOK = {"iplease.test/what": "look-alike"}


def daemon_set(name, env=None):
    """No node has the selected label, so no pod is created."""
    labels = {"app": name}
    container = {"name": name, "image": "example.invalid/look-alike:0", "env": env or []}
    return {
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": name, "namespace": "kube-system", "labels": LOOK},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"nodeSelector": {"look-alike": "nowhere"}, "containers": [container]},
            },
        },
    }


def apply(one):
    kubectl("apply", "-f", "-", stdin=json.dumps(one))


def system_delete(*names):
    kubectl("-n", "kube-system", "delete", *names)


def says(name, verdict, words, identity="", *args):
    """What the plan says, and that enable agrees without touching kube-proxy."""
    plan = stage(*args)
    text = " ".join([plan["reason"], *plan["notes"], json.dumps(plan.get("problems", []))])
    claim(plan["verdict"] == verdict and all(word in text for word in words), f"{name}: {plan}")
    mark = audit_mark()
    told = iplease("enable", "--yes", *args, check=False)
    if verdict == "blocked":
        claim(told.returncode == 3 and identity in told.stderr, f"{name}: {told}")
    else:
        claim("nothing to do" in told.stdout, f"{name}: {told}")
    claim(writes_since(mark) == [], f"{name}: wrote {writes_since(mark)}")
    print(f"{name}: {verdict}{' ' + identity if identity else ''}", flush=True)


def node_is(version, annotations):
    """A node's kubelet version reveals the distribution."""
    status = {"status": {"nodeInfo": {**get("node", "node1")["status"]["nodeInfo"], "kubeletVersion": version}}}
    kubectl("patch", "node", "node1", "--subresource=status", "--type=merge", "-p", json.dumps(status))
    kubectl("patch", "node", "node1", "--type=merge", "-p", json.dumps({"metadata": {"annotations": annotations}}))


def cilium():
    apply({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cilium-config", "namespace": "kube-system", "labels": LOOK},
        "data": {"kube-proxy-replacement": "true"},
    })
    says("Cilium's replacement", "satisfied", ["Cilium"])
    kubectl("-n", "kube-system", "patch", "configmap", "cilium-config", "-p", '{"data":{"kube-proxy-replacement":"false"}}')
    claim(stage()["verdict"] == "needed", "Cilium beside a kube-proxy that works changes nothing")
    system_delete("configmap", "cilium-config")


def calico():
    """Calico's instructions for eBPF: the DaemonSet kube-proxy stays but is scheduled on no node."""
    apply(daemon_set("calico-node", [{"name": "FELIX_BPFENABLED", "value": "true"}]))
    says("Calico eBPF", "satisfied", ["Calico eBPF"])
    system_delete("daemonset", "calico-node")


def distributions():
    arguments = json.dumps(["server", "--kube-proxy-arg", "proxy-mode=ipvs", "--disable", "servicelb"])
    version = get("node", "node1")["status"]["nodeInfo"]["kubeletVersion"]
    kinds = (("k3s", "v1.34.4+k3s1"), ("rke2", "v1.34.4+rke2r1"))
    for name, mark in kinds if os.environ.get("IPLEASE_LONG") else kinds[:1]:
        note = f"{name}.io/node-args"
        node_is(mark, {note: json.dumps(["server", "--disable", "servicelb"])})
        says(f"{name}, as it comes", "satisfied", [name, "iptables"])
        node_is(mark, {note: arguments})
        says(f"{name} in IPVS mode", "blocked", [f"/etc/rancher/{name}/config.yaml", "node node1"], "IPL-STR-001")
        off = json.dumps([*json.loads(arguments), "--kube-proxy-arg", "ipvs-strict-arp=false"])
        node_is(mark, {note: off})
        says(f"{name} in IPVS mode, told not to", "blocked", ["node node1"], "IPL-STR-001")
        says(f"{name}, left", "satisfied", ["left alone"], "", "--set", "strictARP=leave")
        strict = json.dumps([*json.loads(arguments), "--kube-proxy-arg", "ipvs-strict-arp=true"])
        node_is(mark, {note: strict})
        says(f"{name} in IPVS mode, strict", "satisfied", ["ipvs-strict-arp"])
        node_is(version, {note: None})
    kubectl("label", "node", "node1", "microk8s.io/cluster=true")
    says("MicroK8s", "satisfied", ["/var/snap/microk8s/current/args/kube-proxy", "snap restart microk8s"])
    kubectl("label", "node", "node1", "microk8s.io/cluster-")


def forbidden():
    """A user who may not read ConfigMaps in kube-system is refused. iplease does not assume iptables."""
    core = ["nodes", "namespaces", "pods", "services", "endpoints", "secrets", "events"]
    more = ["apps", "apiextensions.k8s.io", "metallb.io", "akash.network"]
    rules = [{"apiGroups": [""], "resources": core, "verbs": ["*"]}, {"apiGroups": more, "resources": ["*"], "verbs": ["*"]}]
    apply({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "lesser"}, "rules": rules})
    kubectl("create", "clusterrolebinding", "lesser", "--clusterrole=lesser", "--user=lesser")
    plan = stage("--kubectl", "kubectl --as=lesser")
    claim([one["id"] for one in plan["problems"]] == ["IPL-STR-003"], f"forbidden: {plan}")
    print("ConfigMap forbidden: IPL-STR-003", flush=True)


def unreadable():
    kept = system("configmap", "kube-proxy")
    put(with_config("mode: [\n"))
    says("broken YAML", "blocked", ["config.conf"], "IPL-STR-002")
    put(kept["data"])


def by_flags():
    """Clusters like Talos have no ConfigMap. OnDelete keeps the real pods, because this kernel has no IPVS."""
    system_delete("configmap/kube-proxy")
    flags = ["/usr/local/bin/kube-proxy", "--proxy-mode=ipvs", "--kubeconfig=/var/lib/kube-proxy/kubeconfig.conf"]
    for name, words, verdict, identity in (
        ("flags", flags, "blocked", "IPL-STR-001"),
        ("flags, strict", [*flags, "--ipvs-strict-arp"], "satisfied", ""),
        ("flags without a mode", [flags[0], flags[2]], "satisfied", ""),
    ):
        spec = {"updateStrategy": {"$retainKeys": ["type"], "type": "OnDelete"},
                "template": {"spec": {"containers": [{"name": "kube-proxy", "command": words}]}}}
        kubectl("-n", "kube-system", "patch", "daemonset", "kube-proxy", "-p", json.dumps({"spec": spec}))
        says(name, verdict, ["cluster.proxy.extraArgs" if identity else "flags of DaemonSet kube-proxy"], identity)


def kube_router():
    system_delete("daemonset/kube-proxy")
    says("no kube-proxy at all", "satisfied", ["could not be seen", "curl -s localhost:10249/proxyMode", "arp_ignore"])
    apply(daemon_set("kube-router"))
    says("kube-router", "satisfied", ["kube-router"])


def test():
    mount_the_real_one()
    iplease("enable", "--yes")
    put(with_config(config()))
    claim(stage()["verdict"] == "needed", "without these marks the field is edited")
    cilium()
    calico()
    distributions()
    unreadable()
    forbidden()
    by_flags()
    kube_router()


main(test)
