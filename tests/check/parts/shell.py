# SPDX-License-Identifier: Apache-2.0
"""shellcheck reports nothing about any script."""

import re
import shutil

from .base import TOP, CannotCheck, files, run

_SHELL = re.compile(rb'#!.*\b(?:ba|da)?sh\b')


def scripts():
    found = []
    for name in files():
        with open(TOP / name, 'rb') as file:
            if _SHELL.match(file.readline(200)) or name.endswith(('.sh', '.bash')):
                found.append(name)
    return found


def check(_given):
    if not shutil.which('shellcheck'):
        raise CannotCheck('shellcheck is not installed: apt-get install shellcheck')
    names = scripts()
    done = run(['shellcheck', '--format=gcc', '--', *names])
    found = done.stdout.splitlines()
    if done.returncode != 0 and not found:
        found = [done.stderr.strip() or 'shellcheck failed without a word']
    return found, f'{len(names)} scripts'
