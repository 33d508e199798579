# SPDX-License-Identifier: Apache-2.0
"""What every part of the check shares: the tree's files, progress messages, one kind of error."""

import contextlib
import os
import pathlib
import subprocess
import sys
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[3]
CACHE = pathlib.Path(os.environ.get('IPLEASE_CACHE') or
                     pathlib.Path(os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache') / 'iplease')
_FIRST, _EVERY = 3.0, 30.0


class CannotCheck(Exception):
    """A required tool is missing and cannot be installed. The message is one line for the operator."""


def say(text):
    print(f'check: {text}', file=sys.stderr, flush=True)


@contextlib.contextmanager
def elapsed(progress):
    """Prints progress() after 3 s and then every 30 s."""
    began, over = time.monotonic(), threading.Event()

    def tick():
        wait = _FIRST
        while not over.wait(wait):
            say(f'{progress()} ... {time.monotonic() - began:.0f} s')
            wait = _EVERY

    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        over.set()
        ticker.join()


def run(argv, **more):
    return subprocess.run([str(word) for word in argv], cwd=TOP, capture_output=True, text=True, check=False, **more)


def files(*patterns):
    """Files matching one of the PATTERNS that git tracks or would add."""
    listed = run(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', *patterns])
    if listed.returncode != 0:
        raise CannotCheck('this is not a git clone, so what belongs to the project is unknown')
    return sorted({name for name in listed.stdout.split('\0') if name and (TOP / name).is_file()})
