# SPDX-License-Identifier: Apache-2.0
"""The tools in their tested versions, in a virtual environment in the cache. Nothing is installed on the system."""

import fcntl
import hashlib
import shutil
import sys

from .base import CACHE, TOP, CannotCheck, elapsed, run


def fetched(name, wanted):
    """The folder of a virtual environment with the packages in file WANTED. Fetched from PyPI the first time."""
    key = hashlib.sha256(wanted.read_bytes() + sys.version.encode()).hexdigest()[:16]
    place = CACHE / f'{name}-{key}'
    done = place / 'complete'
    if done.exists():
        return place
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f'{name}.lock', 'w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done.exists():
            return place
        shutil.rmtree(place, ignore_errors=True)
        with elapsed(lambda: f'fetching {name}'):
            made = run([sys.executable, '-m', 'venv', place])
            if made.returncode != 0:
                raise CannotCheck('no virtual environment can be made: apt-get install python3-venv')
            got = run([place / 'bin/python', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check',
                       '-r', wanted])
            if got.returncode != 0:
                last = (got.stderr.strip() or 'pip said nothing').splitlines()[-1]
                raise CannotCheck(f'pip could not fetch the tools: {last}')
        done.touch()
    return place


def ensure():
    return fetched('check-tools', TOP / 'tests/check/requirements.txt')


def tool(name):
    """The path of clang-format, clang-tidy or lizard."""
    return ensure() / 'bin' / name
