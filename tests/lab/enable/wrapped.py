# SPDX-License-Identifier: Apache-2.0
"""A wrapper of the lab's kubectl or helm for --kubectl and --helm. It does something extra at one command line and
passes everything on to the real tool."""

from onlab import IPLEASE, LAB, LABCTL, STATE, claim, shell
import subprocess


def tool_that(when, what, tool="kubectl"):
    """The path of a wrapper. At a command line that matches the shell pattern `when` it runs the shell text `what`.
    There $real is the real tool, and $iplease the process that called it."""
    real = shell("sh", "-c", f"command -v {tool}").stdout.strip()
    path = STATE / "home" / f"{tool}-that"
    path.write_text(
        f'#!/bin/sh\nreal={real}\niplease=$PPID\ncase "$*" in\n{when})\n{what}\n;;\n*) exec $real "$@" ;;\nesac\n',
        encoding="utf-8",
    )
    path.chmod(0o755)
    return str(path)


def tool_as_it_is(tool="kubectl"):
    """For the next run, which uses the same wrapper: it only passes on."""
    tool_that("nothing", ":", tool)


def killing(when, moment, tool="kubectl"):
    """A wrapper that ends iplease with kill -9 before or after the command that matches."""
    return tool_that(when, ('"$real" "$@"; ' if moment == "after" else "") + "kill -9 $iplease", tool)


def enable_that_is_killed(what, *args):
    """Runs enable, which must be killed."""
    told = subprocess.run(
        [LABCTL, "shell", "--name", LAB, "--", IPLEASE, "enable", "--yes", *args],
        capture_output=True, text=True, timeout=300, check=False,
    )
    claim(told.returncode not in (0, 1, 2, 3, 4, 5, 6, 7, 12), f"{what}: not killed: {told}")
