#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`lab up --nodes 2`: two real nodes, pods that reach each other across them, one host that answers for a leased
address, and a clean machine afterwards."""

import json
import os
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import host  # noqa: E402
from labtest import claim, labctl, main, shell, timed  # noqa: E402

NAME = os.environ["IPLEASE_LAB_NAME"] = "two"
GUIDE = Path(__file__).resolve().parent.parent / "smoke-guide.sh"
IMAGE = "ghcr.io/akash-network/provider:0.16.2"


def objects(what: str) -> list[dict]:
    return json.loads(shell(f"kubectl get {what} -o json"))["items"]


def both_are_ready() -> None:
    seen = {}
    for node in objects("nodes"):
        ready = [c["status"] for c in node["status"]["conditions"] if c["type"] == "Ready"]
        address = [a["address"] for a in node["status"]["addresses"] if a["type"] == "InternalIP"]
        seen[node["metadata"]["name"]] = (ready, address)
    claim(seen == {"node1": (["True"], ["203.0.113.10"]), "node2": (["True"], ["203.0.113.11"])}, str(seen))


def pods_reach_each_other() -> None:
    shell("kubectl create namespace across")
    for node in ("node1", "node2"):
        spec = {"nodeName": node, "tolerations": [{"operator": "Exists"}], "terminationGracePeriodSeconds": 0}
        overrides = json.dumps({"apiVersion": "v1", "spec": spec})
        shell(f"kubectl -n across run on-{node} --image={IMAGE} --overrides='{overrides}' -- provider-services web")
    shell("kubectl -n across wait --for=condition=Ready pod --all --timeout=60s")
    where = {pod["spec"]["nodeName"]: pod["status"]["podIP"] for pod in objects("pods --namespace across")}
    claim(set(where) == {"node1", "node2"}, f"the pods run on {sorted(where)}")
    claim(len({address.rsplit(".", 1)[0] for address in where.values()}) == 2, f"one range for both: {where}")
    for one, other in (("node1", "node2"), ("node2", "node1")):
        url = f"http://{where[other]}:3000/"
        ask = f"kubectl -n across exec on-{one} -- curl -sf -m 5 {url}"
        told = shell(f"for i in $(seq 20); do {ask} && break; sleep 0.5; done", check=False)
        claim(told, f"the pod on {one} does not reach {url} on {other}")


def speakers_on_both() -> None:
    speaker = json.loads(shell("kubectl -n metallb-system get daemonset metallb-speaker -o json"))["status"]
    claim(speaker["numberReady"] == 2, f"{speaker['numberReady']} speakers are ready")
    events = objects("events --namespace smoke --field-selector reason=nodeAssigned")
    by = {event["message"].split('"')[1] for event in events}
    claim(len(by) == 1 and by <= {"node1", "node2"}, f"announced by {sorted(by)}")


def test() -> None:
    labctl("down")
    before = host.observe()
    timed(60, "up", "--nodes", "2")
    both_are_ready()
    pods_reach_each_other()
    # The guide's commands end when the client host has opened the address, with one ARP answer.
    guide = subprocess.run([str(GUIDE)], capture_output=True, text=True, check=False, timeout=300)
    claim(guide.returncode == 0, f"the guide: {guide.stdout}{guide.stderr}")
    speakers_on_both()
    timed(10, "down")
    found = host.differences(before, host.observe()) + host.leftovers(NAME)
    claim(not found, "not as it was: " + "; ".join(found))


main(test)
