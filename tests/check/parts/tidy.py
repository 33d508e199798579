# SPDX-License-Identifier: Apache-2.0
"""clang-tidy over the program's sources. A file that was clean is checked again only after it, one of its headers, the
checks or its compiler flags have changed."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess

from .base import CACHE, TOP, CannotCheck, elapsed
from .tools import tool

BUILD = TOP / 'build/dev'  # a unity build: several files per unit
ALONE = TOP / 'build/tidy'  # only configured, for the command line of each single file
# A third of the time that all checks take. `./dev check` and `--long` run them all.
QUICK = '-*,bugprone-*,performance-*,-bugprone-easily-swappable-parameters,-performance-enum-size'


def dependencies():
    """Source -> the files that it depends on, as the build recorded them (including those of its unity neighbours)."""
    said = subprocess.run(['ninja', '-C', str(BUILD), '-t', 'deps'], capture_output=True, text=True, check=False)
    if said.returncode != 0:
        raise CannotCheck('build/dev is not there: ./dev build')
    made, current = {}, []
    for line in said.stdout.splitlines():
        if line.startswith('    '):
            path = os.path.normpath(BUILD / line.strip())
            current.append(path)
            if path.endswith('.cpp'):
                made[path] = current
        elif ': #deps' in line:
            current = []
    return made


def units():
    """(source, flags) of every translation unit of the program."""
    done = subprocess.run(['cmake', '--preset', 'dev', '-B', str(ALONE), '-DCMAKE_UNITY_BUILD=OFF',
                           '-DBUILD_TESTING=OFF'], cwd=TOP, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotCheck(f'cmake: {done.stderr.strip()[-300:]}')
    for entry in json.loads((ALONE / 'compile_commands.json').read_text()):
        source = pathlib.Path(entry['file'])
        if (TOP / 'src') in source.parents:
            flags = [word.replace(str(TOP), '.') for word in entry['command'].split() if re.match(r'-[DIWfs]', word)]
            yield source, flags


class Key:
    """Makes cache keys from contents. Hashes each file once."""

    def __init__(self):
        config = (TOP / '.clang-tidy').read_bytes() + (TOP / 'tests/check/requirements.txt').read_bytes()
        self._start = hashlib.sha256(config).digest()
        self._hashes = {}

    def _hash(self, path):
        if path not in self._hashes:
            if path.startswith(str(TOP) + '/'):
                self._hashes[path] = hashlib.sha256(pathlib.Path(path).read_bytes()).digest()
            else:  # a system header: size is enough to tell versions apart
                self._hashes[path] = f'{path} {os.stat(path).st_size}'.encode()
        return self._hashes[path]

    def of(self, files, flags, checks):
        total = hashlib.sha256(self._start + ' '.join([checks or '', *flags]).encode())
        for path in sorted(set(files)):
            total.update(self._hash(path))
        return total.hexdigest()


def _look(source, checks):
    argv = [tool('clang-tidy'), '-p', ALONE, '--quiet', '--extra-arg=-Wno-unknown-warning-option']
    argv += [f'--checks={checks}'] if checks else []
    done = subprocess.run([*map(str, argv), str(source)], cwd=TOP, capture_output=True, text=True, check=False)
    found = {line.replace(f'{TOP}/', '') for line in done.stdout.splitlines()
             if re.match(r'\S+:\d+:\d+: (warning|error)', line)}
    if done.returncode != 0 and not found:
        found = {f'{source}: clang-tidy failed: {done.stderr.strip()[-300:]}'}
    return found


def check(given):
    checks = QUICK if given.quick else None
    made, key, kept = dependencies(), Key(), CACHE / 'tidy'
    kept.mkdir(parents=True, exist_ok=True)
    todo, total = {}, 0
    for source, flags in units():
        total += 1
        if str(source) not in made:
            raise CannotCheck(f'{source.name} is not built: ./dev build')
        # A file that passed every check also passes the quick ones.
        names = [kept / key.of(made[str(source)], flags, each) for each in {checks, None}]
        if not any(name.exists() for name in names):
            todo[source] = kept / key.of(made[str(source)], flags, checks)
    found, done = set(), 0
    tool('clang-tidy')
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=given.jobs)
    try:
        with elapsed(lambda: f'clang-tidy: {done} of {len(todo)} files'):
            looks = {pool.submit(_look, source, checks): clean for source, clean in todo.items()}
            for look in concurrent.futures.as_completed(looks):
                done += 1
                if look.result():
                    found |= look.result()
                else:
                    looks[look].touch()
    finally:
        pool.shutdown(cancel_futures=True)
    return sorted(found), f'{total} files, {len(todo)} looked at' + (' by the quick checks' if given.quick else '')
