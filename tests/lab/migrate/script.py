# SPDX-License-Identifier: Apache-2.0
"""The migration as a script (`plan -o sh`). A pool that somebody created between the plan and the script stays theirs,
the others are created, and the script runs to its end. script.py IPLEASE"""

import json
import os

from old_metallb import CONFIG, apply, claim, config_map, flags_without_pool, iplease, kubectl, shell
from onlab import IPLEASE, audit_mark, main, usage, writes_since
from migrate import config_maps

POOLS = "/apis/metallb.io/v1beta1/namespaces/metallb-system/ipaddresspools"
THEIRS = {
    "apiVersion": "metallb.io/v1beta1", "kind": "IPAddressPool",
    "metadata": {"name": "reserved", "namespace": "metallb-system", "annotations": {"by": "somebody else"}},
    "spec": {"addresses": ["203.0.113.125/32"], "autoAssign": False},
}


def pool(name):
    return json.loads(kubectl("-n", "metallb-system", "get", "ipaddresspool", name, "-o", "json"))


def test():
    shell(
        "helm", "install", "metallb", "metallb", "--repo", "http://127.0.0.1:8879/metallb", "--version", "0.14.8",
        "-n", "metallb-system", "--create-namespace", "--set", "speaker.frr.enabled=false",
        "--set", "speaker.ignoreExcludeLB=true", "--wait",
    )
    apply(config_map("config", CONFIG))
    script = iplease("plan", "-o", "sh", "-f", flags_without_pool()).stdout
    claim("create_missing" in script, f"the script makes no pool:\n{script}")
    apply(THEIRS)
    before, mark = pool("reserved"), audit_mark()
    told = shell("sh", "-c", f"PATH={os.path.dirname(IPLEASE)}:$PATH sh -s", stdin=script, check=False)
    claim(told.returncode == 0, f"exit {told.returncode}\n{told.stdout}\n{told.stderr}")
    claim(pool("reserved") == before, f"somebody's pool was {before} and is {pool('reserved')}")
    touched = [one for one in writes_since(mark) if f"{POOLS}/reserved" in one]
    claim(not touched, f"it was written to: {touched}")
    claim(pool("default")["spec"]["addresses"] == ["203.0.113.100-203.0.113.110", "203.0.113.115/32"], f"{pool('default')}")
    claim("config" not in config_maps(), f"left: {config_maps()}")
    claim(usage()["Available"] == 12, f"/usage says {usage()}")


main(test)
