#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills random parts of the lab at random moments. The host is clean afterwards each time.

IPLEASE_SEED repeats a run.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
import host  # noqa: E402
from labtest import LABCTL, claim, labctl, main  # noqa: E402

NAME = os.environ["IPLEASE_LAB_NAME"] = "killed"
ROUNDS = 20
SEED = int(os.environ.get("IPLEASE_SEED") or time.time())


def members() -> list[int]:
    """The lab's processes, from its control groups."""
    pids: set[int] = set()
    for folder, _, files in os.walk("/sys/fs/cgroup"):
        if f"/iplease-lab/{NAME}" in folder and "cgroup.procs" in files:
            try:
                pids |= {int(pid) for pid in Path(folder, "cgroup.procs").read_text().split()}
            except OSError:
                pass
    return sorted(pids)


def name_of(pid: int) -> str:
    try:
        argv = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return Path(os.fsdecode(argv[0])).name
    except OSError:
        return "gone"


def start() -> subprocess.Popen:
    return subprocess.Popen(
        [str(LABCTL), "up", "--provider", "none"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def kill_parts(up: subprocess.Popen, chance: random.Random) -> str:
    """Kills random parts of the lab, then the command that was starting it."""
    victims = []
    for pid in chance.sample(members(), min(len(members()), chance.choice((0, 1, 3)))):
        victims.append(name_of(pid))
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    time.sleep(chance.uniform(0, 1))
    up.kill()
    up.wait()
    return " ".join([*victims, "labctl"])


def interrupt(up: subprocess.Popen) -> str:
    """Ctrl-C: the command itself cleans up, and reports it in one line."""
    os.killpg(up.pid, signal.SIGINT)
    said = up.communicate(timeout=60)[1].strip().splitlines()
    if up.returncode == -signal.SIGINT and not said:
        return "interrupted before it began"
    claim(up.returncode == 130, f"exit {up.returncode} after Ctrl-C: {said[-1:]}")
    claim(said and "stopped by SIGINT" in said[-1], f"last words after Ctrl-C: {said[-1:]}")
    claim(not any("Traceback" in line for line in said), "a traceback after Ctrl-C")
    return "interrupted"


def one_round(number: int, chance: random.Random, before: dict) -> None:
    after = chance.uniform(0.5, 45)
    up = start()
    try:
        up.wait(timeout=after)
        claim(up.returncode == 0, f"up failed by itself: {up.communicate()[1].strip()}")
    except subprocess.TimeoutExpired:
        pass
    finished = up.poll() is not None
    by_signal = number % 3 == 0 and not finished
    done = interrupt(up) if by_signal else kill_parts(up, chance)
    if not by_signal:
        labctl("down")
    found = host.differences(before, host.observe()) + host.leftovers(NAME)
    found += [f"process {pid} {name_of(pid)}" for pid in members()]
    print(f"round {number}: after {after:.1f} s {done}: {'clean' if not found else found}", flush=True)
    claim(not found, "; ".join(found))


def test() -> None:
    print(f"seed {SEED}, {ROUNDS} rounds", flush=True)
    chance = random.Random(SEED)
    labctl("down")
    before = host.observe()
    for number in range(1, ROUNDS + 1):
        one_round(number, chance, before)
    up = start()  # the first `up` dies, and a second `up` follows without a `down`
    time.sleep(chance.uniform(5, 15))
    kill_parts(up, chance)
    labctl("up", "--provider", "none")
    labctl("down")
    found = host.differences(before, host.observe()) + host.leftovers(NAME)
    claim(not found, "after a second up: " + "; ".join(found))


main(test)
