# SPDX-License-Identifier: Apache-2.0
"""A wrapper of the lab's kubectl or helm for --kubectl and --helm: something happens at one command line, and
everything that is done is done by the real tool."""

from onlab import IPLEASE, LAB, LABCTL, STATE, claim, shell
import subprocess


def tool_that(when, what, tool="kubectl"):
    """The path of a wrapper: at a command line that matches the shell pattern `when` it runs the shell text `what`,
    in which $real is the real tool and $iplease the process that asked."""
    real = shell("sh", "-c", f"command -v {tool}").stdout.strip()
    path = STATE / "home" / f"{tool}-that"
    path.write_text(
        f'#!/bin/sh\nreal={real}\niplease=$PPID\ncase "$*" in\n{when})\n{what}\n;;\n*) exec $real "$@" ;;\nesac\n',
        encoding="utf-8",
    )
    path.chmod(0o755)
    return str(path)


def tool_as_it_is(tool="kubectl"):
    """For a next run that is given the wrapper too: it does no more than pass on."""
    tool_that("nothing", ":", tool)


def killing(when, moment, tool="kubectl"):
    """A wrapper that ends iplease by kill -9 before or after the command that matches."""
    return tool_that(when, ('"$real" "$@"; ' if moment == "after" else "") + "kill -9 $iplease", tool)


def enable_that_is_killed(what, *args):
    """Runs enable, which must end by a kill."""
    told = subprocess.run(
        [LABCTL, "shell", "--name", LAB, "--", IPLEASE, "enable", "--yes", *args],
        capture_output=True, text=True, timeout=300, check=False,
    )
    claim(told.returncode not in (0, 1, 2, 3, 4, 5, 6, 7, 12), f"{what}: not killed: {told}")
