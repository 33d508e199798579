# SPDX-License-Identifier: Apache-2.0
"""The lab's namespaces and its wire.

One init holds a process namespace in which the whole lab runs, so killing it ends everything. Its network namespace is
the wire: a bridge. Every host on the wire (node1, node2, client) is a process with its own network namespace; a node
also has its own mount namespace. Nothing is created in the host's network, not even for a moment.
"""

import subprocess
from pathlib import Path

from .cgroups import LabCgroup
from .errors import CannotRun, LabError
from .paths import LAB_SOURCE, LabPaths, cache_root
from .procs import Supervisor, enter, run, wait_for

_NODE_SETUP = LAB_SOURCE / "lab" / "node-mounts.sh"


class Namespaces:
    """The running namespaces of one lab."""

    def __init__(self, paths: LabPaths, cgroup: LabCgroup, supervisor: Supervisor) -> None:
        self._paths = paths
        self._cgroup = cgroup
        self._supervisor = supervisor
        self._init: int | None = None

    # --- starting

    def start_init(self, init_binary: Path) -> None:
        """Start the lab's init in its own process, mount and network namespaces."""
        self._paths.logs.mkdir(parents=True, exist_ok=True)
        argv = ["unshare", "--fork", "--kill-child", "--pid", "--mount", "--net"]
        argv += ["--propagation", "private", "--mount-proc", "--", str(init_binary)]
        with open(self._paths.logs / "init.log", "ab") as log:
            parent = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
                preexec_fn=self._cgroup.join,
            )

        def alive() -> None:
            if parent.poll() is not None:
                words = self._supervisor.last_words("init")
                raise CannotRun(f"this machine gives no namespaces of its own: {words}")

        wait_for(lambda: self._find_init(init_binary) is not None, "the lab's init", 10, alive)
        self._wire("link add br0 type bridge\nlink set br0 up\nlink set lo up\n")

    def start_host(self, name: str, address: str, init_binary: Path, node: bool) -> None:
        """Add a host to the wire. A node also gets the mounts that hide this machine's own cluster."""
        argv = ["unshare", "--net", "--uts", "--", "sh", "-c", 'hostname "$1"; exec "$2"', "sh"]
        argv += [name, str(init_binary)]
        if node:
            argv = ["unshare", "--net", "--uts", "--ipc", "--mount", "--propagation", "private"]
            argv += ["--", "bash", str(_NODE_SETUP), name, str(self._paths.run)]
            argv += [str(self._paths.node(name)), str(init_binary), str(cache_root())]
        self._supervisor.start(name, argv, enter(self.init(), ["pid", "mount"]))
        wait_for(
            lambda: _runs(self._supervisor.require(name), init_binary),
            lambda: f"host {name}: {self._supervisor.last_words(name)}",
            15,
        )
        pid = self._supervisor.require(name)
        self._wire(
            f"link add w-{name} type veth peer name eth0 netns {pid}\n"
            f"link set w-{name} master br0\nlink set w-{name} up\n"
        )
        note = self._paths.host_pid(name)
        note.parent.mkdir(exist_ok=True)
        note.write_text(f"{pid}\n")
        self.ip(name, f"link set lo up\naddr add {address}/24 dev eth0\nlink set eth0 up\n")

    def ip(self, host: str, batch: str) -> None:
        """Run lines of `ip -batch` in a host's network namespace."""
        run([*self.on(host, ["net"]), "ip", "-batch", "-"], text=batch, cgroup=self._cgroup)

    def _wire(self, batch: str) -> None:
        run([*enter(self.init(), ["net"]), "ip", "-batch", "-"], text=batch, cgroup=self._cgroup)

    # --- finding

    def init(self) -> int:
        pid = self._find_init(None)
        if pid is None:
            raise LabError(f"lab {self._paths.name} is not running: ./dev lab up")
        return pid

    def _find_init(self, binary: Path | None) -> int | None:
        if self._init and Path(f"/proc/{self._init}").exists():
            return self._init
        for pid in self._cgroup.processes():
            if _is_init(pid) and (binary is None or _runs(pid, binary)):
                self._init = pid
                return pid
        return None

    def forget(self) -> None:
        """The known init is dead; find the next one."""
        self._init = None

    def running(self) -> bool:
        return self._find_init(None) is not None

    def host_pid(self, name: str) -> int:
        """The pid of the process that holds a host's namespaces."""
        return self._supervisor.require(name)

    def on(self, host: str, kinds: list[str]) -> list[str]:
        """argv prefix: run on that host. With kind `net` alone, this machine's files stay visible."""
        return enter(self.host_pid(host), kinds)

    def inside(self, host: str) -> list[str]:
        """argv prefix for a node's own daemons: all of its namespaces."""
        return self.on(host, ["pid", "net", "uts", "ipc", "mount"])


def _is_init(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    for line in status.splitlines():
        if line.startswith("NSpid:"):
            return line.split()[2:] == ["1"]
    return False


def _runs(pid: int, binary: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/exe").resolve() == binary.resolve()
    except OSError:
        return False
