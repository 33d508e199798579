# SPDX-License-Identifier: Apache-2.0
"""Which tier a lab belongs to. A tier is a class with `up(nodes, provider)`, `reset()`, `spaces` and `supervisor`.
Hosts `node1` and `client` hold its networks, whatever runs behind them."""

from . import state
from .cgroups import LabCgroup
from .cheap import CheapLab
from .fulltier import FullLab
from .paths import LabPaths


def lab_of(tier: str, paths: LabPaths):
    """A lab of that tier, not yet started."""
    cgroup = LabCgroup(paths.name)
    return (CheapLab if tier == "cheap" else FullLab)(paths, cgroup)


def existing(paths: LabPaths):
    """The lab of that name as it was started, or a full one if nothing is known."""
    return lab_of(state.read(paths).get("tier", "full"), paths)
