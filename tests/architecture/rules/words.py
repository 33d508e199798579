# SPDX-License-Identifier: Apache-2.0
"""Documents and comments keep the plain words of docs/style.md: a few that always have a better one stay out."""

import re

from tree import comments_of

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
# Generated from the program's own texts; and the page that lists these words.
_NOT_HERE = ('docs/errors.md', 'docs/settings.md', 'docs/failure-modes.md', 'docs/style.md')
_QUOTED = re.compile(r'`[^`\n]*`|^```.*?^```|^(?: {4}|\| ).*?$', re.S | re.M)


def _prose(name, text):
    """TEXT with everything blank that is not prose. Line numbers stay the same."""
    return _QUOTED.sub(lambda match: '\n' * match.group(0).count('\n'), text) if name.endswith('.md') else comments_of(text)


def violations(tree):
    found = []
    documents = [name for name in tree.files() if name.endswith('.md') and name not in _NOT_HERE]
    for name in [*documents, *tree.sources('src', 'include', 'tests')]:
        text = _prose(name, tree.text(name))
        for match in _ANY.finditer(text):
            line = text.count('\n', 0, match.start()) + 1
            found.append(f'{name}:{line}: "{match.group(0)}": write {_INSTEAD[int(match.lastgroup[1:])]} (docs/style.md)')
    return found
