# SPDX-License-Identifier: Apache-2.0
"""Part `undo`: a fault on the way back. After the same command again, or what a failed one says, every object of the
API server and provider.yaml are as before enable, the provider's pod was made anew once, a third undo writes nothing."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "undo"))
from dump import dump, same  # noqa: E402
from faults import planned, tool_of  # noqa: E402
from onlab import audit_mark, claim, follow, iplease, writes_since  # noqa: E402
from trying import (  # noqa: E402
    LONG, SILENT, anew_where_wrong, beside, cell, cells, faulty, in_silence, named, pods_made, reset, two_at_once,
)

UNDO = "undo"
ARGS = ("undo", "--yes")
# Only where a command hangs: a slow machine must not be told that it took too long.
STAGES = ("provider-values", "provider", "ip-operator", "verify", "pool", "expose", "metallb", "namespace")
BOUND = [word for stage in STAGES for word in ("--timeout", f"{stage}=20s")]


class Undone:
    """`before` is the cluster without IP leases. Each try begins with them, and ends in `before`, which is proved; so
    only one that went wrong costs a reset."""

    def __init__(self, before):
        self.before = before
        iplease("enable", "--yes")
        self.commands = planned(*ARGS, "--dry-run")
        claim(len(self.commands) >= 6, f"undo writes {self.commands}")

    def attempt(self, begin, again=None):
        """`begin` is given what it may spoil; `again` how to go on, where not by the same command."""
        with anew_where_wrong(lambda: None):
            iplease("enable", "--yes")
            mark = audit_mark()
            first = begin()
            told = (again or same_again)(first)
            claim(told.returncode == 0, f"run 2: exit {told.returncode} {told.stdout}{told.stderr}\nrun 1 said {first}")
            same("undo", self.before, dump())
            claim(pods_made(mark) == 1, f"{pods_made(mark)} pods of the provider were made")
            nothing_left()

    def fault(self, command, kind):
        at = self.commands.index(command)
        self.attempt(lambda: faulty(ARGS, command, kind) if kind != "the command hangs" else hanging(at),
                     as_told if at % 2 else same_again)

    def silence(self, command):
        self.attempt(lambda: in_silence(ARGS, command))

    def at_once(self):
        self.attempt(lambda: two_at_once(*ARGS))

    def undo_beside_enable(self):
        """A first enable at Helm's first command."""
        with anew_where_wrong(lambda: None):
            iplease(*ARGS)
            helm = next(one for one in planned("plan") if tool_of(one[0]) == "helm")
            beside(("enable", "--yes"), helm, ARGS)
            iplease(*ARGS)
            same("undo beside enable", self.before, dump())

    def enable_beside_undo(self, command):
        self.attempt(lambda: beside(ARGS, command, ("enable", "--yes")))


def hanging(at):
    """The limits stand in the commands themselves, so these are other commands."""
    return faulty(ARGS, planned(*ARGS, "--dry-run", *BOUND)[at], "the command hangs", *BOUND)


def same_again(_):
    return iplease(*ARGS, check=False)


def as_told(first):
    """What a run that did not end well says; a killed one says nothing, and then it is the same command."""
    if "Resume with:" not in first.stderr:
        return same_again(first)
    return follow(first.stderr, "iplease resume", code=None, more=("--yes",))


def nothing_left():
    resumed = iplease("resume", "--yes", check=False)
    claim("nothing to resume" in resumed.stdout, f"something is still unfinished: {resumed}")
    mark = audit_mark()
    third = iplease(*ARGS, check=False)
    claim(third.returncode == 0 and "nothing to undo" in third.stdout, f"run 3: {third}")
    claim(writes_since(mark) == [], f"run 3 wrote {writes_since(mark)}")


def without_leases():
    reset()
    return dump()


def undo_cells(before):
    undone = Undone(before)
    commands = undone.commands
    helm = [at for at, (argv, _) in enumerate(commands) if tool_of(argv) == "helm"]
    cells(UNDO, commands, undone.fault, few=[("killed while helm is pending", helm[0])])
    for command in commands if LONG else ():
        cell(f"API server stopped for {SILENT} s", UNDO, named(commands, command),
             lambda command=command: undone.silence(command))
        cell("enable beside undo", UNDO, named(commands, command),
             lambda command=command: undone.enable_beside_undo(command))
    for number in range(5 if LONG else 0):
        cell("two runs at once", UNDO, str(number + 1), undone.at_once)
        cell("undo beside enable", UNDO, str(number + 1), undone.undo_beside_enable)
    return {UNDO: commands}
