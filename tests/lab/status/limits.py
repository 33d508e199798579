# SPDX-License-Identifier: Apache-2.0
"""Pools from which no lease would get a working address, though every command exits 0. `enable`, `verify` and `status`
report them with the same id as `doctor`, and `doctor --fix` creates no pool without addresses."""

import json
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))

from onlab import IPLEASE, LAB, audit_mark, claim, follow, iplease, kubectl, main, play, shell, writes_since  # noqa: E402
from leases import until  # noqa: E402

POOL = ("-n", "metallb-system", "patch", "ipaddresspool", "default")
ADVERTISEMENT = ("-n", "metallb-system", "patch", "l2advertisement", "l2advertisement1")
OURS = ("get", "services", "-n", "akash-services", "-o", "name")


def told(identity, code, *args):
    done = iplease(*args, check=False)
    claim(done.returncode == code and identity in done.stderr, f"wanted {identity}, exit {code}: {done}")
    return done.stderr


def refused(identity, *args):
    """Reported before anything is written."""
    mark = audit_mark()
    told(identity, 3, *args)
    claim(writes_since(mark) == [], f"{args}: it wrote {writes_since(mark)}")


def unwell(saying):
    code, text = 0, ""
    for _ in range(20):
        done = iplease("status", check=False)
        code, text = done.returncode, done.stdout
        if code == 0 and "on, but not well" in text and saying in " ".join(text.split()):
            return
        time.sleep(0.5)
    claim(False, f"status does not say {saying!r}: exit {code}\n{text}")


def well():
    until("status is well", lambda: iplease("status").stdout.startswith("IP leases are on\n"))
    iplease("verify")


def no_such_interface():
    """MetalLB accepts the name, assigns the address, and reports both announceFailed and nodeAssigned."""
    text = told("IPL-POOL-047", 4, "enable", "--yes", "--set", "pool.interfaces=nosuch0")
    claim('doesn\'t exist in assigned node "node1"' in text or "announceFailed" in text or "refused:" in text, text)
    claim("pool.interfaces" in text, f"no cure: {text}")
    text = told("IPL-POOL-047", 4, "verify")
    claim("event announceFailed: the interfaces specified by LB IP" in text, text)
    claim("iplease-verify" not in kubectl(*OURS), "verify left its Services")
    follow(text, "iplease enable --set pool.interfaces=eth0", more=("--yes",))
    well()


def interface_lost_later():
    iplease("verify", "--keep")
    kubectl(*ADVERTISEMENT, "--type=merge", "-p", '{"spec":{"interfaces":["nosuch0"]}}')
    unwell("doesn't exist in assigned node")
    time.sleep(1.1)  # events carry whole seconds, so two in the same second have no order
    kubectl(*ADVERTISEMENT, "--type=merge", "-p", '{"spec":{"interfaces":["eth0"]}}')  # as enable left it
    until("announced again", lambda: iplease("status").stdout.startswith("IP leases are on\n"))
    iplease("verify")


def serves_some():
    limits = {"priority": 1, "namespaces": ["default"]}
    kubectl(*POOL, "--type=merge", "-p", json.dumps({"spec": {"serviceAllocation": limits}}))
    refused("IPL-POOL-042", "enable", "--yes")
    refused("IPL-POOL-042", "verify")
    unwell("it serves some Services only")
    kubectl(*POOL, "--type=json", "-p", '[{"op":"remove","path":"/spec/serviceAllocation"}]')
    well()


def selects_no_node():
    selector = {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "NotIn", "values": ["node1"]}]}
    kubectl(*ADVERTISEMENT, "--type=merge", "-p", json.dumps({"spec": {"nodeSelectors": [selector]}}))
    refused("IPL-POOL-044", "enable", "--yes")
    refused("IPL-POOL-044", "verify")
    unwell("match no node")
    selector["matchExpressions"][0]["operator"] = "In"
    kubectl(*ADVERTISEMENT, "--type=merge", "-p", json.dumps({"spec": {"nodeSelectors": [selector]}}))
    well()
    kubectl(*ADVERTISEMENT, "--type=json", "-p", '[{"op":"remove","path":"/spec/nodeSelectors"}]')
    iplease("enable", "--yes")


def fix_without_addresses():
    """Without the lab's flags file, only the last run knows the pool."""
    kubectl("-n", "metallb-system", "delete", "ipaddresspool", "default")
    plain = ("env", "-u", "IPLEASE_FILE", IPLEASE, "doctor", "--fix", "--yes", "--set", "repositories.akash=http://127.0.0.1:8879/akash")
    mark = audit_mark()
    done = shell(*plain, "--state-dir", f"/run/iplease-lab/{LAB}/home/no-memory", check=False)
    claim(done.returncode == 2 and "IPL-POOL-030" in done.stderr, done)
    claim("--pool" in done.stderr and "pool.addresses" in done.stderr, done.stderr)
    claim(writes_since(mark) == [], f"it wrote {writes_since(mark)}")
    done = shell(*plain, check=False)
    claim(done.returncode == 0, done)
    addresses = json.loads(kubectl("-n", "metallb-system", "get", "ipaddresspool", "default", "-o", "json"))["spec"]["addresses"]
    claim(addresses == ["203.0.113.100-203.0.113.120"], addresses)
    well()


def looks_only():
    """Neither of the two commands that look ever writes, whatever it finds."""
    mark = audit_mark()
    for words in (("doctor",), ("doctor", "--pre"), ("doctor", "--strict"), ("status",), ("status", "--detailed-exitcode")):
        claim(iplease(*words, check=False).returncode == 0, words)
    claim(writes_since(mark) == [], f"it wrote {writes_since(mark)}")


def test():
    play(no_such_interface, interface_lost_later, serves_some, selects_no_node, looks_only, fix_without_addresses,
         long=(interface_lost_later, serves_some, fix_without_addresses))


main(test)
