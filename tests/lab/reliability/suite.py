# SPDX-License-Identifier: Apache-2.0
"""The reliability suite: something goes wrong at a writing command, the same command is run again, and the end is
that of an undisturbed run; nothing is done twice. suite.py IPLEASE [PAGE]

Without --long (IPLEASE_LONG) one cell of each kind; with it every kind at every writing command, strace-injected
kills at every fsync, and two runs at once thirty times. IPLEASE_LONG=turns tries each kind at one command
of a first enable only, at the next one for each kind; IPLEASE_CELLS=REGEX only the kinds that it finds. What the
file IPLEASE_SEEN says was seen right before is not tried again but counted. With PAGE the table is written there."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from faults import KILLS, KINDS, SILENCE, commands_of, journals, stop_api_server, tool_of, wake_api_server, was_met, wrapped
from onlab import AUDIT, IPLEASE, LAB, LABCTL, Failed, audit_mark, claim, end_state, iplease, kubectl, main, shell, usage

LONG = bool(os.environ.get("IPLEASE_LONG"))
TURNS = os.environ.get("IPLEASE_LONG") == "turns"
POOL, FIRST = "change of the pool", "first enable"
SILENT = SILENCE if LONG else 4
POOLS = ("203.0.113.100-203.0.113.120", "203.0.113.100-203.0.113.121")
SIZES = (21, 22)
BOUND = [word for stage in ("expose", "pool", "ip-operator", "verify", "provider-values") for word in ("--timeout", f"{stage}=20s")]
# The short run has minutes: of the kinds that end alike, one.
SHORT = "half-way|answer lost|API server|rename|two runs"
ONLY = os.environ.get("IPLEASE_CELLS", "" if LONG else SHORT)
SEEN = Path(os.environ["IPLEASE_SEEN"]) if "IPLEASE_SEEN" in os.environ else None
TRIED = {}
WRONG = []


def cell(kind, where, what, act):
    """One try; what went wrong is told at the end, with all others."""
    seen = SEEN.read_text(encoding="utf-8").splitlines() if SEEN and SEEN.exists() else []
    line = f"{kind}: {where}: {what}"
    if line not in seen and not re.search(ONLY, kind):
        return
    count = TRIED.setdefault(kind, {}).setdefault(where, [0, 0])
    count[0] += 1
    if line in seen:
        count[1] += 1
        return
    began = time.monotonic()
    told = ""
    try:
        act()
        count[1] += 1
        if SEEN:
            SEEN.write_text("\n".join([*seen, line, ""]), encoding="utf-8")
    except (Failed, subprocess.SubprocessError, OSError, ValueError) as failure:
        told = f" WRONG {failure}"
        WRONG.append(f"{line}: {failure}")
    print(f"{line}: {time.monotonic() - began:.1f} s{told[:2000]}", flush=True)


def named(commands, command):
    """A command's own words: what is seen of one must not count for another that begins as it does."""
    return f"command {commands.index(command) + 1} of {len(commands)}, {' '.join(command[0])[:90]}"


def reset():
    subprocess.run([LABCTL, "reset", "--name", LAB], check=True, timeout=300, stdout=subprocess.DEVNULL)


