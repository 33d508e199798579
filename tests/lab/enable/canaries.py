# SPDX-License-Identifier: Apache-2.0
"""Searches everything that iplease printed, stored and called for the canaries in the lab's provider values."""

from onlab import STATE, claim, no_canary

HOME = STATE / "home"
ARGV = HOME / "argv.log"


def noting_tools():
    """Options that put a recorder of every argv in front of kubectl and helm. It uses `exec`, so that a kill hits the
    program itself."""
    options = []
    for name in ("kubectl", "helm"):
        tool = HOME / f"noted-{name}"
        tool.write_text(f'#!/bin/sh\nprintf "%s\\n" "$0 $*" >> {ARGV}\nexec {STATE}/bin/{name} "$@"\n', encoding="utf-8")
        tool.chmod(0o755)
        options += [f"--{name}", str(tool)]
    return options


def no_secret_kept(*said):
    """Neither the output, nor a file in the state directory, nor an argv contains a canary."""
    for text in said:
        no_canary(text, "the talk")
    files = [path for path in (HOME / ".local" / "state" / "iplease").rglob("*") if path.is_file()]
    claim(any(path.name == "journal.jsonl" for path in files), "no journal to look through")
    for path in files:
        no_canary(path.read_bytes().decode("utf-8", "replace"), str(path))
    calls = ARGV.read_text(encoding="utf-8")
    claim("upgrade" in calls and "noted-kubectl" in calls, "no calls were noted")
    no_canary(calls, "an argv")
    return len(files)
