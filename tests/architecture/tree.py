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
    """TEXT without comments, and with empty literals; lines keep their numbers."""
    return _NOT_CODE.sub(_blank, text)


class Tree:
    """A checkout at `top`. `objects`: a library built from it, or None."""

    def __init__(self, top, objects=None):
        self.top = pathlib.Path(top)
        self.objects = objects
        self._texts = {}

    def files(self):
        """What git holds or would add; without git, every file outside build folders."""
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
        """C++ files below FOLDERS; of src/ and include/ when none is given."""
        below = tuple(folder + '/' for folder in (folders or ('src', 'include')))
        return [name for name in self.files() if name.startswith(below) and name.endswith(('.cpp', '.hpp', '.def'))]

    def text(self, name):
        """The file's text; empty for what is not UTF-8."""
        if name not in self._texts:
            try:
                self._texts[name] = (self.top / name).read_bytes().decode()
            except UnicodeDecodeError:
                self._texts[name] = ''
        return self._texts[name]

    def includes(self, name):
        """(line number, what stands between the brackets) of every #include."""
        found = []
        for number, line in enumerate(self.text(name).split('\n'), 1):
            match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
            if match:
                found.append((number, match.group(1)))
        return found
