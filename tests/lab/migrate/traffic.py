# SPDX-License-Identifier: Apache-2.0
"""A tenant's address on the real node during the migration from MetalLB 0.12.0 to 0.14.8. The second host asks
continuously, by HTTP and by ARP. The address answers before and after, and never from another machine. The gap is only
as long as the change of speakers and the new controller's first configuration take."""

import subprocess
import sys
import time

from old_metallb import (
    LAB, LABCTL, STATE, Watch, claim, flags_without_pool, install_chart, install_manifests, iplease, kubectl, load_images,
    longest_loss, tenants,
)
from onlab import client, main
from migrate import check_services, lost_only_while_pinned

LIMIT = 90  # seconds; an idle machine needs a quarter of it
ASK = """
while :; do
  code=$(curl -s --max-time 1 -o /dev/null -w %{{http_code}} http://{address}/)
  echo "$(cut -d' ' -f1 /proc/uptime) $code"
  sleep 0.2
done
"""


def macs(address):
    """Every MAC that answers for the address, once."""
    told = client("arping", "-c", "3", "-w", "5", "-I", "eth0", address).stdout
    return {word.strip("[]") for word in told.split() if word.startswith("[")}


def gaps(lines):
    """The longest time without an answer between two answers."""
    answered = [float(when) for when, code in lines if code == "200"]
    return max(later - earlier for earlier, later in zip(answered, answered[1:]))


def test():
    load_images()
    (install_chart if "helm" in sys.argv[2:] else install_manifests)()
    before = tenants()
    address = before["plain"]
    node = macs(address)
    claim(len(node) == 1, f"before: {address} is answered for by {node}")
    log = STATE / "asked"
    watch = Watch(STATE)
    with open(log, "w", encoding="utf-8") as out:
        asking = subprocess.Popen(
            [LABCTL, "client", "--name", LAB, "--", "sh", "-c", ASK.format(address=address)], stdout=out, start_new_session=True
        )
        told = iplease("enable", "--yes", "-f", flags_without_pool(), "--accept-risk", "IPL-MIG-014", check=False)
        claim(told.returncode == 0, f"exit {told.returncode}\n{told.stdout}\n{told.stderr}")
        time.sleep(1)  # for at least one more request
        subprocess.run(["kill", "--", f"-{asking.pid}"], check=False)
        asking.wait(30)
    rows = watch.stop()
    lines = [line.split() for line in log.read_text().splitlines() if len(line.split()) == 2]
    claim(lines[0][1] == "200" and lines[-1][1] == "200", f"answers at the ends: {lines[0]} {lines[-1]}")
    print(f"{len(lines)} questions; longest gap {gaps(lines):.1f} s", flush=True)
    worst = longest_loss(rows, before)
    print("seconds without an address in the status:", {name: round(value, 1) for name, value in worst.items()}, flush=True)
    lost_only_while_pinned(rows)
    check_services(before)
    claim(gaps(lines) < LIMIT, f"{address} was gone for {gaps(lines)} s")
    claim(macs(address) == node, f"after: {address} is answered for by {macs(address)}, before by {node}")
    kubectl("-n", "tenants", "get", "service", "plain")


if __name__ == "__main__":
    main(test)
