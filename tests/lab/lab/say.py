# SPDX-License-Identifier: Apache-2.0
"""What the operator sees while waiting. Everything goes to standard error."""

import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

from .errors import LabError

_FIRST, _EVERY = 3.0, 30.0


def say(text: str) -> None:
    print(f"lab: {text}", file=sys.stderr, flush=True)


@contextmanager
def timed(what: str):
    """Say how long it took once it is over. Silent if it took almost no time."""
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    if took >= 0.5:
        say(f"{what}: {took:.1f} s")


def run_long(what: str, argv: Sequence[str], log: Path, env: dict[str, str], cwd: Path) -> None:
    """Run something long. Report it after 3 s and then every 30 s. Its own output goes to `log`."""
    began = time.monotonic()
    next_word = _FIRST
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb") as out:
        child = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env, cwd=cwd
        )
        try:
            while (code := _wait(child, next_word - (time.monotonic() - began))) is None:
                say(f"{what} ... {time.monotonic() - began:.0f} s")
                next_word += _EVERY
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()
    took = time.monotonic() - began
    if code != 0:
        lines = log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
        raise LabError(f"{what} failed: {lines[-1][:300]} (all of it: {log})")
    if took >= _FIRST:
        say(f"{what}: done in {took:.0f} s")


def _wait(child: subprocess.Popen, seconds: float) -> int | None:
    try:
        return child.wait(timeout=max(0.1, seconds))
    except subprocess.TimeoutExpired:
        return None
