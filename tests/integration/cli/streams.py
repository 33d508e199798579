# SPDX-License-Identifier: Apache-2.0
"""Closed streams and readers that stop early do no harm. NDJSON begins with the version and ends with the exit code."""

import json
import shlex
import subprocess

from run import CLEAN, IPLEASE

POOL = ["--pool", "198.51.100.32/28"]
# (words, exit code when every stream is open)
CASES = [
    (["--help-all"], 0),
    (["config", "schema"], 0),
    (["plan", "--offline", *POOL], 0),
    (["plan", "--offline", "-o", "json", *POOL], 0),
    (["plan", "--offline", "-o", "sh", *POOL], 0),
    (["plan", "--offline", "--pool", "10.0.0.0/8"], 2),
    (["enable", "--yes", *POOL], 11),
    (["enable", "--yes", "-o", "json", *POOL], 11),
    (["nope"], 2),
]


def shell(line):
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, env=CLEAN, check=False, timeout=60)


def closed_streams():
    for words, code in CASES:
        line = shlex.join([IPLEASE, *words])
        whole = shell(line)
        assert whole.returncode == code, f"{words}: exit {whole.returncode}, wanted {code}\n{whole.stderr}"
        for closing in (">&-", "2>&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-"):
            done = shell(f"{line} {closing}")
            assert done.returncode == code, f"{words} {closing}: exit {done.returncode}\n{done.stderr}"
            # The open stream gets what it got before, and nothing meant for the closed one.
            if closing == "2>&-" and code == 0:
                assert done.stdout == whole.stdout, f"{words} {closing}:\n{done.stdout}"


def readers_that_go_away():
    for words, code in CASES:
        if code != 0:
            continue
        done = shell(f"set -o pipefail; {shlex.join([IPLEASE, *words])} | head -n 1")
        assert done.returncode in (0, 141), f"{words} | head: exit {done.returncode}\n{done.stderr}"
        assert done.stderr.count("error") == 0, f"{words} | head: {done.stderr}"


def first_and_last_line():
    for words, code in ((POOL, 11), (["--pool", "10.0.0.0/8"], 2)):
        done = shell(shlex.join([IPLEASE, "enable", "--yes", "-o", "json", *words]))
        assert done.returncode == code, f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert lines[0]["type"] == "version" and lines[0]["ui"], lines[0]
        assert lines[-1]["type"] == "result" and lines[-1]["exit"] == code, lines[-1]
        assert [one["type"] for one in lines].count("result") == 1, done.stdout
        assert any(one["type"] == "diagnostic" and one["id"].startswith("IPL-") for one in lines), done.stdout


closed_streams()
readers_that_go_away()
first_and_last_line()
print("closed streams, readers that go away, first and last lines: as they should be")
