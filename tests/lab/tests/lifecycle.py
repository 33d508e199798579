#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Up, use, reset, down: within their time limits, and this machine is unchanged afterwards."""

import json
import os
import socket
import sys
from contextlib import ExitStack
from pathlib import Path

sys.dont_write_bytecode = True
import host  # noqa: E402
import marks  # noqa: E402
from labtest import claim, labctl, main, shell, timed  # noqa: E402

NAME = os.environ["IPLEASE_LAB_NAME"] = "life"
RUN = Path("/run/iplease-lab") / NAME


def node_is_real() -> None:
    nodes = json.loads(shell("kubectl get nodes -o json"))["items"]
    claim(len(nodes) == 1, f"{len(nodes)} nodes")
    conditions = {c["type"]: c["status"] for c in nodes[0]["status"]["conditions"]}
    claim(conditions["Ready"] == "True", f"the node is not Ready: {conditions}")
    claim(nodes[0]["status"]["nodeInfo"]["kubeletVersion"] == "v1.34.4", "kubelet's version")


def pods_are_ready() -> None:
    pods = json.loads(shell("kubectl get pods -A -o json"))["items"]
    names = {pod["metadata"]["name"].rsplit("-node1")[0].split("-", 2)[0] for pod in pods}
    claim({"coredns", "etcd", "kube"} <= names, f"pods are missing: {sorted(names)}")
    late = [
        pod["metadata"]["name"]
        for pod in pods
        if not all(c["ready"] for c in pod["status"].get("containerStatuses", [{"ready": False}]))
    ]
    claim(not late, f"not ready: {late}")


def provider_is_there(revision: str = "1") -> None:
    releases = json.loads(shell("helm list -A -o json"))
    found = [(r["name"], r["status"], r["revision"]) for r in releases]
    claim(found == [("akash-provider", "deployed", revision)], f"releases: {found}")


def use() -> None:
    marks.leave(RUN)
    shell("kubectl -n kube-system delete deployment coredns")
    shell("kubectl -n mark create deployment web --image=registry.k8s.io/pause:3.10.1 --replicas=2")
    shell("kubectl -n mark wait --for=condition=Available deployment/web --timeout=60s")


def fresh(identity: str) -> None:
    marks.are_gone(RUN, identity)
    pods_are_ready()
    provider_is_there()


def network() -> None:
    told = labctl("client", "--", "curl", "-sk", "-m", "5", "https://203.0.113.10:6443/version").stdout
    claim("v1.34.4" in told, f"the client host does not reach the node: {told!r}")
    routes = shell("ip route show default")
    claim(routes == "", f"the node has a way out: {routes}")
    charts = shell("curl -sf http://127.0.0.1:8879/metallb/index.yaml")
    for version in ("0.14.8", "0.14.9", "0.15.3", "0.16.2"):
        claim(f"metallb-{version}.tgz" in charts, f"no MetalLB chart {version}")


def occupy(ports: tuple[int, ...]) -> ExitStack:
    """Listen on this machine where a cluster would: the lab's ports are on its own networks."""
    held = ExitStack()
    for port in ports:
        listener = held.enter_context(socket.socket())
        try:
            listener.bind(("0.0.0.0", port))
            listener.listen()
        except OSError:
            pass  # something on this machine already listens there, which is just as good
    return held


def test() -> None:
    labctl("down")
    before = host.observe()
    with occupy((2379, 6443, 7472, 8443, 8879, 10250, 10257, 10259)):
        whole_life(before)


def whole_life(before: dict) -> None:
    timed(60, "up")
    found = host.differences(before, host.observe())
    claim(not found, "the host changed while the lab is up: " + "; ".join(found))
    node_is_real()
    pods_are_ready()
    provider_is_there()
    network()
    identity = shell(marks.IDENTITY)
    for _ in range(2):
        use()
        timed(20, "reset")
        fresh(identity)
    timed(10, "down")
    found = host.differences(before, host.observe()) + host.leftovers(NAME)
    claim(not found, "not as it was: " + "; ".join(found))
    claim(labctl("status", check=False).returncode == 3, "status after down is not 3")


main(test)
