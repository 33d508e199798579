# SPDX-License-Identifier: Apache-2.0
"""The environment for people and tests that work on a lab."""

import os
import shlex
import stat
from pathlib import Path

from . import parts
from .paths import NODE_ADDRESS, POOL_RANGE, REPO_PORT, LabPaths, cache_root

_FLAGS_FILE = """\
# Fits the lab; made by `lab up`.
apiVersion: iplease.akash.network/v1
kind: Enablement
metallb:
  # The lab has no image for FRR, and layer 2 needs none.
  values: {{speaker: {{frr: {{enabled: false}}}}}}
pool:
  addresses: [{pool}]
provider:
  valuesFile: {values}
  statusUrl: https://{node}:8443/status
repositories:
  metallb: http://127.0.0.1:{port}/metallb
  akash: http://127.0.0.1:{port}/akash
"""

# The host's own shell cannot reach the API server. A wrapper enters the node's network, and first the lab's control
# group, so that `down` finds it.
_WRAPPER = """\
#!/bin/sh
# Runs {program} on the network of lab {name}.
pid=$(cat {pid}) && echo $$ >{procs} || exit 1
exec nsenter --net=/proc/"$pid"/ns/net -- {real} "$@"
"""


def write_files(paths: LabPaths, procs: Path, helm: str = "helm3") -> None:
    """Write the programs, wrappers, empty home and flags file of a lab that is starting.

    `procs` is the control group's file that adds a process.
    """
    programs = {"kubectl": parts.path("node") / "kubectl", "helm": parts.path(helm) / "helm"}
    for folder in (paths.run / "bin", paths.run / "host-bin"):
        folder.mkdir(parents=True, exist_ok=True)
    for program, real in programs.items():
        link = paths.run / "bin" / program
        link.unlink(missing_ok=True)
        link.symlink_to(real)
        wrapper = paths.run / "host-bin" / program
        wrapper.write_text(
            _WRAPPER.format(
                program=program, name=paths.name, pid=paths.host_pid("node1"), procs=procs, real=link
            )
        )
        wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    fresh_home(paths)
    (paths.run / "iplease.yaml").write_text(
        _FLAGS_FILE.format(
            pool=POOL_RANGE, values=paths.home / "provider" / "provider.yaml", node=NODE_ADDRESS, port=REPO_PORT
        )
    )


def fresh_home(paths: LabPaths) -> None:
    for folder in ("", ".config", ".cache", ".local/share", ".local/state"):
        (paths.home / folder).mkdir(mode=0o700, parents=True, exist_ok=True)


def variables(paths: LabPaths, on_node: bool) -> dict[str, str]:
    """What `lab env` exports. `on_node` is for a process that is already on the node's network."""
    home = paths.home
    programs = paths.run / ("bin" if on_node else "host-bin")
    rest = [entry for entry in os.environ.get("PATH", "").split(":") if not _ours(entry)]
    return {
        "KUBECONFIG": str(paths.kubeconfig),
        "PATH": ":".join([str(programs), *rest]),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "HELM_CONFIG_HOME": str(home / ".config/helm"),
        "HELM_CACHE_HOME": str(home / ".cache/helm"),
        "HELM_DATA_HOME": str(home / ".local/share/helm"),
        "IPLEASE_FILE": str(paths.run / "iplease.yaml"),
        "IPLEASE_LAB_NAME": paths.name,
        "IPLEASE_LAB_DIR": str(paths.run),
        "IPLEASE_LAB_AUDIT": str(paths.audit),
        "IPLEASE_LAB_NODE_IP": NODE_ADDRESS,
        # The lab's cache and the compiler's stay where they are, although HOME changes.
        "IPLEASE_LAB_CACHE": str(cache_root()),
    }


def _ours(entry: str) -> bool:
    return Path(entry).name in ("bin", "host-bin") and entry.startswith("/run/iplease-lab/")


def export_lines(paths: LabPaths) -> str:
    lines = (f"export {key}={shlex.quote(value)}" for key, value in variables(paths, False).items())
    return "\n".join(lines)
