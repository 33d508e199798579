# SPDX-License-Identifier: Apache-2.0
"""actionlint reports nothing about the workflows, and they run our code only through ./dev."""

import fcntl
import sys

from .base import CACHE, TOP, CannotCheck, elapsed, files, run

sys.path.insert(0, str(TOP / 'tests/lab'))
from lab.errors import LabError  # noqa: E402
from lab.golang import find_go  # noqa: E402

VERSION = '1.7.7'


def actionlint():
    place = CACHE / f'actionlint-{VERSION}'
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / 'actionlint.lock', 'w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (place / 'actionlint').exists():
            return place / 'actionlint'
        try:
            go, env = find_go()
        except LabError as why:
            raise CannotCheck(str(why)) from why
        with elapsed(lambda: 'building actionlint'):
            got = run([go, 'install', f'github.com/rhysd/actionlint/cmd/actionlint@v{VERSION}'], env={**env, 'GOBIN': str(place)})
        if got.returncode != 0:
            raise CannotCheck(f'actionlint cannot be built: {(got.stderr.strip() or "go said nothing").splitlines()[-1]}')
    return place / 'actionlint'


def check(_given):
    names = files('.github/workflows')
    done = run([actionlint(), '-no-color', '-oneline', *names])
    found = done.stdout.splitlines()
    if done.returncode != 0 and not found:
        found = [done.stderr.strip() or 'actionlint failed without a word']
    for name in names:
        for number, line in enumerate((TOP / name).read_text(encoding='utf-8').splitlines(), 1):
            command = line.strip().removeprefix('- ')
            if command.startswith('run: ') and not command[5:].startswith(('./dev ', 'apt-get ', 'git config ')):
                found.append(f'{name}:{number}: calls something else than ./dev: {command}')
    return found, f'{len(names)} workflows'
