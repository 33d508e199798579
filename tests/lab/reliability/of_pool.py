# SPDX-License-Identifier: Apache-2.0
"""Part `pool`: IP leases are on, and a run changes the pool to the other of two sizes. Quick, and each run writes:
pool, the operator's look, the verification. Here also two runs at once, and iplease killed at a call of its own."""

from faults import KINDS, commands_of, fits, journals
from onlab import IPLEASE, claim, iplease, kubectl, shell, usage
from trying import LONG, SILENT, anew_where_wrong, cell, faulty, fresh_journal, in_silence, named, two_at_once

POOL = "change of the pool"
POOLS = ("203.0.113.100-203.0.113.120", "203.0.113.100-203.0.113.121")
SIZES = (21, 22)
STAGES = ("expose", "pool", "ip-operator", "verify", "provider-values")
BOUND = [word for stage in STAGES for word in ("--timeout", f"{stage}=20s")]


class Grown:
    def __init__(self):
        self.begin()
        before = journals()
        self.turn()
        self.commands = commands_of(fresh_journal(before))
        claim(len(self.commands) >= 3, f"a change of the pool writes {self.commands}")

    def begin(self):
        iplease("enable", "--yes", "--pool", POOLS[0])
        self.now = 0

    def other(self):
        return POOLS[1 - self.now]

    def args(self):
        return ["enable", "--yes", "--pool", self.other()]

    def turn(self):
        iplease(*self.args())
        self.now = 1 - self.now

    def healed(self, first):
        """The same command again ends right, and a third run finds nothing."""
        again = iplease(*self.args(), check=False)
        claim(again.returncode == 0, f"run 2: exit {again.returncode} {again.stderr}\nrun 1 said {first}")
        self.turned()

    def turned(self):
        """All is as promised, a run finds nothing to do, and nothing of an earlier one lies about."""
        self.now = 1 - self.now
        claim(usage()["Available"] == SIZES[self.now], f"/usage: {usage()}")
        third = iplease("enable", "--yes", "--pool", POOLS[self.now])
        claim("nothing to do" in third.stdout, f"run 3 found {third.stdout}{third.stderr}")
        left = kubectl("-n", "akash-services", "get", "service", "iplease-verify", "--ignore-not-found", "-o", "name")
        claim(left == "", f"{left} was left behind")

    def attempt(self, begin):
        with anew_where_wrong(self.begin):
            first = begin()
            if first.returncode == 0:  # a run that came through needs no healing
                self.turned()
            else:
                self.healed(f"{first.returncode} {first.stderr}")

    def fault(self, command, kind):
        self.attempt(lambda: faulty(self.args(), command, kind, *BOUND))

    def silence(self, command):
        self.attempt(lambda: in_silence(self.args(), command))

    def killed_at(self, call, number):
        self.attempt(lambda: killing(call, number, *self.args()))

    def at_once(self):
        with anew_where_wrong(self.begin):
            self.healed(two_at_once(*self.args()))


def killing(call, number, *args):
    """A run that strace kills as it enters its n-th such call; what it ended with."""
    told = shell("strace", "-f", "-o", "/dev/null", "-e", f"trace={call}",
                 "-e", f"inject={call}:signal=KILL:when={number}", "-b", "execve", IPLEASE, *args, check=False)
    claim(told.returncode not in range(13), f"{call} {number} was not met: {told}")
    return told


def calls_of(call, *args):
    """How often iplease itself makes that call in a run."""
    told = shell("strace", "-f", "-b", "execve", "-o", "/dev/fd/1", "-e", f"trace={call}", IPLEASE, *args, "--quiet")
    return sum(f"{call}(" in line for line in told.stdout.splitlines())


def pool_cells():
    grown = Grown()
    for number, kind in enumerate(KINDS):
        chosen = grown.commands if LONG else [grown.commands[number % len(grown.commands)]]
        for command in (one for one in chosen if fits(kind, one)):
            cell(kind, POOL, named(grown.commands, command),
                 lambda command=command, kind=kind: grown.fault(command, kind))
    for command in grown.commands if LONG else grown.commands[:1]:
        cell(f"API server stopped for {SILENT} s", POOL, named(grown.commands, command),
             lambda command=command: grown.silence(command))
    count = calls_of("fsync", *grown.args())
    grown.now = 1 - grown.now
    claim(count > 3, f"{count} calls of fsync were counted")
    for number in range(1, count + 1) if LONG else [count // 2]:
        cell("killed at fsync", POOL, f"{number} of {count}", lambda number=number: grown.killed_at("fsync", number))
    for number in range(50 if LONG else 1):
        cell("two runs at once", POOL, str(number + 1), grown.at_once)
    return {POOL: grown.commands}
