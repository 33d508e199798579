# SPDX-License-Identifier: Apache-2.0
"""kill -9 in the middle of every stage that changes something, then the same command again. The end state is that of an
undisturbed run: no extra Helm revision, no extra restart of the provider, and no secret kept."""

import subprocess

from killing import kill_in, restarts
from onlab import LAB, LABCTL, audit_mark, claim, end_state, iplease, main
from canaries import no_secret_kept, noting_tools

STAGES = ("namespace", "metallb", "expose", "pool", "provider-values", "ip-operator", "provider", "verify")


def reset():
    subprocess.run([LABCTL, "reset", "--name", LAB], check=True, timeout=300)


def same(stage, wanted, found):
    for one, other in zip(wanted, found, strict=True):
        claim(one == other, f"killed in {stage}, the run again ended in\n{other}\nundisturbed\n{one}")


def test():
    mark = audit_mark()
    iplease("enable", "--yes")
    undisturbed = [*end_state(), restarts(mark)]
    claim(undisturbed[-1].startswith("1 pods made"), f"an undisturbed run: {undisturbed[-1]}")
    for stage in STAGES:
        reset()
        mark = audit_mark()
        tools = noting_tools()
        said = kill_in(stage, "enable", "--yes", *tools)
        again = iplease("enable", "--yes", *tools)
        same(stage, undisturbed, [*end_state(), restarts(mark)])
        no_secret_kept(said, again.stdout, again.stderr)
    again = iplease("enable", "--yes").stdout
    claim("nothing to do" in again, f"a third run still found {again!r}")


main(test)
