# SPDX-License-Identifier: Apache-2.0
"""No file of ours has more than 400 lines: one list per kind, one file per member."""

LIMIT = 400
KINDS = ('.cpp', '.hpp', '.def', '.py', '.sh', '.go', '.cmake', 'CMakeLists.txt')


def violations(tree):
    found = []
    for name in tree.files():
        lines = tree.text(name).count('\n')
        if name.endswith(KINDS) and lines > LIMIT:
            found.append(f'{name}: {lines} lines, at most {LIMIT}')
    return found
