# SPDX-License-Identifier: Apache-2.0
"""What the command line's tests share."""

import fcntl
import os
import pathlib
import pty
import struct
import subprocess
import sys
import termios

IPLEASE = str(pathlib.Path(sys.argv[1]).resolve())
TOP = pathlib.Path(__file__).resolve().parents[3]
# Nothing of this machine: no cluster, no flags file, no state.
CLEAN = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TERM": "dumb"}


def iplease(*args, code=0, program=IPLEASE, stdin="", out=False):
    """Runs it and returns standard output, or standard error of a failure (unless `out`). Fails on any exit code but
    `code`."""
    done = subprocess.run([program, *args], input=stdin, capture_output=True, text=True, env=CLEAN,
                          check=False, timeout=60)
    assert done.returncode == code, f"{' '.join(args)}: exit {done.returncode}, wanted {code}\n{done.stdout}{done.stderr}"
    return done.stdout if code == 0 or out else done.stderr


def on_terminal(*args, env, code, columns=80, rows=24):
    """What a terminal of that size shows when the program has ended. Fails on any other exit code."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    child = subprocess.Popen([IPLEASE, *args], stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 4096):
            said += part
    except OSError:
        pass  # the terminal is closed, so the program has ended
    got = child.wait(60)
    text = said.decode().replace("\r\n", "\n")
    assert got == code, f"{args}: exit {got}, wanted {code}\n{text}"
    return text


def commands():
    """Every command in the table, from the program's own help."""
    lines = iplease("--help-all").splitlines()
    first = lines.index("Commands") + 1
    names = [line[2:19].strip() for line in lines[first:lines.index("", first)] if line[2:3].strip()]
    assert len(names) > 15 and "config init" in names, names
    return names
