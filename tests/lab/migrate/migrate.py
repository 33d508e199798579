# SPDX-License-Identifier: Apache-2.0
"""A provider on the real MetalLB 0.12.0, from manifests or Helm's chart, is migrated to 0.14.8. No tenant's address
changes, none is missing except while it is pinned, and nothing of the operator's is lost."""

import json
import os
import sys

from old_metallb import (
    CONFIG, MARK, PIN, STATE, Watch, addresses, claim, config_map, apply, flags_without_pool, install_chart,
    install_manifests, iplease, kubectl, load_images, longest_loss, services, shell, tenants,
)
from onlab import audit_mark, main, usage, writes_since

HELM = "helm" in sys.argv[2:]


def config_maps():
    items = json.loads(kubectl("-n", "metallb-system", "get", "configmaps", "-o", "json"))["items"]
    return {one["metadata"]["name"] for one in items}


def pins(rows):
    """How often each Service was pinned and un-pinned, as the API server showed it."""
    state, count = {}, {}
    for _, _, name, _, notes in rows:
        pinned = MARK in notes
        if pinned != state.get(name, False):
            count.setdefault(name, [0, 0])[0 if pinned else 1] += 1
        state[name] = pinned
    return count


def lost_only_while_pinned(rows):
    for _, _, name, address, notes in rows:
        held = PIN in notes or name in ("asked", "last")  # those two ask for their address with spec.loadBalancerIP
        claim(address or held, f"{name} had neither an address nor a pin: {notes}")


def check_services(before):
    claim(addresses() == before, f"addresses were {before} and are {addresses()}")
    for one in services():
        notes = one["metadata"].get("annotations", {})
        claim(PIN not in notes and MARK not in notes, f"a pin is left on {one['metadata']['name']}: {notes}")


def nothing_lost():
    folder = STATE / "home" / "provider"
    name = "metallb" if HELM else "config"
    saved = json.loads((folder / f"metallb-{name}-configmap.json").read_text(encoding="utf-8"))
    words = saved["data"]["config"]
    claim("203.0.113.125-203.0.113.126" in words and (HELM or words == CONFIG), f"the ConfigMap was saved as {words}")
    if not HELM:
        kept = json.loads((folder / "metallb-0.12.0-workloads.json").read_text(encoding="utf-8"))
        claim({one["kind"] for one in kept["items"]} == {"Deployment", "DaemonSet"}, "the workloads were not saved")


def refused_before_agreed(flags):
    mark = audit_mark()
    told = iplease("enable", "--yes", "-f", flags, check=False)
    claim(told.returncode == 3 and "IPL-MIG-014" in told.stderr, f"manifests were replaced unasked: {told}")
    adopt = flags_without_pool("metallb:", "  values:")
    told = iplease("enable", "--yes", "-f", adopt, "--metallb", "adopt", check=False)
    claim(told.returncode == 3 and "IPL-MLB-013" in told.stderr, f"0.12 was adopted: {told}")
    claim(writes_since(mark) == [], f"a refusal wrote {writes_since(mark)}")


def test():
    if HELM and not os.environ.get("IPLEASE_LONG"):
        print("only in the long run: migrate:kill starts from Helm's chart too")
        return
    load_images()
    (install_chart if HELM else install_manifests)()
    before = tenants()
    print("0.12.0 gave", before, flush=True)
    # A foreign ConfigMap with the other installer's name. It must stay.
    foreign = "config" if HELM else "metallb"
    apply(config_map(foreign, "address-pools: []\n"))
    flags = flags_without_pool()
    if not HELM:
        refused_before_agreed(flags)
    watch = Watch(STATE)
    told = iplease("enable", "--yes", "-f", flags, "--accept-risk", "IPL-MIG-014", check=False)
    rows = watch.stop()
    claim(told.returncode == 0, f"exit {told.returncode}\n{told.stdout}\n{told.stderr}")
    worst = longest_loss(rows, before)
    print("seconds without an address:", {name: round(value, 1) for name, value in worst.items()}, flush=True)
    lost_only_while_pinned(rows)
    pinned = pins(rows)
    claim(pinned == {name: [1, 1] for name in before if name not in ("asked", "last")}, f"pins and un-pins: {pinned}")
    check_services(before)
    claim(foreign in config_maps(), f"ConfigMap {foreign} was not ours and is gone")
    claim(not {"iplease-kept-config", "metallb" if HELM else "config"} & config_maps(), f"left: {config_maps()}")
    nothing_lost()
    claim(usage()["Available"] == 12, f"/usage says {usage()}")
    again = iplease("enable", "--yes", "-f", flags)
    claim("nothing to do" in again.stdout, f"the second run: {again.stdout}{again.stderr}")
    claim(shell("kubectl", "-n", "metallb-system", "get", "deployment", "controller", check=False).returncode != 0, "0.12 is left")


if __name__ == "__main__":
    main(test)
