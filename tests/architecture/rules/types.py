# SPDX-License-Identifier: Apache-2.0
"""A type's name is defined once, or in an anonymous namespace.

If two source files each define `iplease::Line` differently, they link without an error, and one of them then runs with
the other's inline functions.
"""

import re

from tree import code_of

_TOKEN = re.compile(r'[A-Za-z_]\w*|::|""|[{};:=()<>,]|\S')
_NAMESPACE = re.compile(r'(?:inline )?namespace(?: ((?:\w+|::| )+))?$')
_TYPE = re.compile(r'(?:typedef )?(?:struct|class|union|enum(?: class| struct)?) (\w+)(?: final)?(?: :(?!:).*)?$')


def _without_templates(words):
    """WORDS without a leading `template <...>`."""
    while words[:1] == ['template']:
        depth = 0
        for position, word in enumerate(words[1:], 1):
            depth += {'<': 1, '>': -1}.get(word, 0)
            if depth == 0:
                words = words[position + 1:]
                break
        else:
            return []
    return words


def types_of(text):
    """(line, qualified name) of every type that other translation units can see."""
    code = re.sub(r'^\s*#.*?(?<!\\)$', '', code_of(text), flags=re.M | re.S)
    found, scopes, head = [], [], []
    for match in _TOKEN.finditer(code):
        word = match.group(0)
        if word == '{':
            words = ' '.join(_without_templates(head)).replace('[ [ nodiscard ] ] ', '')
            space, kind = _NAMESPACE.match(words), _TYPE.match(words)
            if space:
                scopes.append((space.group(1) or '').replace(' ', '') or None)
            else:
                if kind and '(' not in words and all(isinstance(scope, str) for scope in scopes):
                    line = code.count('\n', 0, match.start()) + 1
                    found.append((line, '::'.join([*scopes, kind.group(1)])))
                scopes.append(False)
            head = []
        elif word == '}':
            if scopes:
                scopes.pop()
            head = []
        elif word == ';':
            head = []
        else:
            head.append(word)
    return found


def violations(tree):
    places = {}
    for name in tree.sources('src', 'include', 'tests'):
        for line, type_name in types_of(tree.text(name)):
            places.setdefault(type_name, []).append(f'{name}:{line}')
    return [f'{where[0]}: {type_name} is also defined in {", ".join(where[1:])}'
            for type_name, where in sorted(places.items()) if len(where) > 1]
