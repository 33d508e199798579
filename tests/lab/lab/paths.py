# SPDX-License-Identifier: Apache-2.0
"""Where a lab keeps its files, and the addresses it uses."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from .errors import LabError

LAB_SOURCE = Path(__file__).resolve().parent.parent  # tests/lab
REPO_ROOT = LAB_SOURCE.parent.parent

RUN_ROOT = Path("/run/iplease-lab")
DATA_ROOT = Path("/var/lib/iplease-lab")

NODE_ADDRESS = "203.0.113.10"  # the second node is .11
CLIENT_ADDRESS = "203.0.113.200"
POOL_RANGE = "203.0.113.100-203.0.113.120"
REPO_PORT = 8879


def cache_root() -> Path:
    """Built parts are here, outside every clone, under names with their content's hash."""
    chosen = os.environ.get("IPLEASE_LAB_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "iplease-lab"


@dataclass(frozen=True)
class LabPaths:
    """The folders of one lab. `run` is small and removed first; `data` holds containers and etcd."""

    name: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,20}", self.name):
            raise LabError(
                f"lab name '{self.name}' will not do: up to 21 of a-z, 0-9 and '-', not '-' first"
            )

    @property
    def run(self) -> Path:
        return RUN_ROOT / self.name

    @property
    def data(self) -> Path:
        return DATA_ROOT / self.name

    @property
    def lock(self) -> Path:
        return RUN_ROOT / f"{self.name}.lock"

    @property
    def state(self) -> Path:
        return self.run / "state.json"

    @property
    def logs(self) -> Path:
        return self.run / "log"

    @property
    def pids(self) -> Path:
        return self.run / "pid"

    @property
    def home(self) -> Path:
        return self.run / "home"

    @property
    def kubeconfig(self) -> Path:
        return self.run / "kubeconfig"

    @property
    def audit(self) -> Path:
        return self.run / "audit" / "audit.log"

    def host_pid(self, host: str) -> Path:
        """The file with the pid, as this machine sees it, of the process that holds a host's namespaces."""
        return self.run / "host" / host

    @property
    def base(self) -> Path:
        """The state that `reset` returns to."""
        return self.data / "base"

    def node(self, node: str) -> Path:
        return self.data / node
