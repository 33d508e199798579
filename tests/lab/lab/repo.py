# SPDX-License-Identifier: Apache-2.0
"""The guide's Helm repositories, served only inside the node's network."""

from pathlib import Path

from . import parts
from .cgroups import LabCgroup
from .golang import find_go
from .namespaces import Namespaces
from .paths import LAB_SOURCE, REPO_PORT, cache_root
from .procs import Supervisor, enter, run, wait_for

_BUILD = LAB_SOURCE / "repo" / "build"


def folder() -> Path:
    """The folder with metallb/ and akash/, each a Helm repository. Made if it is not cached."""
    _, env = find_go()
    env = {**env, "IPLEASE_LAB_CACHE": str(cache_root())}
    argv = [str(_BUILD), "--metallb-charts", str(parts.path("metallb-charts"))]
    return Path(run(argv, env=env, timeout=300).stdout.strip().splitlines()[-1])


def serve(supervisor: Supervisor, spaces: Namespaces, host: str) -> None:
    """Serve on 127.0.0.1 of that host's network. No other host sees it, nor does this machine."""
    argv = ["python3", "-m", "http.server", str(REPO_PORT), "--bind", "127.0.0.1"]
    argv += ["--directory", str(folder())]
    inside = enter(spaces.init(), ["pid"])[:-1] + enter(spaces.host_pid(host), ["net"])[1:]
    supervisor.start("repositories", argv, inside)


def ready(spaces: Namespaces, host: str, cgroup: LabCgroup) -> bool:
    url = f"http://127.0.0.1:{REPO_PORT}/metallb/index.yaml"
    argv = [*spaces.on(host, ["net"]), "curl", "-sf", "-o", "/dev/null", "--max-time", "2", url]
    return run(argv, check=False, cgroup=cgroup).returncode == 0


def wait(spaces: Namespaces, host: str, cgroup: LabCgroup) -> None:
    wait_for(lambda: ready(spaces, host, cgroup), "the Helm repositories do not answer", 10)


