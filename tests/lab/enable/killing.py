# SPDX-License-Identifier: Apache-2.0
"""kill -9 of iplease in the middle of a stage: as soon as its journal says that a step is in flight."""

import os
import signal
import subprocess
import time

from onlab import IPLEASE, LAB, LABCTL, STATE, Failed


def our_pids():
    """iplease on this lab; other labs may have one too."""
    pids = []
    for entry in os.listdir("/proc"):
        try:
            if not entry.isdigit() or os.readlink(f"/proc/{entry}/exe") != os.path.realpath(IPLEASE):
                continue
            with open(f"/proc/{entry}/environ", "rb") as variables:
                if f"IPLEASE_LAB_NAME={LAB}".encode() in variables.read().split(b"\0"):
                    pids.append(int(entry))
        except OSError:
            continue
    return pids


def last_line(since):
    """The last line of the newest journal that was not there before."""
    runs = sorted(p for p in (STATE / "home" / ".local" / "state" / "iplease").rglob("journal.jsonl"))
    fresh = [p for p in runs if p not in since]
    lines = fresh[-1].read_text(encoding="utf-8").splitlines() if fresh else []
    return lines[-1] if lines else ""


def kill_in(stage, *arguments, before=()):
    """Starts `BEFORE iplease ARGUMENTS` and kills it in that stage; what it had said by then."""
    state = STATE / "home" / ".local" / "state" / "iplease"
    since = set(state.rglob("journal.jsonl"))
    run = subprocess.Popen(
        [LABCTL, "shell", "--name", LAB, "--", *before, IPLEASE, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    limit = time.monotonic() + 200
    while True:
        if time.monotonic() > limit or run.poll() is not None:
            raise Failed(f"stage {stage} was not seen in flight: {run.communicate()[1]}")
        line = last_line(since)
        # A step that changes something, not a stage's wait for what an earlier one made.
        if '"intent"' in line and f'"{stage}/' in line and ('"kind":"run"' in line or '"kind":"file"' in line):
            break
        time.sleep(0.002)
    for pid in our_pids():
        os.kill(pid, signal.SIGKILL)
    said = run.communicate(timeout=60)
    print(f"killed in {stage}: {line[:140]}", flush=True)
    return "".join(said)
