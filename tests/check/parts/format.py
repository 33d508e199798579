# SPDX-License-Identifier: Apache-2.0
"""Every C++ file is formatted as clang-format 18.1.8 formats it."""

from .base import files, run
from .tools import tool


def check(_given):
    sources = files('*.cpp', '*.hpp')
    done = run([tool('clang-format'), '--dry-run', '-Werror', *sources])
    wrong = sorted({line.split(':')[0] for line in done.stderr.splitlines() if 'clang-format-violations' in line})
    found = [f'{name}: not as clang-format 18.1.8 writes it: clang-format -i {name}' for name in wrong]
    if done.returncode != 0 and not found:
        found = [done.stderr.strip() or 'clang-format failed without a word']
    return found, f'{len(sources)} files'
