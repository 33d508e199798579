# SPDX-License-Identifier: Apache-2.0
"""Parts `apply` and `apply-first`: a fault while a kept plan is carried out. The same command again is refused and says
how to go on; so does a run that failed. What is said is followed, and the end is that of an undisturbed run."""

from faults import HOME
from of_first import same_end, undisturbed
from of_pool import Grown
from onlab import audit_mark, claim, follow, iplease, writes_since
from trying import LONG, SILENT, anew_where_wrong, cell, cells, faulty, in_silence, named, reset

APPLY, APPLY_FIRST = "apply: pool", "apply: first enable"
REFUSED = 7
FILE = str(HOME / "kept.json")
ARGS = ("apply", FILE)
STAGES = ("metallb", "expose", "pool", "ip-operator", "verify")
BOUND = [word for stage in STAGES for word in ("--timeout", f"{stage}=60s")]


def bound(kind):
    """The limits of a kept plan are its own, so also those of the run that goes on."""
    return (*BOUND, "--timeout", "provider=90s") if kind == "the command hangs" else ()


def gone_on(first):
    """As the interrupted or failed run says; a killed one says nothing, and then what a second `apply` says."""
    said = first.stderr
    if first.returncode != 0 and "Resume with:" not in said:
        refused = iplease(*ARGS, check=False)
        claim(refused.returncode == REFUSED and "IPL-RUN-088" in refused.stderr, f"a second apply: {refused}")
        claim("(unfinished)" in refused.stderr, f"not told as unfinished: {refused.stderr}")
        said = refused.stderr
    if first.returncode != 0:
        told = follow(said, "iplease resume", code=None, more=("--yes",))
        claim(told.returncode == 0, f"resume: exit {told.returncode} {told.stdout}{told.stderr}\nrun 1 said {first}")
    mark = audit_mark()
    third = iplease(*ARGS, check=False)
    claim(third.returncode == REFUSED and "IPL-RUN-08" in third.stderr, f"the plan is applied twice: {third}")
    claim(writes_since(mark) == [], f"the refused apply wrote {writes_since(mark)}")


class Applied(Grown):
    """The pool is changed by a plan that was kept."""

    def fault(self, command, kind):
        self.attempt(lambda: faulty(ARGS, command, kind), kind)

    def silence(self, command):
        self.attempt(lambda: in_silence(ARGS, command))

    def attempt(self, begin, kind=""):
        with anew_where_wrong(self.begin):
            iplease("plan", "--pool", self.other(), "--out", FILE, *bound(kind))
            gone_on(begin())
            self.turned()


def whole(end, command, kind):
    reset()
    mark = audit_mark()
    iplease("plan", "--out", FILE, *bound(kind))
    gone_on(faulty(ARGS, command, kind))
    same_end(end, mark)


def apply_cells():
    grown = Applied()
    cells(APPLY, grown.commands, grown.fault, few=[("done, and the answer lost", 0)])
    for command in grown.commands if LONG else ():
        cell(f"API server stopped for {SILENT} s", APPLY, named(grown.commands, command),
             lambda command=command: grown.silence(command))
    return {APPLY: grown.commands}


def apply_first_cells():
    """Each cell is a whole enable: only with --long."""
    reset()
    iplease("plan", "--out", FILE)
    end, commands = undisturbed(*ARGS)
    cells(APPLY_FIRST, commands, lambda command, kind: whole(end, command, kind), few=[])
    return {APPLY_FIRST: commands}
