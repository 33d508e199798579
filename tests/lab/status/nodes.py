# SPDX-License-Identifier: Apache-2.0
"""Two real nodes. `verify` and `status` name the node that announces, and that node answers for the address on the
wire."""

import json
import os
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))
os.environ["IPLEASE_LAB_NAME"] = "status-nodes"  # its own lab: the shared ones have one node

from onlab import LABCTL, claim, client, iplease, main  # noqa: E402
from json_schema import check, check_stream  # noqa: E402
from leases import until  # noqa: E402

NODES = {"node1": "203.0.113.10", "node2": "203.0.113.11"}


def labctl(*args):
    subprocess.run([LABCTL, args[0], "--name", os.environ["IPLEASE_LAB_NAME"], *args[1:]], check=True, timeout=400)


def hardware_address(address):
    """The MAC address that answers for it, as the second host has learned."""
    for line in client("ip", "neigh", "show", address).stdout.splitlines():
        words = line.split()
        if "lladdr" in words:
            return words[words.index("lladdr") + 1]
    return ""


def answers(url):
    return client("curl", "-ks", "--max-time", "3", "-o", "/dev/null", "-w", "%{http_code}", url).stdout == "200"


def named_node_answers():
    lines = check_stream(iplease("verify", "--keep", "-o", "json").stdout)
    verified = next(line for line in lines if line["type"] == "verified")
    claim(verified["announced_by"] in NODES, verified)
    address = verified["address"]
    for port in verified["ports"]:
        until(f"HTTP 200 from {address}:{port}", lambda url=f"https://{address}:{port}/status": answers(url))
    node = NODES[verified["announced_by"]]
    for one in NODES.values():
        client("ping", "-c", "1", "-W", "1", one)
    claim(hardware_address(address) == hardware_address(node) != "",
          f"{address} is at {hardware_address(address)!r}, {node} at {hardware_address(node)!r}")
    services = check("status", json.loads(iplease("status", "-o", "json").stdout))["services"]
    claim({tuple(one["announced_by"]) for one in services} == {(verified["announced_by"],)}, services)
    print(f"{address} is announced by {verified['announced_by']}, at {hardware_address(address)}", flush=True)


def test():
    try:
        labctl("up", "--nodes", "2")
        iplease("enable", "--yes")
        named_node_answers()
        speakers = next(one for one in check("status", json.loads(iplease("status", "-o", "json").stdout))["parts"]
                        if one["stage"] == "metallb")
        claim("speakers 2/2 ready" in speakers["detail"], speakers)
        iplease("verify")
    finally:
        labctl("down")


main(test)
