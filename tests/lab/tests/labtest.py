# SPDX-License-Identifier: Apache-2.0
"""Shared by the lab's own tests: run it, time it, say what failed."""

import os
import subprocess
import sys
import time
from pathlib import Path

LABCTL = Path(__file__).resolve().parent.parent / "labctl"


class Failed(Exception):
    """A claim that did not hold."""


def claim(holds: object, what: str) -> None:
    if not holds:
        raise Failed(what)


def labctl(*args: str, check: bool = True, timeout: float = 420) -> subprocess.CompletedProcess:
    done = subprocess.run(
        [str(LABCTL), *args], capture_output=True, text=True, timeout=timeout, check=False
    )
    if check and done.returncode != 0:
        raise Failed(f"labctl {' '.join(args)}: exit {done.returncode}: {done.stderr.strip()}")
    return done


def shell(command: str, check: bool = True) -> str:
    """Run a shell line on the node's network. Returns its output."""
    return labctl("shell", "--", "sh", "-c", command, check=check).stdout.strip()


def timed(limit: float, *args: str) -> float:
    """Run, and claim a time limit, which IPLEASE_LAB_PATIENCE extends on a busy machine."""
    patience = float(os.environ.get("IPLEASE_LAB_PATIENCE") or 1)
    began = time.monotonic()
    labctl(*args)
    took = time.monotonic() - began
    print(f"labctl {' '.join(args)}: {took:.1f} s (limit {limit:.0f} s, patience {patience:g})", flush=True)
    claim(took <= limit * patience, f"labctl {args[0]} took {took:.1f} s, promised {limit:.0f} s")
    return took


def main(test) -> None:
    """Run, end the lab whatever happens, and exit as ctest expects."""
    try:
        test()
        print("passed")
        code = 0
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        code = 1
    finally:
        labctl("down", check=False)
    sys.exit(code)
