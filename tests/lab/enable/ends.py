# SPDX-License-Identifier: Apache-2.0
"""Two ways to the same end state, on a real kubelet: the plan as a script, run by sh; and enable, killed in the middle
of metallb, ip-operator and provider (each run again is killed in the next stage)."""

import os
import subprocess

from killing import kill_in
from onlab import IPLEASE, LAB, LABCTL, STATE, claim, end_state, iplease, lease_answers, main, no_canary, shell

STAGES = ("metallb", "ip-operator", "provider")


def by_script():
    script = iplease("plan", "-o", "sh").stdout
    no_canary(script, "the script")
    path = STATE / "home" / "enable.sh"
    path.write_text(script, encoding="utf-8")
    folder = os.path.dirname(IPLEASE)
    shell("sh", "-c", f"PATH={folder}:$PATH sh {path}")
    lease_answers()
    return end_state()


def by_enable_killed_thrice():
    for stage in STAGES:
        kill_in(stage, "enable", "--yes")
    iplease("enable", "--yes")
    again = iplease("enable", "--yes").stdout
    claim("nothing to do" in again, f"once more still found {again!r}")
    return end_state()


def test():
    script = by_script()
    subprocess.run([LABCTL, "reset", "--name", LAB], check=True, timeout=300)
    killed = by_enable_killed_thrice()
    for one, other in zip(script, killed, strict=True):
        claim(one == other, f"the script ended in\n{one}\nenable in\n{other}")
    lease_answers()


main(test)
