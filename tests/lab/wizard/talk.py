# SPDX-License-Identifier: Apache-2.0
"""Whole sessions of iplease on a pseudo-terminal, against the lab."""

import os
import re
import sys
import termios
from pathlib import Path

import pexpect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))

from onlab import IPLEASE, LAB, LABCTL, STATE, claim, shell  # noqa: E402

HERE = Path(__file__).resolve().parent
MENU = "6\\) cancel\r\n> "
POOL = "203.0.113.100-203.0.113.120"
COPIED = re.compile(r".* \$ |^ *(\$|\||iplease|kubectl|helm|curl|---|\+\+\+) ")
MASKS = (
    (r"(✔ [\w-]+).*(?:\n {4,}.*)*", r"\1"),  # wraps at the window, so it depends on the length of names
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uid>"),
    (r"(?<=\()[0-9a-f]{8}(?=\))", "<uid>"),
    (r"\d\d:\d\d:\d\dZ", "<time>"),
    (r"\d{8}-\d{4}\d*-\w+", "<run>"),
    (r"\b\d+(ms|s|m\d\ds)\b", "<t>"),
    (r"/run/iplease-lab/[\w-]+/home", "~"),
    (r"/run/iplease-lab/[\w-]+", "<lab>"),
)


def flags_without_pool():
    """The lab's flags file, which says where the charts are, without the addresses."""
    source = (STATE / "iplease.yaml").read_text(encoding="utf-8")
    lines, skip = [], False
    for line in source.splitlines():
        if not line.startswith((" ", "#", "-")):
            skip = line.startswith("pool:")
        if not skip:
            lines.append(line)
    path = STATE / "home" / "without-pool.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


class Talk:
    """One run of iplease with a person at the terminal."""

    def __init__(self, *args, size=(24, 80), env=None, argv=None):
        whole = dict(os.environ, TERM="xterm", LC_ALL="C.UTF-8", LANG="C.UTF-8")
        for name in ("CI", "NO_COLOR", "ACCESSIBLE", "FORCE_COLOR"):
            whole.pop(name, None)
        whole.update(env or {})
        self.columns = size[1]
        inside = ["env", "-u", "IPLEASE_FILE", "-u", "CI", *(f"{k}={v}" for k, v in (env or {}).items())]
        self.child = pexpect.spawn(
            str(LABCTL), ["shell", "--name", LAB, "--", *inside, *(argv or [IPLEASE, *args])],
            dimensions=size, env=whole, encoding="utf-8", timeout=90,
        )
        self.raw = ""
        self.before = termios.tcgetattr(self.child.child_fd)

    def see(self, what, timeout=90):
        try:
            # A prompt turns bracketed paste off before its mark.
            self.child.expect(what.replace("\r\n> ", "\r\n(?:\x1b\\[\\?2004l)?> "), timeout=timeout)
        except (pexpect.EOF, pexpect.TIMEOUT) as failure:
            claim(False, f"{type(failure).__name__} while waiting for {what!r}; seen:\n{self.raw}{self.child.before}")
        self.raw += self.child.before + self.child.after
        return self

    def answer(self, text, then="> "):
        self.child.send(text + "\r")
        return self.see(then)

    def keys(self, text):
        self.child.send(text)
        return self

    def end(self, code, timeout=120):
        """Reads to the end. Claims the exit code, and that the terminal is as it was before."""
        try:
            self.child.expect(pexpect.EOF, timeout=timeout)
        except pexpect.TIMEOUT:
            claim(False, f"it does not end; seen:\n{self.raw}{self.child.before}")
        self.raw += self.child.before
        after = termios.tcgetattr(self.child.child_fd) if not self.child.closed else self.before
        self.child.close()
        got = self.child.exitstatus if self.child.exitstatus is not None else 128 + self.child.signalstatus
        claim(got == code, f"exit {got}, wanted {code}; seen:\n{self.raw}")
        claim(after[:4] == self.before[:4], f"the terminal's modes were left changed: {self.before[:4]} {after[:4]}")
        return self

    def shown(self):
        """What stays on the screen: the last drawing of a redrawn line, with times and names masked."""
        lines = []
        for line in self.raw.replace("\r\n", "\n").split("\n"):
            line = re.split(r"\r\x1b\[[JK]", line)[-1]
            while "\b \b" in line:
                line = re.sub(r"[^\b]\x08 \x08", "", line, count=1)
            lines.append(re.sub(r"\x1b\[[?\d;]*\w", "", line))
        text = "\n".join(lines)
        for pattern, word in MASKS:
            text = re.sub(pattern, word, text)
        return text

    def fits(self):
        """No line is wider than the window, except a single unbreakable word, and text to copy or quote."""
        for line in self.raw.replace("\r\n", "\n").split("\n"):
            line = re.sub(r"\x1b\[[?\d;]*\w", "", re.split(r"\r\x1b\[[JK]", line)[-1])
            if len(line) > self.columns and not line.startswith(">"):
                claim(" " not in line.strip() or COPIED.match(line), f"wider than {self.columns}: {line!r}")
        return self

    def golden(self, name):
        """The transcript equals the file, apart from line breaks (names differ in length)."""
        path = HERE / f"{name}.golden"
        text = self.shown()
        if os.environ.get("IPLEASE_TEST_ACCEPT"):
            path.write_text(text + "\n", encoding="utf-8")
            return self
        wanted = path.read_text(encoding="utf-8").split()
        got = text.split()
        for at, (one, other) in enumerate(zip(wanted + ["<end>"], got + ["<end>"])):
            claim(one == other, f"{name}: ...{' '.join(wanted[at - 8:at + 4])}\ngot: ...{' '.join(got[at - 8:at + 4])}\n{text}")
        return self


def reset():
    import subprocess

    subprocess.run([str(LABCTL), "reset", "--name", LAB], check=True, timeout=300, stdout=subprocess.DEVNULL)


def release_status(name, namespace):
    import json

    found = json.loads(shell("helm", "-n", namespace, "list", "-a", "-o", "json").stdout)
    return {one["name"]: one["status"] for one in found}.get(name, "none")