def start(*args):
    return subprocess.Popen([LABCTL, "shell", "--name", LAB, "--", *args],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def pods_made(since):
    """Pods of the provider since then: a restart must not come twice."""
    made = 0
    with AUDIT.open(encoding="utf-8") as log:
        log.seek(since)
        for event in map(json.loads, log):
            made += (event["verb"] == "create" and event["requestURI"].endswith("/namespaces/akash-services/pods")
                     and "statefulset-controller" in event["user"]["username"]
                     and event["responseStatus"]["code"] == 201)
    return made


def fresh_journal(before):
    fresh = sorted(journals() - before)
    claim(len(fresh) == 1, f"{len(fresh)} runs instead of one")
    return fresh[0]


class Grown:
    """IP leases are on; a run changes the pool to the other of two sizes. Quick, and each run writes: pool, the
    operator's look, the verification."""

    def __init__(self):
        iplease("enable", "--yes", "--pool", POOLS[0])
        self.now = 0
        before = journals()
        self.turn()
        self.commands = commands_of(fresh_journal(before))
        claim(len(self.commands) >= 3, f"a change of the pool writes {self.commands}")

    def args(self):
        return ["enable", "--yes", "--pool", POOLS[1 - self.now]]

    def turn(self, *tools, check=True):
        done = iplease(*self.args(), *tools, check=check)
        if check:
            self.now = 1 - self.now
        return done

    def healed(self, first):
        """The same command again ends right, and a third run finds nothing."""
        again = iplease(*self.args(), check=False)
        claim(again.returncode == 0, f"run 2: exit {again.returncode} {again.stderr}\nrun 1 said {first}")
        self.now = 1 - self.now
        self.proved()

    def proved(self):
        """All is as promised, a run finds nothing to do, and nothing of an earlier one lies about."""
        claim(usage()["Available"] == SIZES[self.now], f"/usage: {usage()}")
        third = iplease("enable", "--yes", "--pool", POOLS[self.now])
        claim("nothing to do" in third.stdout, f"run 3 found {third.stdout}{third.stderr}")
        left = kubectl("-n", "akash-services", "get", "service", "iplease-verify", "--ignore-not-found", "-o", "name")
        claim(left == "", f"{left} was left behind")

    def fault(self, command, kind):
        argv, before = command
        first = self.turn(*wrapped(argv, before, KINDS[kind]), *BOUND, check=False)
        claim(was_met(), f"the command was not met: {first.stderr}")
        if kind in KILLS:
            claim(first.returncode not in range(13), f"it was not killed: {first}")
        self.healed(f"{first.returncode} {first.stderr}")


def silent_api_server(grown, command):
    argv, before = command
    options = wrapped(argv, before, 'echo x >$HOME/silent; exec "$real" "$@"')
    flag = Path(options[1]).parent / "silent"
    flag.unlink(missing_ok=True)
    run = start(IPLEASE, *grown.args(), *options)
    while run.poll() is None and not flag.exists():
        time.sleep(0.01)
    stop_api_server()
    try:
        time.sleep(SILENT)
    finally:
        wake_api_server()
    said = run.communicate(timeout=300)
    claim(flag.exists(), f"the command was not met: {said}")
    if run.returncode == 0:  # a run that came through needs no healing
        grown.now = 1 - grown.now
        grown.proved()
        return
    grown.healed(f"{run.returncode} {said[1]}")


def killing(call, number, *args):
    """A run that strace kills as it enters its n-th such call; what it ended with."""
    told = shell("strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}",
                 "-b", "execve", IPLEASE, *args, check=False)
    claim(told.returncode not in range(13), f"{call} {number} was not met: {told}")
    return told


def killed_at(grown, call, number):
    told = killing(call, number, *grown.args())
    grown.healed(f"{told.returncode} {told.stderr}")


def calls_of(call, *args):
    """How often iplease itself makes that call in a run."""
    told = shell("strace", "-f", "-b", "execve", "-o", "/dev/fd/1", "-e", f"trace={call}", IPLEASE, *args, "--quiet")
    return sum(f"{call}(" in line for line in told.stdout.splitlines())


def two_at_once(grown):
    """One does the work; the other is told who does (8), or comes too late and finds nothing to do."""
    runs = [start(IPLEASE, *grown.args()) for _ in range(2)]
    codes = []
    for run in runs:
        said = run.communicate(timeout=300)
        codes.append(run.returncode)
        claim(run.returncode in (0, 8), f"exit {run.returncode}: {said[1]}")
        claim(run.returncode == 0 or "pid " in said[1], f"the other run is not named: {said[1]}")
    claim(0 in codes, f"exits {codes}")
    grown.healed(codes)


def faulty(command, kind):
    argv, before = command
    first = iplease("enable", "--yes", *wrapped(argv, before, KINDS[kind]), "--timeout", "metallb=60s", "--timeout",
                    "provider=90s", check=False)
    claim(was_met(), f"the command was not met: {first.stderr}")
    return first


def whole_enable(undisturbed, begin):
    """A fault on the way from a fresh provider; the provider's pod is made anew once, all in all."""
    reset()
    mark = audit_mark()
    first = begin()
    again = iplease("enable", "--yes", check=False)
    claim(again.returncode == 0, f"run 2: exit {again.returncode} {again.stderr}\nrun 1 said {first.stderr}")
    for one, other in zip(undisturbed, [*end_state(), pods_made(mark)], strict=True):
        claim(one == other, f"it ended in\n{other}\nundisturbed\n{one}")
    claim("nothing to do" in iplease("enable", "--yes").stdout, "run 3 still found something")


def fresh_cells():
    """All kinds at all commands of a first enable; without --long a kill and a lost answer of Helm's."""
    reset()
    mark = audit_mark()
    before = journals()
    iplease("enable", "--yes")
    commands = commands_of(fresh_journal(before))
    undisturbed = [*end_state(), pods_made(mark)]
    helm = [at for at, (argv, _) in enumerate(commands) if tool_of(argv) == "helm"]
    cells = [("killed half-way, the command goes on", helm[0])]
    if TURNS:
        cells = [(kind, number % len(commands)) for number, kind in enumerate(KINDS)]
    elif LONG:
        cells = [(kind, at) for kind in KINDS for at in range(len(commands))]
    for kind, at in cells:
        cell(kind, FIRST, named(commands, commands[at]),
             lambda kind=kind, at=at: whole_enable(undisturbed, lambda: faulty(commands[at], kind)))
    cell("killed at rename", FIRST, "of the provider's values",
         lambda: whole_enable(undisturbed, lambda: killing("rename", 1, "enable", "--yes")))
    return len(commands)


def grown_cells():
    grown = Grown()
    for number, kind in enumerate(KINDS):
        chosen = grown.commands if LONG else [grown.commands[number % len(grown.commands)]]
        for command in chosen:
            cell(kind, POOL, named(grown.commands, command), lambda command=command, kind=kind: grown.fault(command, kind))
    for command in grown.commands if LONG else grown.commands[:1]:
        cell(f"API server stopped for {SILENT} s", POOL, named(grown.commands, command),
             lambda command=command: silent_api_server(grown, command))
    count = calls_of("fsync", *grown.args())
    grown.now = 1 - grown.now
    claim(count > 3, f"{count} calls of fsync were counted")
    for number in range(1, count + 1) if LONG else [count // 2]:
        cell("killed at fsync", POOL, f"{number} of {count}", lambda number=number: killed_at(grown, "fsync", number))
    for number in range(30 if LONG else 1):
        cell("two runs at once", POOL, str(number + 1), lambda: two_at_once(grown))
    return len(grown.commands)


def page(first, pool):
    """`first`, `pool`: how many commands write in a first enable, and where only the pool changes."""
    which = "every kind at every command" if LONG and not TURNS else "few cells of each kind"
    lines = ["# Reliability", "",
             "Written by `tests/lab/reliability/suite.py` on a lab of the cheap tier. In each try something goes wrong in the "
             "middle of `iplease enable`. Right is: the same command again ends as an undisturbed run does, the provider's pod was "
             "made anew once in all, and a third run finds nothing to do.", "",
             f"A change of the pool has {pool} writing commands, a first enable {first}. This table is of {which}; what has no "
             "number was not tried there.", "",
             "| what went wrong | change of the pool: tried | right | first enable: tried | right |",
             "| --- | --- | --- | --- | --- |"]
    for kind, counts in TRIED.items():
        cells = [str(number) for where in (POOL, FIRST) for number in counts.get(where, ("", ""))]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def test():
    """Words after the program: `pool` or `first` plays that part only, NAME.md is where the page is written."""
    words = sys.argv[2:]
    pages = [word for word in words if word.endswith(".md")]
    pool = 0 if "first" in words else grown_cells()
    first = 0 if "pool" in words else fresh_cells()
    for kind, counts in TRIED.items():
        print(kind, counts, flush=True)
    for path in pages:
        Path(path).write_text(page(first, pool), encoding="utf-8")
    claim(not WRONG, "\n".join(WRONG))


main(test)
