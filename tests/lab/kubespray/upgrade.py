# SPDX-License-Identifier: Apache-2.0
"""Kubespray v2.21 built a provider with MetalLB 0.12, which now gets v2.31. The play deletes the old ConfigMap, and a
0.13 controller starts before there is a pool. No tenant's address changes, the ConfigMap is kept, and the remaining
stages end in a lease.
upgrade.py IPLEASE [killed]: with a kill -9 after the first pin, and variables that are not written yet."""

import json
import os
import sys

from standin import ARGS, HERE, INVENTORY, RUN, STATE, new_checkout, nothing_more, objects, old_checkout  # first: it sets the path

sys.path.insert(0, str(HERE.parent / "migrate"))
from old_metallb import Watch, addresses, longest_loss, tenants  # noqa: E402
from migrate import check_services, config_maps, lost_only_while_pinned, pins  # noqa: E402
from onlab import claim, iplease, kubectl, lease_answers, main, usage  # noqa: E402
from wrapped import enable_that_is_killed, killing, tool_as_it_is  # noqa: E402

KILLED = "killed" in sys.argv[2:]


def images():
    found = kubectl("-n", "metallb-system", "get", "pods", "-o", "jsonpath={.items[*].spec.containers[*].image}")
    return sorted(one.rsplit(":", 1)[1] for one in found.split())


def built_by_the_old_one():
    """MetalLB 0.12.0 with pools `default` and `reserved`, and tenants on both."""
    old_checkout()
    addons = INVENTORY / "group_vars" / "k8s_cluster" / "addons.yml"
    with addons.open("a", encoding="utf-8") as out:
        out.write("metallb_additional_address_pools:\n  reserved:\n    ip_range: [203.0.113.125-203.0.113.126]\n")
        out.write("    protocol: layer2\n    auto_assign: false\n")
    iplease("enable", "--yes", *RUN)
    claim(images() == ["v0.12.0", "v0.12.0"], f"the old play installed {images()}")
    return tenants()


def ready_inventory():
    """Somebody has already written v2.31's variables. Only the cluster is old, and iplease notices."""
    addons = INVENTORY / "group_vars" / "k8s_cluster" / "addons.yml"
    with addons.open("a", encoding="utf-8") as out:
        out.write("metallb_namespace: metallb-system\nmetallb_config:\n  address_pools:\n    default:\n")
        out.write("      ip_range: [203.0.113.100-203.0.113.120]\n      auto_assign: true\n      avoid_buggy_ips: false\n")
        out.write("  layer2: [default]\n")
    plan = json.loads(iplease("plan", *ARGS, "-o", "json").stdout)
    steps = [step["id"] for stage in plan["stages"] for step in stage.get("steps", [])]
    claim(not [one for one in steps if "inventory" in one], f"the ready inventory would be written again: {steps}")
    for one in ("metallb/save-config", "metallb/pin-tenants-plain"):
        claim(one in steps and steps.index(one) < steps.index("metallb/wait-for-play"), f"{one} is not before the play: {steps}")


def test():
    if KILLED and not os.environ.get("IPLEASE_LONG"):
        print("only in the long run: kubespray:upgrade has no kill")
        return
    before = built_by_the_old_one()
    print("0.12.0 gave", before, flush=True)
    config = kubectl("-n", "metallb-system", "get", "configmap", "config", "-o", "jsonpath={.data.config}")
    new_checkout()
    if not KILLED:
        ready_inventory()
    watch = Watch(STATE)
    if KILLED:
        enable_that_is_killed("inside the migration", *RUN, "--kubectl", killing("*'annotate service plain'*", "after"))
        tool_as_it_is()
    told = iplease("enable", "--yes", *RUN, check=False)
    rows = watch.stop()
    claim(told.returncode == 0, f"exit {told.returncode}\n{told.stdout}\n{told.stderr}")
    worst = longest_loss(rows, before)
    print("seconds without an address:", {name: round(value, 1) for name, value in worst.items()}, flush=True)
    claim(any(worst.values()), "no address was taken away meanwhile, so this shows nothing of the pins")
    lost_only_while_pinned(rows)
    wanted = {name: [1, 1] for name in before if name not in ("asked", "last")}
    claim(pins(rows) == wanted, f"pins and un-pins: {pins(rows)}")
    check_services(before)
    claim(images() == ["v0.13.9", "v0.13.9"], f"the new play left {images()}")
    saved = json.loads((STATE / "home" / "provider" / "metallb-config-configmap.json").read_text(encoding="utf-8"))
    claim(saved["data"]["config"] == config, f"the ConfigMap was saved as {saved}")
    claim(not {"config", "iplease-kept-config"} & config_maps(), f"left: {config_maps()}")
    claim(objects("ipaddresspools") == ["default", "reserved"], f"pools {objects('ipaddresspools')}")
    claim(usage()["Available"] == 21, f"/usage says {usage()}")
    print("leased", lease_answers(), flush=True)
    nothing_more()


main(test)
