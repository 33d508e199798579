# SPDX-License-Identifier: Apache-2.0
"""A function has at most 60 lines, a cyclomatic complexity of 15, and 5 parameters."""

import re

from .base import TOP, run
from .tools import tool


# One `path function` per line: functions known to be too large. A line that is no longer true is a finding too.
_KNOWN = TOP / 'tests/check/sizes.known'


def known():
    return set(_KNOWN.read_text().splitlines()) if _KNOWN.exists() else set()


def check(_given):
    done = run([tool('lizard'), '--languages', 'cpp', '--warnings_only', '--length', '60', '--CCN', '15', '--arguments', '5',
                'src', 'include', 'tests/support'])
    seen, found = set(), []
    for line in done.stdout.splitlines():
        match = re.match(r'(\S+?):(\d+): warning: (\S+) has (.*)', line)
        if match:
            seen.add(f'{match.group(1)} {match.group(3)}')
            if f'{match.group(1)} {match.group(3)}' not in known():
                found.append(f'{match.group(1)}:{match.group(2)}: {match.group(3)} has {match.group(4)}')
    found += [f'{_KNOWN.name}: {line} is no longer too large: take the line out' for line in sorted(known() - seen)]
    if done.returncode not in (0, 1):
        found = [done.stderr.strip() or 'lizard failed without a word']
    return found, 'functions of at most 60 lines, complexity 15, 5 parameters'
