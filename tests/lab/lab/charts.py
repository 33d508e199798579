# SPDX-License-Identifier: Apache-2.0
"""The real MetalLB charts and manifests, from their Go modules."""

import os
import shutil
from pathlib import Path

from .images import module_folder

_CHARTS = ("0.14.8", "0.14.9", "0.15.3", "0.16.2")
_MODULE = "go.universe.tf/metallb@v{}"


def copy_metallb(target: Path, _needs: dict[str, Path]) -> None:
    """vVERSION/metallb for each chart, vVERSION/config/manifests for the two older releases."""
    for version in _CHARTS:
        _copy(version, "charts/metallb", target / f"v{version}" / "metallb")
    _copy("0.13.9", "config/manifests", target / "v0.13.9" / "config" / "manifests")
    _copy("0.12.0", "manifests", target / "v0.12.0" / "config" / "manifests")
    _copy("0.12.0", "charts/metallb", target / "v0.12.0" / "metallb")


def _copy(version: str, inside: str, target: Path) -> None:
    shutil.copytree(module_folder(_MODULE.format(version)) / inside, target)
    for folder, _, files in os.walk(target):  # the module cache is read-only
        os.chmod(folder, 0o755)
        for file in files:
            os.chmod(Path(folder) / file, 0o644)
