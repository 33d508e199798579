#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a machine or a call. Each gives one line that says what is wrong and what to do."""

import fcntl
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import host  # noqa: E402
from labtest import LABCTL, claim, main  # noqa: E402

NAME = os.environ["IPLEASE_LAB_NAME"] = "faulty"


def refused(argv: list[str], code: int, *words: str) -> None:
    """Exactly one line on standard error, with these words and this exit code. Nothing is left behind."""
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    lines = done.stderr.strip().splitlines()
    what = f"{' '.join(argv)}: exit {done.returncode}, said {lines}"
    claim(done.returncode == code, f"expected exit {code}; {what}")
    claim(len(lines) == 1 and all(word in lines[0] for word in words), f"expected {words}; {what}")
    claim(not host.leftovers(NAME), f"left behind: {host.leftovers(NAME)}; {what}")
    print(lines[0])


def not_root() -> None:
    """Runs as nobody. Imports everything first, because nobody may not be able to read the clone."""
    program = (
        f"import os, sys; sys.path.insert(0, {str(LABCTL.parent)!r}); import lab.cli;"
        " os.setgid(65534); os.setuid(65534); sys.argv = ['labctl', 'up']; sys.exit(lab.cli.main())"
    )
    refused([sys.executable, "-B", "-c", program], 125, "needs root")


def no_namespaces() -> None:
    argv = ["setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin", str(LABCTL), "up"]
    refused(argv, 125, "namespaces")


def small_disk() -> None:
    small = "mount -t tmpfs -o size=1G tmpfs /mnt && IPLEASE_LAB_CACHE=/mnt exec "
    argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", f"{small} {LABCTL} up"]
    refused(argv, 1, "/mnt has 1.0 GiB free", "needs 5", "IPLEASE_LAB_CACHE")


def busy() -> None:
    """Another command holds the lab."""
    lock = Path(f"/run/iplease-lab/{NAME}.lock")
    lock.parent.mkdir(exist_ok=True)
    with open(lock, "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        Path(f"/run/iplease-lab/{NAME}").mkdir()
        argv = [str(LABCTL), "down"]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
        claim(done.returncode == 1 and "busy" in done.stderr, f"a second command: {done.stderr}")
        claim(Path(f"/run/iplease-lab/{NAME}").exists(), "a busy lab was ended by another command")


def nothing_is_up() -> None:
    for command in (["reset"], ["env"], ["shell", "--", "true"], ["client", "--", "true"]):
        refused([str(LABCTL), *command], 1, "is not up", "./dev lab up")
    refused([str(LABCTL), "up", "--name", "No Good"], 1, "lab name 'No Good'")


def build_that_fails() -> None:
    """A Go that cannot compile: shows the end of the build's output, and where the rest is."""
    with tempfile.TemporaryDirectory() as folder:
        go = Path(folder, "go")
        go.write_text('#!/bin/sh\n[ "$1" = env ] && { echo go1.99.0; exit; }\necho no disk >&2; exit 1\n')
        go.chmod(0o755)
        env = f"PATH={folder}:{os.environ['PATH']}"
        argv = ["env", env, f"IPLEASE_LAB_CACHE={folder}/cache", str(LABCTL), "build", "coredns"]
        refused(argv, 1, "building coredns failed: no disk", "coredns.log")


def test() -> None:
    nothing_is_up()
    busy()
    subprocess.run([str(LABCTL), "down"], check=True)
    not_root()
    no_namespaces()
    small_disk()
    build_that_fails()


main(test)
