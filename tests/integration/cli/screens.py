# SPDX-License-Identifier: Apache-2.0
"""What a terminal shows: lines wrapped at its width, colours if wanted, ASCII if necessary, long listings in the
pager."""

import pathlib
import re
import subprocess
import tempfile

from run import CLEAN, IPLEASE, on_terminal

POOL = ("--pool", "198.51.100.32/28")
TERMINAL = {**CLEAN, "TERM": "xterm-256color", "LANG": "C.UTF-8", "PAGER": "cat"}
COPIED = re.compile(r".* \$ |^ *(\$|\||helm|curl|---|\+\+\+)( |$)|^ +(iplease|kubectl)(?! .*  )( |$)")
COLOUR = re.compile(r"\x1b\[\d+m")


def shown(*words, columns=80, rows=24, code=0, of=None, **env):
    """What a terminal of that size shows when the program has ended."""
    return on_terminal(*words, env={**(of or TERMINAL), **env}, code=code, columns=columns, rows=rows)


def breaks_at_words():
    for words, code in ((("plan", "--offline", *POOL), 0), (("explain", "IPL-MLB-004"), 0), (("explain",), 0),
                        (("config", "explain", "pool.addresses"), 0), (("plan", "--offline", "--pool", "1.2.3.4/33"), 2),
                        (("config", "show", *POOL), 0), (("enable", "--ofline"), 2), (("--help",), 0)):
        whole = re.sub(r"\s+", " ", COLOUR.sub("", shown(*words, columns=2000, code=code)))
        for columns in (50, 80, 120):
            text = COLOUR.sub("", shown(*words, columns=columns, code=code))
            for line in text.splitlines():
                one_word = " " not in line.strip()
                assert len(line) <= columns or COPIED.match(line) or one_word, f"{words} at {columns}: {line!r}"
            assert re.sub(r"\s+", " ", text) == whole, f"{words} at {columns} says something else:\n{text}"
    # Not a terminal: unwrapped, for grep and awk.
    piped = subprocess.run([IPLEASE, "plan", "--offline", *POOL], capture_output=True, text=True, env=TERMINAL, check=True)
    assert max(map(len, piped.stdout.splitlines())) > 120 and "\x1b" not in piped.stdout, piped.stdout


def tables():
    """Every cell of the plan's settings is below its column's head."""
    said = subprocess.run([IPLEASE, "plan", "--offline", *POOL], capture_output=True, text=True, env=TERMINAL, check=True).stdout
    head, *rows = said[said.index("  Settings"):].partition("\n\n")[0].splitlines()
    value, source = rows[0].index("198.51.100.32/28"), head.index("from")
    off = [row for row in rows for at in (value, source) if row[at - 1] != " " or row[at] == " "]
    assert len(rows) > 10 and not off, "\n".join([head, *off])


def colours():
    plan = ("plan", "--offline", *POOL)
    text = shown(*plan)
    assert "  \x1b[32m+\x1b[0m namespace" in text and "\x1b[2m=\x1b[0m preflight" in text, text
    assert "\x1b[32m        +ipoperator: true\x1b[0m" in text, "the diff has no colour\n" + text
    wrong = ("enable", "--ofline")
    assert shown(*wrong, code=2).startswith("\x1b[31merror\x1b[0m IPL-CLI-002"), shown(*wrong, code=2)
    for words, env in ((("--color", "never"), {}), (("--plain",), {}), ((), {"NO_COLOR": "1"}), ((), {"TERM": "dumb"})):
        for asked, code in ((plan, 0), (wrong, 2)):
            text = shown(*asked, *words, code=code, **env)
            assert "\x1b" not in text, f"{asked} {words} {env}: {text!r}"
    forced = subprocess.run([IPLEASE, *plan, "--color", "always"], capture_output=True, text=True, env=TERMINAL, check=True)
    assert "\x1b[32m+\x1b[0m" in forced.stdout, "--color always on a pipe"


def only_ascii():
    for words, env in ((("--plain",), {}), (("--accessible",), {}), ((), {"LANG": "C"}), ((), {"TERM": "dumb"})):
        text = shown("plan", "--offline", *POOL, *words, **env)
        assert text.isascii(), f"{words} {env}: {[c for c in text if ord(c) > 127]}"
    assert "Plan · " in shown("plan", "--offline", *POOL)


def pager(folder):
    got = pathlib.Path(folder) / "got"
    reader = f"tee '{got}' >/dev/null; echo paged"
    for words in (("plan", "--offline", *POOL), ("explain",), ("config", "show", *POOL), ("enable", "--help-all")):
        got.unlink(missing_ok=True)
        assert shown(*words, rows=10, PAGER=reader).endswith("paged\n"), words
        assert got.read_text(encoding="utf-8") == shown(*words).replace("\r", ""), f"{words}: the pager got another text"
    long = ("plan", "--offline", *POOL)
    for words, env in (((*long, "--no-pager"), {}), (long, {"rows": 1000}), (("explain",), {}), (long, {"CI": "true"}), (long, {"TERM": "dumb"}),
                       ((*long, "--plain"), {}), ((*long, "-o", "json"), {}), ((*long, "-o", "sh"), {}), (("man",), {}),
                       (("--help",), {}), (long, {"PAGER": ""})):
        got.unlink(missing_ok=True)
        text = shown(*words, **{"PAGER": reader, **env})
        assert "paged" not in text and not got.exists() and len(text) > 400, f"{words} {env}"
    # A pager that is missing or ends at once loses no text and changes no exit code.
    assert "  + verify" in COLOUR.sub("", shown(*long, PAGER="/nonexistent/pager")), "the text is lost"
    bare = pathlib.Path(folder) / "bare"
    bare.mkdir()
    for tool in ("sh", "env"):
        (bare / tool).symlink_to(f"/usr/bin/{tool}")
    whole = {key: value for key, value in TERMINAL.items() if key != "PAGER"}
    without = shown(*long, of=whole, PATH=str(bare))
    assert "  + verify" in COLOUR.sub("", without) and "less" not in without, "no less, and that is told\n" + without
    shown(*long, PAGER="true")
    shown(*long, "--detailed-exitcode", PAGER="exit 3", code=20)


breaks_at_words()
tables()
colours()
only_ascii()
with tempfile.TemporaryDirectory() as scratch:
    pager(scratch)
print("a terminal shows what it should")
