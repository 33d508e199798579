# SPDX-License-Identifier: Apache-2.0
"""Reads do not grow with the tenants. With hundreds of their Services and Deployments, a second enable, status and
doctor read no more than before. (tests/bench measures times, with thousands.)"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))

from onlab import STATE, claim, iplease, main, shell  # noqa: E402

BENCH = Path(__file__).resolve().parent.parent.parent / "bench"
LOG = STATE / "home" / "sized.jsonl"
TENANTS = 300
COMMANDS = (("enable", "--yes"), ("status",), ("doctor",))


def printed(*words):
    """The bytes that kubectl and helm print for this command, and how many programs run."""
    LOG.unlink(missing_ok=True)
    iplease(*words, "--kubectl", f"{BENCH / 'sized'} {LOG} kubectl", "--helm", f"{BENCH / 'sized'} {LOG} helm", check=False)
    lines = [json.loads(line) for line in LOG.read_text(encoding="utf-8").splitlines()]
    return sum(line["bytes"] for line in lines), len(lines)


def test():
    iplease("enable", "--yes")
    before = {words: printed(*words) for words in COMMANDS}
    shell("python3", "-B", str(BENCH / "tenants.py"), str(TENANTS))
    for words in COMMANDS:
        size, programs = printed(*words)
        claim(programs <= before[words][1], f"{words}: {programs} programs, {before[words][1]} without tenants")
        # Events and their times change by themselves. A single tenant's Service alone is more than 500 bytes.
        limit = before[words][0] * 1.02 + 20 * TENANTS
        claim(size <= limit, f"{words}: {size} bytes read, {before[words][0]} without tenants")
        print(f"{' '.join(words)}: {programs} programs print {size} bytes, {before[words][0]} without tenants")
    claim(before[COMMANDS[0]][1] <= 8, f"a second enable starts {before[COMMANDS[0]][1]} programs")


main(test)
