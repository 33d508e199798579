# SPDX-License-Identifier: Apache-2.0
"""Faults of the surrounding cluster."""

import json

from bench import Row, apply, as_admin, as_user, get, kubectl, patch

KEPT = {}
CILIUM = "ciliumloadbalancerippools.cilium.io"


def look_alike():
    labels = {"svccontroller.k3s.cattle.io/svcname": "web", "app": "svclb-web"}
    apply({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "svclb-web", "namespace": "kube-system", "labels": labels},
           "spec": {"selector": {"matchLabels": {"app": "svclb-web"}},
                    "template": {"metadata": {"labels": labels},
                                 "spec": {"nodeSelector": {"nowhere": "true"},
                                          "containers": [{"name": "lb", "image": "example.com/klipper-lb:1"}]}}}})


def kube_vip():
    labels = {"app": "kube-vip-ds"}
    apply({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "kube-vip-ds", "namespace": "kube-system"},
           "spec": {"selector": {"matchLabels": labels},
                    "template": {"metadata": {"labels": labels},
                                 "spec": {"nodeSelector": {"nowhere": "true"},
                                          "containers": [{"name": "kube-vip", "image": "example.com/kube-vip:1",
                                                          "env": [{"name": "svc_enable", "value": "true"}]}]}}}})


def static_kube_vip():
    """The mirror pod of a manifest on a node: how kubeadm, Kubespray and KubeKey run kube-vip."""
    apply({"apiVersion": "v1", "kind": "Pod",
           "metadata": {"name": "kube-vip-node1", "namespace": "kube-system", "annotations": {
               "kubernetes.io/config.mirror": "0", "kubernetes.io/config.source": "file", "kubernetes.io/config.hash": "0"}},
           "spec": {"nodeName": "node1", "hostNetwork": True, "automountServiceAccountToken": False,
                    "containers": [{"name": "kube-vip", "image": "example.com/kube-vip/kube-vip:v0.8.9", "args": ["manager"],
                                    "env": [{"name": "svc_enable", "value": "true"}]}]}})


def guide_without_restart():
    """What Akash's guide does: it edits the ConfigMap but does not restart kube-proxy."""
    KEPT["config.conf"] = get("-n", "kube-system", "configmap", "kube-proxy")["data"]["config.conf"]
    text = KEPT["config.conf"].replace("mode: iptables", "mode: ipvs").replace("strictARP: false", "strictARP: true")
    patch("kube-system", "configmap/kube-proxy", {"data": {"config.conf": text}})


def cilium_pool():
    """The resource type through which Cilium assigns addresses, and one pool of it."""
    group, kind = "cilium.io", "CiliumLoadBalancerIPPool"
    apply({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": CILIUM},
           "spec": {"group": group, "scope": "Cluster",
                    "names": {"plural": CILIUM.split(".")[0], "singular": kind.lower(), "kind": kind, "listKind": f"{kind}List"},
                    "versions": [{"name": "v2alpha1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {
                        "type": "object", "x-kubernetes-preserve-unknown-fields": True}}}]}})
    kubectl("wait", "--for=condition=Established", f"crd/{CILIUM}", "--timeout=30s")
    apply({"apiVersion": f"{group}/v2alpha1", "kind": kind, "metadata": {"name": "blue"},
           "spec": {"blocks": [{"cidr": "198.51.100.0/28"}]}})


def other_domain():
    KEPT["Corefile"] = get("-n", "kube-system", "configmap", "coredns")["data"]["Corefile"]
    patch("kube-system", "configmap/coredns",
          {"data": {"Corefile": KEPT["Corefile"].replace("cluster.local", "corp.example")}})


def domain_back():
    patch("kube-system", "configmap/coredns", {"data": {"Corefile": KEPT["Corefile"]}})


def scale(replicas):
    return lambda: kubectl("-n", "kube-system", "scale", "deployment/coredns", f"--replicas={replicas}")


def proxy_config(old, new):
    def change():
        text = get("-n", "kube-system", "configmap", "kube-proxy")["data"]["config.conf"]
        patch("kube-system", "configmap/kube-proxy", {"data": {"config.conf": text.replace(old, new)}})
    return change


def proxy_kept(change):
    """Remembers config.conf, then changes its text."""
    def cause():
        KEPT["config.conf"] = get("-n", "kube-system", "configmap", "kube-proxy")["data"]["config.conf"]
        patch("kube-system", "configmap/kube-proxy", {"data": {"config.conf": change(KEPT["config.conf"])}})
    return cause


def proxy_back():
    patch("kube-system", "configmap/kube-proxy", {"data": {"config.conf": KEPT["config.conf"]}})


def two_ways_to_read(text):
    """A duplicate key: YAML readers differ in which one they use."""
    return text.replace("mode: iptables", "mode: ipvs").replace("  strictARP: false", "  strictARP: false\n  strictARP: false")


