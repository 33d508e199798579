# SPDX-License-Identifier: Apache-2.0
"""Reads do not grow with the tenants: with hundreds of their Services and Deployments a second enable, status and
doctor print not more than before. (tests/bench has the times, with thousands.)"""

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
    """Bytes that kubectl and helm printed for this command, and how many programs there were."""
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
        # Events and the times in them change by themselves; one tenant's Service alone is more than 500 bytes.
        limit = before[words][0] * 1.02 + 20 * TENANTS
        claim(size <= limit, f"{words}: {size} bytes read, {before[words][0]} without tenants")
        print(f"{' '.join(words)}: {programs} programs print {size} bytes, {before[words][0]} without tenants")
    claim(before[COMMANDS[0]][1] <= 8, f"a second enable starts {before[COMMANDS[0]][1]} programs")


main(test)
