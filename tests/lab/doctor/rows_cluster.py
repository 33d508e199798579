# SPDX-License-Identifier: Apache-2.0
"""Faults of the cluster around them."""

from bench import Row, apply, get, kubectl, patch

KEPT = {}


def look_alike():
    labels = {"svccontroller.k3s.cattle.io/svcname": "web", "app": "svclb-web"}
    apply({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "svclb-web", "namespace": "kube-system", "labels": labels},
           "spec": {"selector": {"matchLabels": {"app": "svclb-web"}},
                    "template": {"metadata": {"labels": labels},
                                 "spec": {"nodeSelector": {"nowhere": "true"},
                                          "containers": [{"name": "lb", "image": "example.com/klipper-lb:1"}]}}}})


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


ROWS = [
    Row("ServiceLB of k3s beside MetalLB", {"IPL-LBC-001"}, look_alike,
        undo=lambda: kubectl("-n", "kube-system", "delete", "daemonset", "svclb-web")),
    Row("cluster DNS down", {"IPL-CLU-010"}, scale(0), undo=scale(2)),
    Row("DNS domain is another", {"IPL-CLU-011"}, other_domain, undo=domain_back),
    Row("kube-proxy in IPVS mode without strict ARP", {"IPL-STR-004"}, proxy_config("mode: iptables", "mode: ipvs"),
        undo=proxy_config("mode: ipvs", "mode: iptables")),
]
