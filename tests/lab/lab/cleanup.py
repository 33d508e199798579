# SPDX-License-Identifier: Apache-2.0
"""End a lab, whatever state it is in, and leave nothing behind."""

import os
import shutil
import time
from pathlib import Path

from .cgroups import LabCgroup
from .errors import LabError
from .paths import DATA_ROOT, LabPaths


def remains(paths: LabPaths, cgroup: LabCgroup) -> bool:
    """Whether anything of this lab exists, alive or dead."""
    return paths.run.exists() or paths.data.exists() or cgroup.exists()


def end(paths: LabPaths, cgroup: LabCgroup) -> None:
    """Kill the lab's processes (its mounts and networks end with them), then remove its groups and files."""
    cgroup.kill()
    cgroup.remove()
    for folder in (paths.run, paths.data):
        _remove(folder)
    try:
        DATA_ROOT.rmdir()
    except OSError:
        pass  # another lab's, or missing


def _remove(folder: Path, limit: float = 10.0) -> None:
    """A folder may contain a mount point of a namespace that is still ending. It is not ours to unmount, and disappears
    by itself."""
    _refuse_mounts(folder)
    deadline = time.monotonic() + limit
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            if time.monotonic() > deadline:
                raise LabError(f"cannot remove {folder}: see what is in it")
            time.sleep(0.05)


def _refuse_mounts(folder: Path) -> None:
    """Never delete through a mount: what is behind it may not belong to the lab."""
    for line in Path("/proc/self/mounts").read_text().splitlines():
        point = line.split()[1]
        if point == str(folder) or point.startswith(f"{folder}{os.sep}"):
            raise LabError(f"{point} is mounted here and is not the lab's doing: unmount it first")
