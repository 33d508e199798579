# SPDX-License-Identifier: Apache-2.0
"""The real MetalLB 0.12.0 on a lab, with Services like tenants' ones, and a watch of their addresses."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))
from onlab import LAB, LABCTL, STATE, claim, client, iplease, kubectl, shell  # noqa: E402,F401

POOL = ("203.0.113.100-203.0.113.110", "203.0.113.115/32")
CONFIG = """\
# the operator's own words
address-pools:
- name: default
  protocol: layer2
  addresses:
  - 203.0.113.100-203.0.113.110
  - 203.0.113.115/32
- name: reserved
  protocol: layer2
  auto-assign: false
  addresses:
  - 203.0.113.125-203.0.113.126
"""
PIN = "metallb.universe.tf/loadBalancerIPs"
MARK = "iplease.akash.network/pinned"
SHARE = "metallb.universe.tf/allow-shared-ip"


def _labctl(*argv):
    done = subprocess.run([LABCTL, *argv], capture_output=True, text=True, timeout=600, check=False)
    claim(done.returncode == 0, f"labctl {' '.join(argv)}: {done.stderr}")
    return done.stdout.strip()


def _charts():
    return Path(_labctl("part", "metallb-charts")) / "v0.12.0"


def load_images():
    """Needed once after each reset."""
    _labctl("load", "--name", LAB, "images-metallb-0.12.0")


def config_map(name, config=CONFIG, name_space="metallb-system"):
    return {
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": name_space}, "data": {"config": config},
    }


def apply(*objects):
    kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))


def install_manifests(name_space="metallb-system", config=CONFIG):
    """As its manual said: namespace.yaml, metallb.yaml, ConfigMap `config`. Without the PodSecurityPolicies, which no
    API server has had since 1.25."""
    folder = _charts() / "config" / "manifests"
    text = (folder / "namespace.yaml").read_text() + "\n---\n" + (folder / "metallb.yaml").read_text()
    documents = [one for one in text.split("\n---") if "kind: PodSecurityPolicy" not in one]
    text = "\n---".join(documents).replace("metallb-system", name_space)
    kubectl("apply", "-f", "-", stdin=text)
    # What every node of kubeadm's needs since the pod-security admission: these speakers use host ports.
    apply(config_map("config", config, name_space))
    for what in ("deployment/controller", "daemonset/speaker"):
        kubectl("-n", name_space, "rollout", "status", what, "--timeout=120s")


def install_chart(config=CONFIG):
    """Helm's 0.12: the configuration is in the values, and Helm owns ConfigMap `metallb`. The lab has no image of its
    FRR."""
    values = "psp: {create: false}\nspeaker: {tolerateMaster: true, frr: {enabled: false}}\nconfigInline:\n"
    values += "".join(f"  {line}\n" for line in config.splitlines())
    shell(
        "helm", "install", "metallb", str(_charts() / "metallb"), "-n", "metallb-system", "--create-namespace",
        "-f", "-", "--wait", stdin=values,
    )
    # `helm --wait` allows one missing speaker, even if there is only one.
    kubectl("-n", "metallb-system", "rollout", "status", "daemonset/metallb-speaker", "--timeout=120s")


def service(name, port=80, annotations=None, **spec):
    return {
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": name, "namespace": "tenants", "annotations": annotations or {}},
        "spec": {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": port, "targetPort": 3000}], **spec},
    }


def tenants():
    """A plain one, one that asks for an address, two that share one (like a lease with two ports), and one from another
    pool, all with the web server behind them. Returns name -> address."""
    web = (Path(__file__).resolve().parent.parent / "akash" / "web.yaml").read_text().split("---")[0]
    kubectl("create", "namespace", "tenants")
    kubectl("-n", "tenants", "apply", "-f", "-", stdin=web)
    kubectl("-n", "tenants", "rollout", "status", "deployment/web", "--timeout=120s")
    wanted = [
        service("ended"),  # an ended lease: its address is free, and the first that a MetalLB would assign
        service("plain"),
        service("asked", loadBalancerIP="203.0.113.107"),
        service("shared-a", 8080, {SHARE: "lease-1"}),
        service("shared-b", 8443, {SHARE: "lease-1"}),
        service("last", loadBalancerIP="203.0.113.115"),
        service("reserved", 80, {"metallb.universe.tf/address-pool": "reserved"}),
    ]
    for one in wanted:
        apply(one)
        limit = time.monotonic() + 60
        while not addresses().get(one["metadata"]["name"]):
            claim(time.monotonic() < limit, f"Service {one['metadata']['name']} got no address from 0.12")
            time.sleep(0.1)
    kubectl("-n", "tenants", "delete", "service", "ended")
    got = addresses()
    claim(got["asked"] == "203.0.113.107" and got["shared-a"] == got["shared-b"], f"0.12 gave {got}")
    return got


def services():
    return json.loads(kubectl("-n", "tenants", "get", "services", "-o", "json"))["items"]


def address_of(one):
    ingress = one.get("status", {}).get("loadBalancer", {}).get("ingress") or [{}]
    return ingress[0].get("ip", "")


def addresses():
    return {one["metadata"]["name"]: address_of(one) for one in services()}


class Watch:
    """Writes every change of the tenants' Services, as the API server reports it, to a file with the time."""

    def __init__(self, folder):
        self._file = Path(folder) / "services.watch"
        code = (
            "import subprocess, sys, time\n"
            "watch = subprocess.Popen(['kubectl', '-n', 'tenants', 'get', 'services', '--watch', '--output-watch-events',"
            " '-o', 'jsonpath={.type} {.object.metadata.name} {.object.status.loadBalancer.ingress[0].ip}"
            " {.object.metadata.annotations}{\"\\\\n\"}'], stdout=subprocess.PIPE, text=True)\n"
            "for line in watch.stdout:\n"
            "    print(time.monotonic(), line, end='', flush=True)\n"
        )
        with open(self._file, "w", encoding="utf-8") as out:
            self._process = subprocess.Popen(
                [LABCTL, "shell", "--name", LAB, "--", sys.executable, "-c", code], stdout=out, start_new_session=True
            )
        limit = time.monotonic() + 20
        while len(self._file.read_text().splitlines()) < 6:
            claim(time.monotonic() < limit, "the watch does not start")
            time.sleep(0.1)

    def stop(self):
        time.sleep(0.5)  # until the last change has come from the API server
        os.killpg(self._process.pid, 15)
        self._process.wait(30)
        rows = []
        for line in self._file.read_text().splitlines():
            when, kind, name, rest = (line.split(" ", 3) + [""])[:4]
            address, _, notes = rest.partition(" ")
            rows.append((float(when), kind, name, address, notes))
        return rows


def longest_loss(rows, before):
    """Seconds without an address, by Service. Fails if an address was ever another one."""
    lost, worst = {}, dict.fromkeys(before, 0.0)
    for when, kind, name, address, _ in rows:
        claim(kind in ("ADDED", "MODIFIED"), f"{name} was {kind}")
        claim(address in ("", before[name]), f"{name} had {before[name]} and was given {address}")
        if not address:
            lost.setdefault(name, when)
        elif name in lost:
            worst[name] = max(worst[name], when - lost.pop(name))
    claim(not lost, f"without an address at the end: {sorted(lost)}")
    return worst


def flags_without_pool(*more):
    """The lab's flags file without pool.addresses, because the old pool is the default. Also leaves out the lines that
    start with one of `more`."""
    text = shell("sh", "-c", "cat $IPLEASE_FILE").stdout
    kept = [line for line in text.splitlines() if not line.startswith(("pool:", "  addresses:", *more))]
    path = STATE / "home" / f"no-pool-{len(more)}.yaml"
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return str(path)
