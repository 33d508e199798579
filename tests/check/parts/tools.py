# SPDX-License-Identifier: Apache-2.0
"""The tools in their tested versions, in a virtual environment in the cache; the system stays as it is."""

import fcntl
import hashlib
import shutil
import sys

from .base import CACHE, TOP, CannotCheck, elapsed, run

_WANTED = TOP / 'tests/check/requirements.txt'


def home():
    """Where they are, or will be."""
    key = hashlib.sha256(_WANTED.read_bytes() + sys.version.encode()).hexdigest()[:16]
    return CACHE / f'check-tools-{key}'


def tool(name):
    """Path of clang-format, clang-tidy or lizard; fetched from PyPI the first time."""
    ensure()
    return home() / 'bin' / name


def ensure():
    place = home()
    done = place / 'complete'
    if done.exists():
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / 'check-tools.lock', 'w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done.exists():
            return
        shutil.rmtree(place, ignore_errors=True)
        with elapsed(lambda: 'fetching ' + ', '.join(_WANTED.read_text().split())):
            made = run([sys.executable, '-m', 'venv', place])
            if made.returncode != 0:
                raise CannotCheck('no virtual environment can be made: apt-get install python3-venv')
            got = run([place / 'bin/python', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check',
                       '-r', _WANTED])
            if got.returncode != 0:
                last = (got.stderr.strip() or 'pip said nothing').splitlines()[-1]
                raise CannotCheck(f'pip could not fetch the tools: {last}')
        done.touch()
