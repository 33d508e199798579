# SPDX-License-Identifier: Apache-2.0
"""The plan is the run: a recorder in front of kubectl and helm sees, in the plan's order, exactly the
argv and standard input that were planned, byte for byte; and nothing else that writes."""

import base64
import json
from pathlib import Path

from onlab import STATE, claim, iplease, main, no_canary

RECORD = Path(__file__).resolve().parent / "record"
LOG = STATE / "home" / "recorded.jsonl"
TOOLS = (
    "--kubectl", f"{RECORD} {LOG} {STATE}/bin/kubectl",
    "--helm", f"{RECORD} {LOG} {STATE}/bin/helm",
)


def recorded():
    lines = LOG.read_text(encoding="utf-8").splitlines()
    return [(tuple(line["argv"]), base64.b64decode(line["stdin"])) for line in map(json.loads, lines)]


def planned_commands(steps):
    """(argv, stdin) of the commands that run once, in order, and of those that may be polled."""
    once, polled = [], set()
    for step in steps:
        claim(not step.get("stdin_secret"), f"{step['id']} has an input that the plan does not show")
        if "argv" in step:
            command = (tuple(step["argv"]), step.get("stdin", "").encode())
            if step["kind"] == "wait":
                polled.add(command)
            else:
                once.append(command)
        if "watch" in step:
            polled.add((tuple(step["watch"]), b""))
    return once, polled


def in_order(wanted, seen):
    """The first wanted command that does not come in its turn, or None."""
    rest = iter(seen)
    for command in wanted:
        if not any(command == one for one in rest):
            return command
    return None


def test():
    plan = json.loads(iplease("plan", "-o", "json", *TOOLS).stdout)
    steps = [step for stage in plan["stages"] for step in stage["steps"]]
    once, polled = planned_commands(steps)
    claim(len([s for s in steps if s["writes"]]) >= 8, f"a fresh cluster needs more than {len(steps)} steps")
    LOG.unlink()
    told = iplease("enable", "--yes", *TOOLS)
    seen = recorded()
    first = seen.index(once[0]) if once[0] in seen else 0
    done = [command for command in seen[first:] if command not in polled]
    claim(done == once, f"planned\n{once}\nran\n{done}\nfirst out of turn {in_order(once, done)}")
    waits = [(tuple(s["argv"]), s.get("stdin", "").encode()) for s in steps if s["kind"] == "wait"]
    claim(in_order(waits, seen[first:]) is None, f"a wait was not looked at: {in_order(waits, seen[first:])}")
    looks = [argv for argv, _ in seen[:first]]
    for argv in looks:
        claim(not {"upgrade", "install", "delete"} & set(argv) or "--dry-run=server" in argv, f"looking ran {argv}")
    for argv, _ in seen:
        no_canary(" ".join(argv), "an argv")
    print(f"{len(looks)} reads first, then {len(once)} commands as planned, {len(told.stderr)} bytes of talk")


main(test)
