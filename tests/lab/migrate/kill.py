# SPDX-License-Identifier: Apache-2.0
"""kill -9 inside a migration from 0.12, then the same command again. No tenant's address changes, and each Service is
pinned and un-pinned exactly once. Then the situation that the guide leads to, and what is refused."""

import os
import subprocess
import sys

from old_metallb import (
    CONFIG, LAB, LABCTL, STATE, Watch, addresses, apply, claim, config_map, flags_without_pool, install_chart,
    install_manifests, iplease, kubectl, load_images, longest_loss, shell, tenants,
)
from onlab import audit_mark, main, writes_since
from wrapped import enable_that_is_killed, killing, tool_as_it_is, tool_that
from migrate import check_services, config_maps, lost_only_while_pinned, pins

PLACES = {
    # name: (install, the command that the wrapper matches, kill before or after it)
    "between pin and install": (install_manifests, "*'delete deployment/controller'*", "before"),
    "old MetalLB gone": (install_manifests, "*'delete deployment/controller'*", "after"),
    "converted": (install_chart, "*'--field-selector metadata.name=plain'*", "before"),
    "one un-pinned": (install_chart, "*'--field-selector metadata.name=plain'*", "after"),
}
SHORT = ("one un-pinned",)
# The old chart's upgrade has begun, its release says so, and then the machine dies: helm and iplease at once.
IN_THE_UPGRADE = """
exec 3<&0
"$real" "$@" <&3 &
helm=$!
until $real list -n metallb-system -a -o json | grep -q pending-upgrade; do kill -0 $helm || exit 9; done
kill -9 $helm $iplease
"""


def reset():
    subprocess.run([LABCTL, "reset", "--name", LAB], check=True, timeout=300)
    load_images()


def killed(name):
    install, when, moment = PLACES[name]
    killed_by(name, install, lambda: ("--kubectl", killing(when, moment)), tool_as_it_is)


def killed_in_the_upgrade():
    killed_by(
        "inside helm upgrade", install_chart, lambda: ("--helm", tool_that("*upgrade*metallb*", IN_THE_UPGRADE, "helm")),
        lambda: tool_as_it_is("helm"),
    )


def killed_by(name, install, wrapper, as_it_is):
    reset()
    install()
    before = tenants()
    args = ["enable", "--yes", "-f", flags_without_pool(), "--accept-risk", "IPL-MIG-014"]
    watch = Watch(STATE)
    enable_that_is_killed(name, *args[2:], *wrapper())
    as_it_is()
    again = iplease(*args, check=False)
    rows = watch.stop()
    claim(again.returncode == 0, f"{name}: {again}")
    there = "IPAddressPool-default: it is there already and stays as it is" in again.stdout + again.stderr
    converted = install is install_chart and name != "inside helm upgrade"
    claim(there == converted, f"{name}: what was converted before: {again}")
    longest_loss(rows, before)
    lost_only_while_pinned(rows)
    claim(all(count == [1, 1] for count in pins(rows).values()), f"{name}: pins and un-pins {pins(rows)}")
    claim(len(pins(rows)) == 4, f"{name}: pinned {pins(rows)}")
    check_services(before)
    claim(not {"config", "metallb", "iplease-kept-config"} & config_maps(), f"{name}: left {config_maps()}")
    third = iplease(*args).stdout
    claim("nothing to do" in third, f"{name}: the third run: {third}")
    print(f"killed, {name}: every address kept, one pin and one un-pin each", flush=True)


def not_given_back():
    """Somebody takes the pinned address away in the middle. iplease reports it, the pins stay, and the next run
    succeeds."""
    reset()
    install_chart()
    before = tenants()
    steal = "$real -n tenants annotate service plain --overwrite metallb.universe.tf/loadBalancerIPs=192.0.2.77"
    tool = tool_that("*'annotate service plain'*", f'$real "$@" && {steal}')
    args = ("enable", "--yes", "-f", flags_without_pool())
    told = iplease(*args, "--kubectl", tool, "--timeout", "migrate=10s", check=False)
    claim(told.returncode != 0 and "IPL-MIG-013" in told.stderr, f"not given back: {told}")
    tool_as_it_is()
    claim("iplease-kept-config" in config_maps(), "the copy of the configuration is gone though nothing is proved")
    kubectl("-n", "tenants", "annotate", "service", "plain", "--overwrite", f"metallb.universe.tf/loadBalancerIPs={before['plain']}")
    iplease(*args)
    check_services(before)
    print("not given back: IPL-MIG-013, mended by the next run", flush=True)


def already_upgraded():
    """After the guide: MetalLB is new, its ConfigMap is old, and there is no pool yet."""
    reset()
    shell(
        "helm", "install", "metallb", "metallb", "--repo", "http://127.0.0.1:8879/metallb", "--version", "0.14.8",
        "-n", "metallb-system", "--create-namespace", "--set", "speaker.frr.enabled=false", "--wait",
    )
    apply(config_map("config"))
    iplease("enable", "--yes", "-f", flags_without_pool())
    pools = kubectl("-n", "metallb-system", "get", "ipaddresspools", "-o", "jsonpath={.items[*].metadata.name}")
    claim(pools == "default reserved" and "config" not in config_maps(), f"pools {pools}, left {config_maps()}")
    print("already upgraded: converted, applied, removed", flush=True)


def refused():
    reset()
    install_manifests()
    flags = flags_without_pool()
    agreed = ("--accept-risk", "IPL-MIG-014")
    pool = ("--pool", "203.0.113.100-203.0.113.110")
    for identity, config, more in (
        ("IPL-MIG-003", CONFIG.replace("203.0.113.115/32", "203.0.113.115"), pool),
        ("IPL-MIG-003", "address-pools: [{name: default, protocol: layer2, addresses: [nonsense]}]", ()),
        ("IPL-MIG-004", CONFIG.replace("name: reserved", "name: reserved_"), pool),
        ("IPL-MIG-011", CONFIG.replace("name: default", "name: public"), pool),
        ("IPL-MIG-012", CONFIG, ("--pool", "203.0.113.100/31")),
        ("IPL-MIG-015", CONFIG.replace("protocol: layer2", "protocol: bgp", 1), pool),
    ):
        apply(config_map("config", config))
        mark = audit_mark()
        told = iplease("enable", "--yes", "-f", flags, *agreed, *more, check=False)
        claim(told.returncode == 3 and identity in told.stderr, f"{identity}: {told}")
        claim(writes_since(mark) == [], f"{identity}: wrote {writes_since(mark)}")
        print(f"refused: {identity}", flush=True)
    kubectl("delete", "namespace", "metallb-system")
    install_manifests("lb")
    told = iplease("enable", "--yes", "-f", flags, *agreed, check=False)
    claim(told.returncode == 3 and "IPL-MIG-010" in told.stderr, f"another namespace: {told}")
    print("refused: IPL-MIG-010", flush=True)


def test():
    """kill.py IPLEASE [PART...] runs only these parts."""
    for part in sys.argv[2:]:
        {"upgrade": killed_in_the_upgrade, "upgraded": already_upgraded, "not-given": not_given_back}[part]()
    if sys.argv[2:]:
        return
    long = os.environ.get("IPLEASE_LONG")
    for name in PLACES if long else SHORT:
        killed(name)
    if long:
        killed_in_the_upgrade()
        already_upgraded()
        not_given_back()
    refused()


if __name__ == "__main__":
    main(test)
