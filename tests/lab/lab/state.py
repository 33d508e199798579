# SPDX-License-Identifier: Apache-2.0
"""The lock that keeps two callers of one lab apart, and what a running lab remembers about itself."""

import fcntl
import json
import os
from contextlib import contextmanager

from .errors import LabError
from .paths import RUN_ROOT, LabPaths


@contextmanager
def locked(paths: LabPaths):
    """Hold the lab. A second caller gets an error and does not wait. A dead holder holds nothing."""
    handle = _acquire(paths)
    try:
        yield
    finally:
        if not paths.run.exists():
            _unlink(paths)
        os.close(handle)


def _acquire(paths: LabPaths) -> int:
    while True:
        RUN_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
        try:
            handle = os.open(paths.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            continue  # another lab's `down` removed the folder in between
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise LabError(
                f"lab {paths.name} is busy with another command: wait for it, or use --name"
            ) from None
        if _same_file(handle, paths):
            return handle
        os.close(handle)  # it was removed before we got the lock


def _same_file(handle: int, paths: LabPaths) -> bool:
    try:
        return os.fstat(handle).st_ino == paths.lock.stat().st_ino
    except FileNotFoundError:
        return False


def _unlink(paths: LabPaths) -> None:
    paths.lock.unlink(missing_ok=True)
    try:
        RUN_ROOT.rmdir()
    except OSError:
        pass  # another lab's


def write(paths: LabPaths, state: dict) -> None:
    """Replace the whole state file at once."""
    fresh = paths.state.with_suffix(".new")
    fresh.write_text(json.dumps(state, indent=1) + "\n")
    fresh.rename(paths.state)


def read(paths: LabPaths) -> dict:
    """The state, or empty if no lab of that name has come up."""
    try:
        return json.loads(paths.state.read_text())
    except FileNotFoundError:
        return {}