def like_k3s():
    """What k3s writes about a node that it runs with kube-proxy in IPVS mode."""
    node = get("node", "node1")
    KEPT["kubelet"] = node["status"]["nodeInfo"]["kubeletVersion"]
    args = ["server", "--disable", "servicelb", "--kube-proxy-arg", "proxy-mode=ipvs"]
    kubectl("annotate", "node", "node1", f"k3s.io/node-args={json.dumps(args)}", "--overwrite")
    kubelet(KEPT["kubelet"] + "+k3s1")


def kubelet(version):
    kubectl("patch", "node", "node1", "--subresource=status", "--type=merge", "-p",
            json.dumps({"status": {"nodeInfo": {"kubeletVersion": version}}}))


def no_longer_k3s():
    kubelet(KEPT["kubelet"])
    kubectl("annotate", "node", "node1", "k3s.io/node-args-")


def no_sight_of_kube_proxy():
    """A user who may do everything except read kube-proxy's ConfigMap."""
    groups = [one["name"] for one in json.loads(kubectl("get", "--raw", "/apis"))["groups"]]
    core = {one["name"] for one in json.loads(kubectl("get", "--raw", "/api/v1"))["resources"]}
    role("blind", [{"apiGroups": groups, "resources": ["*"], "verbs": ["*"]},
                   {"apiGroups": [""], "resources": sorted(core - {"configmaps"}), "verbs": ["*"]},
                   {"nonResourceURLs": ["*"], "verbs": ["*"]}])
    for space in ("akash-services", "metallb-system"):
        role("blind", [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["*"]}], space)
    role("blind", [{"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["coredns"], "verbs": ["get"]},
                   {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create", "update", "patch"]}], "kube-system")
    as_user("blind")


def role(name, rules, space=""):
    """Grants the rules to ServiceAccount default/NAME, for the whole cluster if there is no namespace."""
    kind = "Role" if space else "ClusterRole"
    meta = {"name": name, **({"namespace": space} if space else {})}
    group = "rbac.authorization.k8s.io"
    apply({"apiVersion": f"{group}/v1", "kind": kind, "metadata": meta, "rules": rules},
          {"apiVersion": f"{group}/v1", "kind": f"{kind}Binding", "metadata": meta,
           "roleRef": {"apiGroup": group, "kind": kind, "name": name},
           "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": "default"}]})


def sight_back():
    for space in ("akash-services", "metallb-system", "kube-system"):
        kubectl("-n", space, "delete", "role,rolebinding", "blind", "--ignore-not-found")
    kubectl("delete", "clusterrole,clusterrolebinding", "blind", "--ignore-not-found")
    as_admin()


ROWS = [
    Row("ServiceLB of k3s beside MetalLB", {"IPL-LBC-001"}, look_alike,
        undo=lambda: kubectl("-n", "kube-system", "delete", "daemonset", "svclb-web")),
    Row("kube-vip beside MetalLB", {"IPL-LBC-001"}, kube_vip,
        undo=lambda: kubectl("-n", "kube-system", "delete", "daemonset", "kube-vip-ds"), long=True),
    Row("kube-vip as a static pod", {"IPL-LBC-001"}, static_kube_vip, says="kube-vip-node1",
        undo=lambda: kubectl("-n", "kube-system", "delete", "pod", "kube-vip-node1", "--force", "--grace-period=0"), long=True),
    Row("Cilium hands out addresses beside MetalLB", {"IPL-LBC-001"}, cilium_pool,
        undo=lambda: kubectl("delete", "crd", CILIUM), long=True),
    Row("cluster DNS down", {"IPL-CLU-010"}, scale(0), long=True,
        cure=["kubectl", "-n", "kube-system", "scale", "deployment/coredns", "--replicas=2"]),
    Row("DNS domain is another", {"IPL-CLU-011"}, other_domain, undo=domain_back, long=True),
    Row("kube-proxy in IPVS mode without strict ARP", {"IPL-STR-004"}, proxy_config("mode: iptables", "mode: ipvs"),
        undo=proxy_config("mode: ipvs", "mode: iptables"), long=True),
    Row("strictARP written and kube-proxy not restarted", {"IPL-STR-005"}, guide_without_restart, undo=proxy_back,
        says="f:config.conf written"),
    Row("kube-proxy of k3s in IPVS mode", {"IPL-STR-001"}, like_k3s, undo=no_longer_k3s),
    Row("kube-proxy's configuration cannot be edited", {"IPL-STR-002"}, proxy_kept(two_ways_to_read), undo=proxy_back, long=True),
    # The missing right is reported too, by its own id.
    Row("kube-proxy's configuration may not be read", {"IPL-CLU-002", "IPL-STR-003"}, no_sight_of_kube_proxy, undo=sight_back, long=True),
]
