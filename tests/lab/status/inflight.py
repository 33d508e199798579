# SPDX-License-Identifier: Apache-2.0
"""Stop or kill iplease while a step of its journal is in flight."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))

from killing import NewJournal  # noqa: E402
from onlab import IPLEASE, LAB, LABCTL, STATE, Failed  # noqa: E402


def our_pids(run):
    """The iplease processes below `run` (a labctl shell)."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                parents[int(entry)] = int(Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    below = {run.pid}
    for _ in range(8):
        below |= {pid for pid, parent in parents.items() if parent in below}
    return [pid for pid in below if is_iplease(pid)]


def is_iplease(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe") == os.path.realpath(IPLEASE)
    except OSError:
        return False


def send_in(step, number, *args):
    """Starts iplease and sends it signal `number` as soon as `step` is in flight. Returns the process; the caller waits
    for it."""
    journal = NewJournal()
    run = subprocess.Popen(
        [LABCTL, "shell", "--name", LAB, "--", IPLEASE, *args],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    limit = time.monotonic() + 120
    while True:
        if time.monotonic() > limit or run.poll() is not None:
            raise Failed(f"{step} was not seen in flight: {run.communicate()}")
        if any('"intent"' in line and f'"{step}"' in line for line in journal.lines()):
            break
        time.sleep(0.002)
    for pid in our_pids(run):
        os.kill(pid, number)
    return run


def kill_in(step, *args):
    send_in(step, signal.SIGKILL, *args).communicate(timeout=60)


def go_on(run):
    for pid in our_pids(run):
        os.kill(pid, signal.SIGCONT)
    return run.communicate(timeout=300)
