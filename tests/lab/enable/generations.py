# SPDX-License-Identifier: Apache-2.0
"""Every provider generation with Helm 3 and Helm 4, end to end, and a second run that has nothing to do.
IPLEASE_LONG runs all of them. Without it, only those named: generations.py IPLEASE 8:4 12:3."""

import os
import subprocess
import sys
import time

import onlab
from onlab import LABCTL, claim, iplease, kubectl, lease_answers, main, no_canary, shell, usage, writes_since

# All with Helm 3; those that differ most also with Helm 4.
GENERATIONS = ("19", "18", "15", "14", "12", "11", "8")
PAIRS = [(one, helm) for one in GENERATIONS for helm in ("3", "4") if helm == "3" or one in ("19", "12", "8")]


def up(generation):
    """Uses its own lab, so that the suite's other labs stay as they are."""
    subprocess.run([LABCTL, "up", "--tier", "cheap", "--provider", generation, "--name", onlab.LAB], check=True, timeout=300)


def reset():
    subprocess.run([LABCTL, "reset", "--name", onlab.LAB], check=True, timeout=300)


def helm_of(version):
    folder = subprocess.run([LABCTL, "part", f"helm{version}"], check=True, capture_output=True, text=True).stdout.strip()
    return f"{folder.splitlines()[-1]}/helm"


def one(generation, helm):
    tool = ("--helm", helm_of(helm))
    began = time.monotonic()
    told = iplease("enable", "--yes", *tool)
    took = time.monotonic() - began
    no_canary(told.stdout + told.stderr, "enable's output")
    claim("warning" not in told.stderr, f"generation {generation}, Helm {helm} warns:\n{told.stderr}")
    counted = usage("akash-ip-operator:api" if generation == "8" else "operator-ip:rest")
    claim(counted["Available"] == 21, f"/usage says {counted}")
    mark = onlab.audit_mark()
    again = iplease("enable", "--yes", *tool)
    claim("nothing to do" in again.stdout, f"second run: {again.stdout}{again.stderr}")
    claim(writes_since(mark) == [], f"the second run wrote: {writes_since(mark)}")
    env = kubectl("-n", "akash-services", "exec", "akash-provider-0", "--", "printenv", "AKASH_IP_OPERATOR").strip()
    claim(env == "true", f"AKASH_IP_OPERATOR is {env!r}")
    chart = shell("helm", "-n", "akash-services", "list", "-o", "json").stdout
    print(f"generation {generation}, Helm {helm}: {took:.1f} s, leased {lease_answers()}; {chart.strip()}", flush=True)


def test():
    asked = [tuple(word.split(":")) for word in sys.argv[2:]]
    pairs = asked or (PAIRS if os.environ.get("IPLEASE_LONG") else [])
    if not pairs:
        print("the generations are for ./dev test --long")
        sys.exit(125)
    onlab.use_lab(f"{onlab.LAB}-generations")
    try:
        last = None
        for generation, helm in pairs:
            if generation == last:
                reset()
            else:
                up(generation)
            last = generation
            one(generation, helm)
    finally:
        subprocess.run([LABCTL, "down", "--name", onlab.LAB], check=False, timeout=120)


main(test)
