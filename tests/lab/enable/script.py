# SPDX-License-Identifier: Apache-2.0
"""The script face of the plan, run by sh, ends where enable ends; both on a fresh lab."""

import os
import subprocess

from onlab import IPLEASE, LAB, LABCTL, STATE, claim, end_state, iplease, lease_answers, main, no_canary, shell


def test():
    script = iplease("plan", "-o", "sh").stdout
    no_canary(script, "the script")
    path = STATE / "home" / "enable.sh"
    path.write_text(script, encoding="utf-8")
    folder = os.path.dirname(IPLEASE)
    shell("sh", "-c", f"PATH={folder}:$PATH sh {path}")
    by_script = end_state()
    lease_answers()
    subprocess.run([LABCTL, "reset", "--name", LAB], check=True, timeout=300)
    iplease("enable", "--yes")
    by_enable = end_state()
    for one, other in zip(by_script, by_enable):
        claim(one == other, f"the script ended in\n{one}\nenable in\n{other}")


main(test)
