# SPDX-License-Identifier: Apache-2.0
"""What must be true of this machine before a lab can start. Each complaint is one line."""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from .errors import CannotRun, LabError
from .paths import DATA_ROOT
from .procs import run

_DEV = Path(__file__).resolve().parents[3] / "dev"
_GIB = 1024**3
_NEEDED_DISK = 5 * _GIB

# program -> Debian package
PROGRAMS = {
    "containerd": "containerd",
    "ctr": "containerd",
    "runc": "runc",
    "iptables": "iptables",
    "ip": "iproute2",
    "ipset": "ipset",
    "conntrack": "conntrack",
    "arping": "iputils-arping",
    "nsenter": "util-linux",
    "mount": "mount",
    "hostname": "hostname",
    "gcc": "gcc",
    "curl": "curl",
}
_FILES = {
    "/usr/lib/cni/bridge": "containernetworking-plugins",
    "/usr/include/stdio.h": "libc6-dev",
    "/etc/ssl/certs/ca-certificates.crt": "ca-certificates",
}


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def require_root() -> None:
    if os.geteuid() != 0:
        raise CannotRun("the lab needs root (namespaces, mounts, control groups): run it with sudo")
    if platform.machine() != "x86_64":
        raise CannotRun(f"the lab's images are built for x86_64; this is {platform.machine()}")


def require_namespaces() -> None:
    argv = ["unshare", "--pid", "--mount", "--net", "--uts", "--ipc", "--fork", "--mount-proc", "true"]
    done = run(argv, check=False)
    if done.returncode != 0:
        why = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise CannotRun(f"this machine gives no namespaces of its own ({why}): use a full VM or host")


def require_disk(folders: list[Path]) -> None:
    for folder in folders:
        free = shutil.disk_usage(_existing(folder)).free
        if free < _NEEDED_DISK:
            raise LabError(
                f"{folder} has {free / _GIB:.1f} GiB free and the lab needs 5: make room"
                " (IPLEASE_LAB_CACHE moves the cache)"
            )


def missing_packages() -> list[str]:
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = {package for name, package in PROGRAMS.items() if not shutil.which(name, path=path)}
    missing |= {package for file, package in _FILES.items() if not Path(file).exists()}
    if not shutil.which("go", path=path) and not importlib.util.find_spec("pip"):
        missing.add("python3-pip")  # needed to fetch Go
    return sorted(missing)


def install_packages() -> None:
    """Install missing packages from Debian. Silent if none is missing."""
    missing = missing_packages()
    if not missing:
        return
    # All installations go through ./dev, so that two never collide. It waits, and says what it does.
    done = subprocess.run([str(_DEV), "packages", *missing], stdin=subprocess.DEVNULL, stdout=sys.stderr)
    if done.returncode != 0:
        raise CannotRun(f"cannot be installed here: {' '.join(missing)}")


def require_all(cache: Path) -> None:
    """Everything that `up` needs, cheapest checks first."""
    require_root()
    if sys.version_info < (3, 9):
        raise CannotRun("the lab needs Python 3.9 or later")
    require_disk([DATA_ROOT, cache])
    install_packages()
    require_namespaces()
