# SPDX-License-Identifier: Apache-2.0
"""Undo with each generation of the provider's chart: a StatefulSet with its settings in a ConfigMap (19), one whose
template lacks the switch (12), and one with the settings in its own environment (8). Runs with IPLEASE_LONG, or for
what is named: generations.py IPLEASE 12."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))
import onlab  # noqa: E402
from dump import dump, nothing_left, same, undo  # noqa: E402
from onlab import LABCTL, claim, iplease, kubectl, main, play, shell  # noqa: E402


def of(generation):
    def run():
        subprocess.run([LABCTL, "up", "--tier", "cheap", "--provider", generation, "--name", onlab.LAB], check=True, timeout=300)
        before = dump()
        iplease("enable", "--yes")
        claim(env() == "true", f"AKASH_IP_OPERATOR is {env()!r}")
        undo("--yes")
        same(f"generation {generation}", before, dump())
        claim(env() != "true", f"AKASH_IP_OPERATOR is still {env()!r}")
        nothing_left(f"generation {generation}")
        print(shell("helm", "-n", "akash-services", "list", "-o", "json").stdout.strip(), flush=True)
    run.__name__ = generation
    return run


def env():
    return kubectl("-n", "akash-services", "exec", "akash-provider-0", "--", "printenv", "AKASH_IP_OPERATOR", check=False).strip()


def test():
    if len(sys.argv) == 2 and not os.environ.get("IPLEASE_LONG"):
        print("the generations are for ./dev test --long")
        sys.exit(125)
    onlab.use_lab(f"{onlab.LAB}-undo")
    try:
        play(*(of(generation) for generation in ("19", "12", "8")))
    finally:
        subprocess.run([LABCTL, "down", "--name", onlab.LAB], check=False, timeout=120)


main(test)
