# SPDX-License-Identifier: Apache-2.0
"""containerd's folder with the imported images, kept in the cache so that each import runs once.

containerd never changes blobs and layers, so they are shared as hard links. Its two databases are copied.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from . import parts
from .paths import cache_root
from .procs import run

DATABASES = (
    "io.containerd.metadata.v1.bolt/meta.db",
    "io.containerd.snapshotter.v1.overlayfs/metadata.db",
)


def _folder(names: list[str]) -> Path:
    version = run(["containerd", "--version"]).stdout
    content = "\n".join([version, *(parts.path(name).name for name in names)])
    return cache_root() / "containerd" / hashlib.sha256(content.encode()).hexdigest()[:16]


def place(data: Path, names: list[str]) -> bool:
    """Give a new node the images. False if they are not cached or cannot be linked from there."""
    kept = _folder(names)
    if not kept.exists():
        return False
    live, base = data / "containerd", data / "base-containerd"
    # Copy into the folder and do not replace it: the node has already mounted it.
    done = run(["cp", "--archive", "--link", f"{kept}/root/.", str(live)], check=False)
    if done.returncode != 0:  # the cache is on another file system
        for entry in live.iterdir():
            shutil.rmtree(entry)
        return False
    shutil.copytree(kept / "base", base)
    for database in DATABASES:
        shutil.copyfile(base / database, live / database)
    return True


def keep(data: Path, names: list[str]) -> None:
    """Remember what was just imported. `base-containerd` has the databases of that moment."""
    kept = _folder(names)
    if kept.exists():
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="new.", dir=kept.parent))
    root = fresh / "root"
    done = run(["cp", "--archive", "--link", str(data / "containerd"), str(root)], check=False)
    if done.returncode == 0:
        for database in DATABASES:
            (root / database).unlink()
        shutil.copytree(data / "base-containerd", fresh / "base")
        try:
            os.rename(fresh, kept)
            return
        except OSError:
            pass  # another lab was faster
    shutil.rmtree(fresh, ignore_errors=True)
