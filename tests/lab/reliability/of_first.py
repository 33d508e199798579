# SPDX-License-Identifier: Apache-2.0
"""Part `first`: a fault on the way from a fresh provider; the provider's pod is made anew once, all in all."""

from faults import commands_of, journals, tool_of
from of_pool import killing
from onlab import audit_mark, claim, end_state, iplease
from trying import cell, cells, faulty, fresh_journal, pods_made, reset

FIRST = "first enable"
BOUND = ("--timeout", "metallb=60s", "--timeout", "provider=90s")


def undisturbed(*args):
    """(the end of a run from a fresh provider, its writing commands)"""
    mark = audit_mark()
    before = journals()
    iplease(*args)
    return [*end_state(), pods_made(mark)], commands_of(fresh_journal(before))


def same_end(end, mark):
    for one, other in zip(end, [*end_state(), pods_made(mark)], strict=True):
        claim(one == other, f"it ended in\n{other}\nundisturbed\n{one}")
    claim("nothing to do" in iplease("enable", "--yes").stdout, "run 3 still found something")


def whole(end, begin):
    reset()
    mark = audit_mark()
    first = begin()
    again = iplease("enable", "--yes", check=False)
    claim(again.returncode == 0, f"run 2: exit {again.returncode} {again.stderr}\nrun 1 said {first.stderr}")
    same_end(end, mark)


def first_cells():
    """All kinds at all commands of a first enable; without --long a kill at Helm's and one at a rename."""
    reset()
    end, commands = undisturbed("enable", "--yes")
    helm = next(at for at, (argv, _) in enumerate(commands) if tool_of(argv) == "helm")
    cells(FIRST, commands,
          lambda command, kind: whole(end, lambda: faulty(("enable", "--yes"), command, kind, *BOUND)),
          few=[("killed half-way, the command goes on", helm)])
    cell("killed at rename", FIRST, "of the provider's values",
         lambda: whole(end, lambda: killing("rename", 1, "enable", "--yes")))
    return {FIRST: commands}
