#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real Ansible loads inventories that we wrote. The variables must have the right types.

Uses `ansible-inventory` from PATH, else ansible-core from PyPI in a cached virtual environment. Skipped (77) if neither
is available. Does not run the roles themselves.
"""
import json, os, pathlib, shutil, subprocess, sys, tempfile

SKIP = 77
RANGES = ["192.0.2.0/28", "198.51.100.10-198.51.100.20"]
FLAT = {"metallb_enabled": True, "metallb_speaker_enabled": True, "metallb_protocol": "layer2", "metallb_pool_name": "default",
        "metallb_ip_range": RANGES, "metallb_auto_assign": True, "metallb_avoid_buggy_ips": False, "kube_proxy_strict_arp": True}
DEFAULT = {"ip_range": RANGES, "auto_assign": True, "avoid_buggy_ips": False}
NEW = {"metallb_enabled": True, "metallb_namespace": "metallb-system", "kube_proxy_strict_arp": True,
       "metallb_config": {"address_pools": {"default": DEFAULT}, "layer2": ["default"]}}
INLINE = {**NEW, "metallb_config": {"address_pools": {"internal": {"ip_range": ["10.9.0.0/24"], "auto_assign": False}, "default": DEFAULT},
                                    "layer2": ["internal", "default"]}}
# v2.22 and v2.23 have no avoid_buggy_ips and no setting for the namespace. v2.18 and v2.19 spell matallb_auto_assign
# like that.
EARLY = {"metallb_enabled": True, "kube_proxy_strict_arp": True,
         "metallb_config": {"address_pools": {"default": {"ip_range": RANGES, "auto_assign": True}}, "layer2": ["default"]}}
FIRST = {"metallb_enabled": True, "metallb_pool_name": "default", "metallb_ip_range": RANGES, "matallb_auto_assign": True}
CASES = [("old", "v2.21.0", FLAT), ("new", "v2.31.0", NEW), ("inline", "v2.31.0", INLINE), ("old", "v2.25.0", NEW),
         ("old", "v2.29.1", NEW), ("old", "v2.22.2", EARLY), ("old", "v2.18.2", FIRST)]


def ansible_inventory():
    found = shutil.which("ansible-inventory")
    if found:
        return found
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    folder = cache / "iplease-tests" / "ansible-core"
    tool = folder / "bin" / "ansible-inventory"
    if not tool.exists():
        for command in ([sys.executable, "-m", "venv", str(folder)],
                        [str(folder / "bin" / "pip"), "install", "-q", "ansible-core"]):
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                shutil.rmtree(folder, ignore_errors=True)
                print("skipped: ansible-core cannot be installed:", done.stderr.strip()[-300:])
                sys.exit(SKIP)
    return str(tool)


def main():
    writer, data = sys.argv[1], pathlib.Path(sys.argv[2])
    tool = ansible_inventory()
    bad = 0
    with tempfile.TemporaryDirectory(prefix="iplease-ansible-") as at:
        env = {**os.environ, "HOME": at, "ANSIBLE_LOCAL_TEMP": at}
        for name, release, wanted in CASES:
            folder = pathlib.Path(at) / f"{name}-{release}"
            shutil.copytree(data / name, folder)
            subprocess.run([writer, release, str(folder)], check=True)
            said = subprocess.run([tool, "-i", str(folder / "hosts.yaml"), "--host", "node1"],
                                  env=env, capture_output=True, text=True, check=True)
            got = json.loads(said.stdout)
            for key, value in wanted.items():
                # JSON tells true, "true" and 1 apart; Python's == does not.
                if json.dumps(got.get(key), sort_keys=True) != json.dumps(value, sort_keys=True):
                    bad += 1
                    print(f"{name} {release}: {key} is {got.get(key)!r}, not {value!r}")
    print(f"{len(CASES)} inventories read by {tool}, {bad} variables wrong")
    sys.exit(1 if bad else 0)


main()
