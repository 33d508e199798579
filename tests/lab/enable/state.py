# SPDX-License-Identifier: Apache-2.0
"""A run leaves behind only what it wrote. Tried with a closed standard stream, a daemon started by kubectl, a program
that a journal names, and a state directory that others can write."""

import json
import os
import subprocess
import time

from killing import kill_in
from onlab import IPLEASE, LAB, LABCTL, STATE, claim, iplease, main, shell, usage
from wrapped import enable_that_is_killed, tool_that

HOME = STATE / "home"
RUNS = HOME / ".local" / "state" / "iplease"
PATCH = r"*\ patch\ *"  # patches the pool: the first command that writes


def closed_streams():
    for closed in ("2>&-", ">&-", "<&-", "<&- >&- 2>&-"):
        done = shell("sh", "-c", f'exec "$0" enable --yes {closed}', IPLEASE, check=False)
        claim(done.returncode == 0, f"enable {closed}: {done}")
    journals = list(RUNS.rglob("journal.jsonl"))
    claim(journals, "no journal")
    for journal in journals:
        for line in journal.read_text(encoding="utf-8").splitlines():
            claim(json.loads(line)["sum"], line)
    claim("nothing to do" in iplease("enable", "--yes").stdout, "a run later finds something to do")


def a_daemon_left_behind():
    """Stands in for a credential helper that starts a daemon, which inherits what kubectl inherited."""
    pid = HOME / "daemon"
    pid.unlink(missing_ok=True)
    tool = tool_that(PATCH,
                     f'[ -s {pid} ] || {{ setsid sh -c "echo \\$\\$ >{pid}; exec sleep 600" </dev/null >/dev/null 2>&1 & sleep 0.5; }}\n'
                     '"$real" "$@"; kill -9 $iplease')
    enable_that_is_killed("a daemon", "--pool", "203.0.113.100-203.0.113.125", "--kubectl", tool)
    daemon = int(pid.read_text(encoding="utf-8"))
    began = time.monotonic()
    done = iplease("resume", "--yes", "--pool", "203.0.113.100-203.0.113.125", check=False)
    took = time.monotonic() - began
    claim(shell("kill", "-9", str(daemon), check=False).returncode == 0, "the daemon had ended: nothing was shown")
    claim(done.returncode == 0, f"locked out by a daemon: {done}")
    claim("that run was given --kubectl" in done.stderr, f"the program is not told: {done.stderr}")
    claim(usage()["Available"] == 26, f"{usage()} after {took:.0f} s")


def a_command_still_at_work():
    """The message names the running command, not the dead run."""
    tool = tool_that(PATCH, 'kill -9 $iplease; trap "" TERM; sleep 45')
    enable_that_is_killed("a command at work", "--pool", "203.0.113.100-203.0.113.126", "--kubectl", tool)
    done = iplease("enable", "--yes", "--pool", "203.0.113.100-203.0.113.126", check=False)
    claim(done.returncode == 8 and "still running: " in done.stderr and "(pid " in done.stderr, f"{done}")
    time.sleep(15)
    iplease("enable", "--yes", "--pool", "203.0.113.100-203.0.113.126")


def a_program_in_a_journal():
    planted = HOME / "planted"
    planted.write_text(f'#!/bin/sh\necho x >>{HOME}/planted-ran\nexec {STATE}/bin/kubectl "$@"\n', encoding="utf-8")
    planted.chmod(0o755)
    kill_in("pool", "enable", "--yes", "--pool", "203.0.113.100-203.0.113.127", "--kubectl", str(planted))
    (HOME / "planted-ran").unlink()
    for words in (("status",), ("plan",), ("doctor",), ("resume", "--yes", "--pool", "203.0.113.100-203.0.113.127")):
        iplease(*words, check=False)
        claim(not (HOME / "planted-ran").exists(), f"{words[0]} ran what a journal names")
    claim(usage()["Available"] == 28, f"resume: {usage()}")


def others_can_write():
    cluster = next(RUNS.iterdir())
    for place in (RUNS, cluster):
        os.chmod(place, 0o777)
        for words in (("status",), ("plan",), ("enable", "--yes"), ("doctor",)):
            done = iplease(*words, check=False)
            claim(done.returncode == 12 and "IPL-RUN-075" in done.stderr and str(place) in done.stderr, f"{words}: {done}")
        os.chmod(place, 0o700)
    iplease("status")


def test():
    closed_streams()
    a_daemon_left_behind()
    a_command_still_at_work()
    a_program_in_a_journal()
    others_can_write()
    subprocess.run([LABCTL, "status", "--name", LAB], check=True, timeout=60)


main(test)
