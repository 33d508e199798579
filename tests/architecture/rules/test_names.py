# SPDX-License-Identifier: Apache-2.0
"""No test's name contains a `;`. CMake splits lists there, so ctest would get two names that no executable knows. A
comma is allowed: Catch2's registration (CatchAddTests.cmake) escapes it."""

import re

_NAME = re.compile(r'\b(?:TEST_CASE|SCENARIO|TEMPLATE_TEST_CASE|TEST_CASE_METHOD)\s*\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')


def violations(tree):
    found = []
    for name in tree.sources('tests'):
        text = tree.text(name)
        for match in _NAME.finditer(text):
            if ';' in match.group(1):
                line = text.count('\n', 0, match.start()) + 1
                found.append(f'{name}:{line}: a `;` in the test\'s name {match.group(1).strip()}')
    return found
