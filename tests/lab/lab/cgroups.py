# SPDX-License-Identifier: Apache-2.0
"""The lab's control groups: they find its processes again, whatever died before.

Every process of a lab starts in /iplease-lab/NAME/host of one hierarchy, and the kubelet keeps its pods under
/iplease-lab/NAME/NODE. So that tree contains the lab and nothing else.
"""

import os
import signal
import time
from pathlib import Path

from .errors import CannotRun, LabError

ROOT = "iplease-lab"


def hierarchies() -> list[Path]:
    """The mount points of all cgroup hierarchies of this machine, version 1 and 2."""
    found = []
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, point, kind, *_ = line.split()
        if kind in ("cgroup", "cgroup2") and Path(point) not in found:
            found.append(Path(point))
    if not found:
        raise CannotRun("no control groups are mounted: mount cgroup2 on /sys/fs/cgroup")
    return found


def tracking_hierarchy() -> Path:
    """The hierarchy that the lab's own processes join. Any would do, but it must be always the same."""
    mounts = hierarchies()
    for wanted in ("pids", "freezer", "systemd"):
        for point in mounts:
            if point.name == wanted:
                return point
    return mounts[0]


class LabCgroup:
    """The control groups of one lab."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._tracking = tracking_hierarchy() / ROOT / name / "host"

    def create(self, nodes: list[str]) -> None:
        """Create the tree. A kubelet's root must exist before the kubelet starts."""
        for point in hierarchies():
            for path in self._chain(point, nodes):
                path.mkdir(exist_ok=True)
                _inherit_cpuset(path)
        self._tracking.mkdir(exist_ok=True)

    def _chain(self, point: Path, nodes: list[str]) -> list[Path]:
        lab = point / ROOT / self.name
        return [point / ROOT, lab] + [lab / node for node in nodes]

    def kubelet_root(self, node: str) -> str:
        return f"/{ROOT}/{self.name}/{node}"

    def join(self) -> None:
        """Add the calling process. Whatever it starts from then on belongs to the lab."""
        self.procs.write_text(str(os.getpid()))

    @property
    def procs(self) -> Path:
        """The file that adds a process to the group."""
        return self._tracking / "cgroup.procs"

    def exists(self) -> bool:
        return any((point / ROOT / self.name).exists() for point in hierarchies())

    def processes(self) -> set[int]:
        """Every process of the lab except the caller, with pids as the caller sees them."""
        found: set[int] = set()
        for point in hierarchies():
            for folder, _, _ in os.walk(point / ROOT / self.name):
                found |= _procs(Path(folder))
        return found - {0, os.getpid()}

    def kill(self, limit: float = 20.0) -> None:
        """Kill until none is left: a process may fork while its siblings are being killed."""
        deadline = time.monotonic() + limit
        while pids := self.processes():
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            if time.monotonic() > deadline:
                raise LabError(f"processes {sorted(pids)} of lab {self.name} do not die: see `ps`")
            time.sleep(0.02)

    def remove(self) -> None:
        """Remove the empty tree. A group can stay busy for a moment after its last process."""
        for point in hierarchies():
            _remove_tree(point / ROOT / self.name)
            try:
                (point / ROOT).rmdir()
            except OSError:
                pass  # missing, or another lab's


def _procs(folder: Path) -> set[int]:
    try:
        return {int(pid) for pid in (folder / "cgroup.procs").read_text().split()}
    except (FileNotFoundError, OSError):
        return set()


def _inherit_cpuset(path: Path) -> None:
    """A new version-1 cpuset is empty and accepts no process until it is filled."""
    for name in ("cpuset.cpus", "cpuset.mems"):
        file, parent = path / name, path.parent / name
        if file.exists() and parent.exists() and not file.read_text().strip():
            file.write_text(parent.read_text().strip() or "\n")


def _remove_tree(top: Path, limit: float = 5.0) -> None:
    deadline = time.monotonic() + limit
    for folder, _, _ in os.walk(top, topdown=False):
        while True:
            try:
                os.rmdir(folder)
                break
            except FileNotFoundError:
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise LabError(f"control group {folder} stays busy: see its cgroup.procs")
                time.sleep(0.02)
