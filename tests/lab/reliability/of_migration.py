# SPDX-License-Identifier: Apache-2.0
"""Parts `manifests` and `chart` (together `migrate`): a fault on the way from MetalLB 0.12. No tenant's address changes
or is gone while it is not pinned, each Service is pinned and un-pinned once, and nothing of 0.12 is left."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "migrate"))
from faults import planned  # noqa: E402
from migrate import check_services, config_maps, lost_only_while_pinned, pins  # noqa: E402
from old_metallb import (  # noqa: E402
    Watch, flags_without_pool, install_chart, install_manifests, load_images, longest_loss, tenants,
)
from onlab import STATE, claim, iplease  # noqa: E402
from trying import cells, faulty, reset  # noqa: E402

MANIFESTS, CHART = "from 0.12's manifests", "from 0.12's chart"
STAGES = ("namespace", "metallb", "migrate", "expose", "pool", "ip-operator", "verify")
BOUND = [word for stage in STAGES for word in ("--timeout", f"{stage}=60s")] + ["--timeout", "provider=90s"]


def old(install):
    """A provider whose tenants have addresses of 0.12; (their addresses, the command that migrates)"""
    reset()
    load_images()
    install()
    return tenants(), ("-f", flags_without_pool(), "--accept-risk", "IPL-MIG-014")


def attempt(install, command, kind):
    before, words = old(install)
    args = ("enable", "--yes", *words)
    watch = Watch(STATE)
    try:
        first = faulty(args, command, kind, *(BOUND if kind == "the command hangs" else ()))
        again = iplease(*args, check=False)
    finally:
        rows = watch.stop()
    claim(again.returncode == 0, f"run 2: exit {again.returncode} {again.stdout}{again.stderr}\nrun 1 said {first}")
    longest_loss(rows, before)
    lost_only_while_pinned(rows)
    claim(len(pins(rows)) == 4, f"pinned: {pins(rows)}")
    claim(all(count == [1, 1] for count in pins(rows).values()), f"pins and un-pins {pins(rows)}")
    check_services(before)
    claim(not {"config", "metallb", "iplease-kept-config"} & config_maps(), f"left {config_maps()}")
    third = iplease(*args).stdout
    claim("nothing to do" in third, f"run 3: {third}")


def migration_cells(where):
    """Some forty seconds before the fault: only with --long; `migrate:kill` has a cell for the short run."""
    install = install_manifests if where == MANIFESTS else install_chart
    commands = planned("plan", *old(install)[1])
    cells(where, commands, lambda command, kind: attempt(install, command, kind), few=[])
    return {where: commands}
