# SPDX-License-Identifier: Apache-2.0
"""None of our files has more than 400 lines. That leads to one list per kind and one file per member."""

LIMIT = 400
KINDS = ('.cpp', '.hpp', '.def', '.py', '.sh', '.go', '.cmake', 'CMakeLists.txt')


def violations(tree):
    found = []
    for name in tree.files():
        lines = tree.text(name).count('\n')
        if name.endswith(KINDS) and lines > LIMIT:
            found.append(f'{name}: {lines} lines, at most {LIMIT}')
    return found
