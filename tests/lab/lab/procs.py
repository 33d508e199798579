# SPDX-License-Identifier: Apache-2.0
"""Start programs, on the host and inside a lab's namespaces."""

import os
import shlex
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from .cgroups import LabCgroup
from .errors import LabError
from .paths import LabPaths

# A daemon writes its own pid (as its namespace sees it) and then becomes the program.
_DAEMON = 'echo $$ >"$1.new" && mv "$1.new" "$1"; log=$2; shift 2; exec "$@" >>"$log" 2>&1 </dev/null'

_NSENTER = {"net": "--net", "mount": "--mount", "pid": "--pid", "uts": "--uts", "ipc": "--ipc"}


def enter(pid: int, kinds: Sequence[str]) -> list[str]:
    """argv prefix that runs a command in those namespaces of process `pid`."""
    wanted = [f"{_NSENTER[kind]}=/proc/{pid}/ns/{'mnt' if kind == 'mount' else kind}" for kind in kinds]
    return ["nsenter", *wanted, "--"]


def run(
    argv: Sequence[str],
    *,
    text: str | None = None,
    env: dict[str, str] | None = None,
    timeout: float = 120,
    check: bool = True,
    cgroup: LabCgroup | None = None,
) -> subprocess.CompletedProcess:
    """Run a program to its end and capture the output. With `check`, a failure is one line with its last output."""
    try:
        done = subprocess.run(
            argv,
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            env=env,
            timeout=timeout,
            preexec_fn=cgroup.join if cgroup else None,
        )
    except FileNotFoundError:
        raise LabError(f"{argv[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise LabError(f"no answer within {timeout:.0f} s from: {shlex.join(argv)}") from None
    if check and done.returncode != 0:
        raise LabError(f"{_last_line(done)} (exit {done.returncode} of: {_short(argv)})")
    return done


def _last_line(done: subprocess.CompletedProcess) -> str:
    lines = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()
    return lines[-1].strip()


def _short(argv: Sequence[str]) -> str:
    line = shlex.join(argv)
    return line if len(line) <= 160 else line[:157] + "..."


class Supervisor:
    """Starts a lab's daemons inside its init's process namespace, and finds them again."""

    def __init__(self, paths: LabPaths, cgroup: LabCgroup) -> None:
        self._paths = paths
        self._cgroup = cgroup

    def start(
        self,
        name: str,
        argv: Sequence[str],
        inside: Sequence[str],
        env: dict[str, str] | None = None,
    ) -> None:
        """Start daemon `name` with the argv prefix `inside`. Its log is log/NAME.log."""
        self._paths.pids.mkdir(parents=True, exist_ok=True)
        self._paths.logs.mkdir(parents=True, exist_ok=True)
        pid_file = self._paths.pids / name
        pid_file.unlink(missing_ok=True)
        log = self._paths.logs / f"{name}.log"
        shell = ["setsid", "--fork", "sh", "-c", _DAEMON, "sh", str(pid_file), str(log), *argv]
        run([*inside, *shell], env=env, cgroup=self._cgroup)
        wait_for(pid_file.exists, f"{name} did not start: see {log}", 10)

    def pid(self, name: str) -> int | None:
        """The daemon's pid as the caller sees it, or None if it is not running."""
        try:
            inner = (self._paths.pids / name).read_text().strip()
        except FileNotFoundError:
            return None
        for pid in self._cgroup.processes():
            numbers = _namespace_pids(pid)
            if len(numbers) == 2 and numbers[1] == inner:
                return pid
        return None

    def require(self, name: str) -> int:
        pid = self.pid(name)
        if pid is None:
            raise LabError(f"{name} died: {self.last_words(name)}")
        return pid

    def last_words(self, name: str) -> str:
        log = self._paths.logs / f"{name}.log"
        lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        return f"{lines[-1][:300] if lines else 'it said nothing'} (all of it: {log})"


def _namespace_pids(pid: int) -> list[str]:
    """The pid in each process namespace, outermost first."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("NSpid:"):
                return line.split()[1:]
    except (FileNotFoundError, ProcessLookupError):
        pass
    return []


def wait_for(
    ready: Callable[[], bool],
    complaint: str | Callable[[], str],
    limit: float,
    alive: Callable[[], object] | None = None,
    pause: float = 0.05,
) -> None:
    """Poll until `ready`. `alive` may raise when waiting has become pointless."""
    deadline = time.monotonic() + limit
    while not ready():
        if alive:
            alive()
        if time.monotonic() > deadline:
            said = complaint if isinstance(complaint, str) else complaint()
            raise LabError(f"gave up after {limit:.0f} s: {said}")
        time.sleep(pause)


def base_env() -> dict[str, str]:
    """A daemon's environment: nothing from the caller, and a sane PATH."""
    return {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/root",
        "TERM": os.environ.get("TERM", "dumb"),
    }
