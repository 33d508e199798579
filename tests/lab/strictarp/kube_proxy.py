# SPDX-License-Identifier: Apache-2.0
"""kube-proxy on a lab whose kernel has no IPVS. From now on the DaemonSet mounts ConfigMap `kube-proxy-real`
(iptables). iplease reads, edits and restarts for ConfigMap `kube-proxy`. The pods, their restarts, the API server and
its conflicts are real. The field's effect on ARP is not tested here."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))
from onlab import claim, iplease, kubectl  # noqa: E402,F401

SAMPLES = Path(__file__).resolve().parent.parent.parent / "data" / "kube-proxy"
IPVS = "kubespray-ipvs-strictarp-false"


def get(*what):
    return json.loads(kubectl("get", *what, "-o", "json"))


def system(*what):
    return get("-n", "kube-system", *what)


def sample(name):
    """A sample's data, as the API server reads it."""
    text = kubectl("create", "--dry-run=client", "-o", "json", "-f", str(SAMPLES / f"{name}.yaml"))
    return json.loads(text)["data"]


def mount_the_real_one():
    live = system("configmap", "kube-proxy")
    real = {
        "apiVersion": "v1", "kind": "ConfigMap", "data": live["data"],
        "metadata": {"name": "kube-proxy-real", "namespace": "kube-system"},
    }
    kubectl("apply", "-f", "-", stdin=json.dumps(real))
    volumes = system("daemonset", "kube-proxy")["spec"]["template"]["spec"]["volumes"]
    for volume in volumes:
        if volume.get("configMap", {}).get("name") == "kube-proxy":
            volume["configMap"]["name"] = "kube-proxy-real"
    patch = {"spec": {"template": {"spec": {"volumes": volumes}}}}
    kubectl("-n", "kube-system", "patch", "daemonset", "kube-proxy", "--type=strategic", "-p", json.dumps(patch))
    kubectl("-n", "kube-system", "rollout", "status", "daemonset/kube-proxy", "--timeout=60s")


def put(data):
    """Replaces the data of ConfigMap kube-proxy."""
    live = system("configmap", "kube-proxy")
    live["data"] = data
    kubectl("replace", "-f", "-", stdin=json.dumps(live))


def data():
    return system("configmap", "kube-proxy")["data"]


def with_config(text):
    return {**sample(IPVS), "config.conf": text}


def config():
    """config.conf from Kubespray's sample: IPVS, strictARP: false."""
    return sample(IPVS)["config.conf"]


def pods():
    found = system("pods", "-l", "k8s-app=kube-proxy")["items"]
    return {one["metadata"]["uid"] for one in found if not one["metadata"].get("deletionTimestamp")}


def revisions():
    """How many templates the DaemonSet has had. Each restart adds one."""
    return system("daemonset", "kube-proxy")["metadata"]["generation"]


def stage(*args):
    """The plan of stage strict-arp."""
    whole = json.loads(iplease("plan", "-o", "json", *args, check=False).stdout)
    return next(one for one in whole["stages"] if one["stage"] == "strict-arp")
