# SPDX-License-Identifier: Apache-2.0
"""The fresh state that `reset` returns to.

Saved are etcd's files, /etc/kubernetes, the kubelet's own files and containerd's two small databases. containerd never
changes layers and blobs once they are written. They stay where they are, and only what was added since is removed. etcd
is paused for the copy, not asked: its files are then as after a `kill -9`, and etcd is made to start from those.
"""

import os
import shutil
import signal
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import LabError
from .imagecache import DATABASES
from .procs import run, wait_for

if TYPE_CHECKING:
    from .fulltier import FullLab

_LAYERS = "io.containerd.snapshotter.v1.overlayfs/snapshots"
_USED = ("io.containerd.grpc.v1.cri", "io.containerd.runtime.v2.task")
_KUBELET = ("config.yaml", "instance-config.yaml", "kubeadm-flags.env", "pki")


def save_images(data: Path, containerd: int) -> None:
    """Remember containerd as it is right after the import, before it runs anything."""
    base = data / "base-containerd"
    shutil.rmtree(base, ignore_errors=True)
    with stopped(containerd):
        for database in DATABASES:
            (base / database).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(data / "containerd" / database, base / database)
    layers = sorted(os.listdir(data / "containerd" / _LAYERS))
    (base / "layers").write_text("\n".join(layers))


def save(lab: "FullLab", nodes: int) -> None:
    """Copy the state of a quiet, ready cluster."""
    base = lab.paths.base
    shutil.rmtree(base, ignore_errors=True)
    for number in range(1, nodes + 1):
        node = lab.node(number)
        target = base / node.name
        copy(node.data / "kubernetes", target / "kubernetes")
        (target / "kubelet").mkdir()
        for name in _KUBELET:
            if (node.data / "kubelet" / name).exists():
                copy(node.data / "kubelet" / name, target / "kubelet" / name)
    home = base / "home"
    copy(lab.paths.home, home)
    with stopped(_etcd(lab)):
        copy(lab.node(1).data / "etcd", base / "node1" / "etcd")


@contextmanager
def stopped(pid: int):
    """A paused process is between two writes, so its files are whole, as after a kill."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    run(["cp", "--archive", "--sparse=always", "--reflink=auto", str(source), str(target)])


def _etcd(lab: "FullLab") -> int:
    for pid in lab.cgroup.processes():
        try:
            argv = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except FileNotFoundError:
            continue
        if Path(os.fsdecode(argv[0])).name == "etcd":
            return pid
    raise LabError("etcd is not running")


def restore(lab: "FullLab", nodes: int) -> None:
    """Restore the saved files. Nothing of the lab may be running."""
    for number in range(1, nodes + 1):
        node = lab.node(number)
        saved = lab.paths.base / node.name
        for name in ("etcd", "kubernetes", "kubelet", "pod-logs"):
            empty(node.data / name)
        for name in ("etcd", "kubernetes", "kubelet"):
            if (saved / name).exists():
                copy_into(saved / name, node.data / name)
        _restore_containerd(node.data)
    empty(lab.paths.home)
    copy_into(lab.paths.base / "home", lab.paths.home)
    for file in lab.paths.audit.parent.iterdir():
        file.unlink()
    shutil.rmtree(lab.paths.pids, ignore_errors=True)


def _restore_containerd(data: Path) -> None:
    live, base = data / "containerd", data / "base-containerd"
    for database in DATABASES:
        shutil.copyfile(base / database, live / database)
    keep = set((base / "layers").read_text().split())
    for layer in os.listdir(live / _LAYERS):
        if layer not in keep:
            shutil.rmtree(live / _LAYERS / layer)
    for used in _USED:
        empty(live / used)


def empty(folder: Path) -> None:
    if not folder.exists():
        return
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def copy_into(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    run(["cp", "--archive", "--sparse=always", "--reflink=auto", f"{source}/.", str(target)])


def wait_restored(lab: "FullLab", began: float) -> None:
    """Wait until every pod's status belongs to a container that started after the reset began.

    The saved status says Ready too, so Ready alone proves nothing.
    """
    wait_for(lambda: _all_new(lab, began), lambda: _laggards(lab, began), 90, pause=0.25)


def _all_new(lab: "FullLab", began: float) -> bool:
    return not _old(lab, began)


def _laggards(lab: "FullLab", began: float) -> str:
    return f"not running again: {', '.join(_old(lab, began))}"


def _old(lab: "FullLab", began: float) -> list[str]:
    late = []
    for pod in lab.pods():
        statuses = pod["status"].get("containerStatuses", [])
        started = [s.get("state", {}).get("running", {}).get("startedAt") for s in statuses]
        fresh = started and all(
            time and datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() >= int(began)
            for time in started
        )
        if not fresh or not all(status["ready"] for status in statuses):
            late.append(f"{pod['metadata']['namespace']}/{pod['metadata']['name']}")
    return late
