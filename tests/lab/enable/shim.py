# SPDX-License-Identifier: Apache-2.0
"""The run matches the plan. A recorder in front of kubectl and helm sees exactly the planned argv and standard input,
byte for byte and in the plan's order, and no other write. A second run, with nothing to do, starts at most 8 programs,
two at a time."""

import base64
import json
from pathlib import Path

from onlab import STATE, claim, iplease, main, no_canary
from json_schema import check

RECORD = Path(__file__).resolve().parent / "record"
LOG = STATE / "home" / "recorded.jsonl"
TOOLS = (
    "--kubectl", f"{RECORD} {LOG} {STATE}/bin/kubectl",
    "--helm", f"{RECORD} {LOG} {STATE}/bin/helm",
)


def recorded():
    """(argv, stdin, exit code, began, ended), ordered by begin."""
    lines = map(json.loads, LOG.read_text(encoding="utf-8").splitlines())
    found = [
        (tuple(one["argv"]), base64.b64decode(one["stdin"]), one["code"], one["began"], one["ended"])
        for one in lines
    ]
    return sorted(found, key=lambda one: one[3])


def at_once(runs):
    now = most = 0
    for _, step in sorted([(began, 1) for *_, began, _ in runs] + [(ended, -1) for *_, ended in runs]):
        now += step
        most = max(most, now)
    return most


def planned_commands(steps):
    """(argv, stdin) of the commands that run once, in order; of those that may be polled; and of those that are retried
    on failure (MetalLB's webhook may not listen yet)."""
    once, polled, retried = [], set(), set()
    for step in steps:
        claim(not step.get("stdin_secret"), f"{step['id']} has an input that the plan does not show")
        if "argv" in step:
            command = (tuple(step["argv"]), step.get("stdin", "").encode())
            if step["kind"] == "wait":
                polled.add(command)
            else:
                once.append(command)
            if "retry" in step:
                retried.add(command)
        if "watch" in step:
            polled.add((tuple(step["watch"]), b""))
    return once, polled, retried


def first_difference(wanted, seen):
    """The first difference between two lists of commands: what was planned and what ran."""
    at = next((i for i, (a, b) in enumerate(zip(wanted, seen)) if a != b), min(len(wanted), len(seen)))
    return f"command {at + 1}: planned\n{wanted[at:at + 1]}\nran\n{seen[at:at + 1]}"


def in_order(wanted, seen):
    """The first planned command that does not run in order, or None."""
    rest = iter(seen)
    for command in wanted:
        if not any(command == one for one in rest):
            return command
    return None


def test():
    plan = check("plan", json.loads(iplease("plan", "-o", "json", *TOOLS).stdout))
    steps = [step for stage in plan["stages"] for step in stage["steps"]]
    once, polled, retried = planned_commands(steps)
    claim(len([s for s in steps if s["writes"]]) >= 8, f"a fresh cluster needs more than {len(steps)} steps")
    LOG.unlink()
    told = iplease("enable", "--yes", *TOOLS)
    run = recorded()
    seen = [(argv, stdin) for argv, stdin, code, *_ in run if code == 0 or (argv, stdin) not in retried]
    first = seen.index(once[0]) if once[0] in seen else 0
    done = [command for command in seen[first:] if command not in polled]
    claim(done == once, first_difference(once, done))
    waits = [(tuple(s["argv"]), s.get("stdin", "").encode()) for s in steps if s["kind"] == "wait"]
    claim(in_order(waits, seen[first:]) is None, f"a wait was not looked at: {in_order(waits, seen[first:])}")
    looks = [argv for argv, _ in seen[:first]]
    for argv in looks:
        claim(not {"upgrade", "install", "delete"} & set(argv) or "--dry-run=server" in argv, f"looking ran {argv}")
    for argv, _ in seen:
        no_canary(" ".join(argv), "an argv")
    print(f"{len(run)} programs: {len(looks)} reads first, then {len(once)} commands as planned, {len(told.stderr)} bytes of talk")
    LOG.unlink()
    again = iplease("enable", "--yes", *TOOLS)
    claim("nothing to do" in again.stdout, f"second run: {again.stdout}{again.stderr}")
    second = recorded()
    claim(len(second) <= 8, f"a second run starts {len(second)} programs: {[' '.join(r[0][2:]) for r in second]}")
    claim(at_once(second) <= 2, f"{at_once(second)} programs at once")
    print(f"a second run: {len(second)} programs, {at_once(second)} at once")


main(test)
