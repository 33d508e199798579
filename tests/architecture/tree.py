# SPDX-License-Identifier: Apache-2.0
"""The project's files, as the rules read them."""

import pathlib
import re
import subprocess

_NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/'
    r'|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"'
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'", re.S)


def _blank(match):
    text = match.group(0)
    kept = '\n' * text.count('\n')
    return kept if text[0] == '/' else '""' + kept


def code_of(text):
    """TEXT without comments and with empty literals. Line numbers stay the same."""
    return _NOT_CODE.sub(_blank, text)


def comments_of(text):
    """The comments of TEXT alone. Line numbers stay the same."""
    kept, at = [], 0
    for match in _NOT_CODE.finditer(text):
        kept.append('\n' * text.count('\n', at, match.start()))
        kept.append(match.group(0) if match.group(0)[0] == '/' else '\n' * match.group(0).count('\n'))
        at = match.end()
    return ''.join(kept)


class Tree:
    """The checkout at `top`. `objects` is a library built from it, or None."""

    def __init__(self, top, objects=None):
        self.top = pathlib.Path(top)
        self.objects = objects
        self._texts = {}

    def files(self):
        """The files that git tracks or would add. Without git, every file outside build folders."""
        listed = subprocess.run(
            ['git', '-C', str(self.top), 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
            capture_output=True, check=False)
        if listed.returncode == 0:
            names = [name for name in listed.stdout.decode().split('\0') if name]
        else:
            names = [str(path.relative_to(self.top)) for path in self.top.rglob('*')
                     if not {'build', '.git', '__pycache__'} & set(path.relative_to(self.top).parts)]
        return sorted(name for name in set(names) if (self.top / name).is_file())

    def sources(self, *folders):
        """C++ files below FOLDERS, by default src/ and include/."""
        below = tuple(folder + '/' for folder in (folders or ('src', 'include')))
        return [name for name in self.files() if name.startswith(below) and name.endswith(('.cpp', '.hpp', '.def'))]

    def text(self, name):
        """The file's text, or empty if it is not UTF-8."""
        if name not in self._texts:
            try:
                self._texts[name] = (self.top / name).read_bytes().decode()
            except UnicodeDecodeError:
                self._texts[name] = ''
        return self._texts[name]

    def includes(self, name):
        """(line number, the name between the brackets or quotes) of every #include."""
        found = []
        for number, line in enumerate(self.text(name).split('\n'), 1):
            match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
            if match:
                found.append((number, match.group(1)))
        return found
