# SPDX-License-Identifier: Apache-2.0
"""Documents and comments keep the plain words of docs/style.md: a few that always have a better one stay out."""

import re

# The words, and what to write instead.
_WORDS = {
    r'anew': 'again',
    r'of (?:ours|mine)': 'our, or the name of what owns it',
    r'(?<!there )(?:is|are) none(?! of)': 'is not a ..., there is no ...',
    r'mend(?:s|ed|ing)?': 'fix, repair',
    r'a word (?:more|too many)': 'another argument',
    r'as ever': 'as usual, or nothing',
    r'(?:is|are) so': 'is true',
    r'what (?:was|is) wished': 'requested',
}
_ANY = re.compile('|'.join(rf'(?P<w{number}>\b(?:{word})\b)' for number, word in enumerate(_WORDS)), re.I)
_INSTEAD = list(_WORDS.values())
# A comment, or a literal, which is skipped whole.
_CPP = re.compile(r'(?P<comment>//[^\n]*|/\*.*?\*/)|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:[^"\\\n]|\\.)*"'
                  r"|(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'", re.S)
# Generated from the program's own texts; and the page that lists these words.
_NOT_HERE = ('docs/errors.md', 'docs/settings.md', 'docs/failure-modes.md', 'docs/style.md')
_QUOTED = re.compile(r'`[^`\n]*`|^```.*?^```|^(?: {4}|\| ).*?$', re.S | re.M)


def _blank(match):
    return '\n' * match.group(0).count('\n')


def _prose(name, text):
    """TEXT with everything blank that is not prose. Line numbers stay the same."""
    if name.endswith('.md'):
        return _QUOTED.sub(_blank, text)
    kept, at = [], 0
    for match in _CPP.finditer(text):
        kept.append('\n' * text.count('\n', at, match.start()))
        kept.append(match.group(0) if match.group('comment') else _blank(match))
        at = match.end()
    return ''.join(kept)


def violations(tree):
    found = []
    documents = [name for name in tree.files() if name.endswith('.md') and name not in _NOT_HERE]
    for name in [*documents, *tree.sources('src', 'include', 'tests')]:
        text = _prose(name, tree.text(name))
        for match in _ANY.finditer(text):
            line = text.count('\n', 0, match.start()) + 1
            found.append(f'{name}:{line}: "{match.group(0)}": write {_INSTEAD[int(match.lastgroup[1:])]} (docs/style.md)')
    return found
