# SPDX-License-Identifier: Apache-2.0
"""kill -9 in the middle of a stage, then the same command again: the end state of an undisturbed run,
and no second helm revision."""

import os
import signal
import subprocess
import time

from onlab import IPLEASE, LAB, LABCTL, STATE, Failed, claim, end_state, iplease, lease_answers, main

STAGES = ("metallb", "ip-operator", "provider")
LONG = ("namespace", "expose", "pool", "provider-values", "verify")


def reset():
    subprocess.run([LABCTL, "reset", "--name", LAB], check=True, timeout=300)


def our_pids():
    pids = []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and os.readlink(f"/proc/{entry}/exe") == os.path.realpath(IPLEASE):
                pids.append(int(entry))
        except OSError:
            continue
    return pids


def kill_in(stage):
    """Starts enable and kills it as soon as the journal says that a step of the stage is in flight."""
    run = subprocess.Popen(
        [LABCTL, "shell", "--name", LAB, "--", IPLEASE, "enable", "--yes"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    state = STATE / "home" / ".local" / "state" / "iplease"
    limit = time.monotonic() + 200
    while True:
        if time.monotonic() > limit or run.poll() is not None:
            raise Failed(f"stage {stage} was not seen in flight")
        journals = sorted(state.rglob("journal.jsonl"))
        lines = journals[-1].read_text(encoding="utf-8").splitlines() if journals else []
        if lines and '"intent"' in lines[-1] and f'"{stage}/' in lines[-1]:
            break
        time.sleep(0.005)
    for pid in our_pids():
        os.kill(pid, signal.SIGKILL)
    run.wait(60)
    print(f"killed in {stage}: {lines[-1][:120]}", flush=True)


def test():
    iplease("enable", "--yes")
    undisturbed = end_state()
    for stage in STAGES + (LONG if os.environ.get("IPLEASE_LONG") else ()):
        reset()
        kill_in(stage)
        iplease("enable", "--yes")
        for one, other in zip(undisturbed, end_state()):
            claim(one == other, f"killed in {stage}, the run again ended in\n{other}\nundisturbed\n{one}")
        again = iplease("enable", "--yes").stdout
        claim("nothing to do" in again, f"killed in {stage}: a third run still found {again!r}")
    lease_answers()


main(test)
