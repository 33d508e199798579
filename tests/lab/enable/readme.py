# SPDX-License-Identifier: Apache-2.0
"""Every command in README.md's code blocks works as written, on a fresh cluster."""

import os
import re
from pathlib import Path

from onlab import IPLEASE, STATE, claim, main, shell, usage

TOP = Path(__file__).resolve().parent.parent.parent.parent
HOME = STATE / "home"


def blocks(text):
    """(language, lines) of the fenced and the indented blocks, in order."""
    found, lines, fence = [], [], None
    for line in [*text.splitlines(), ""]:
        if fence is not None:
            if line.startswith("```"):
                found.append((fence, lines))
                lines, fence = [], None
            else:
                lines.append(line)
        elif line.startswith("```"):
            fence = line[3:].strip()
        elif line.startswith("    "):
            lines.append(line[4:])
        elif lines:
            found.append(("", lines))
            lines = []
    return found


def flags_file(lines):
    """README's flags file, plus what only a lab needs: where the charts are, and no FRR, which has no image here."""
    own = (STATE / "iplease.yaml").read_text(encoding="utf-8")
    extra = [line for line in own.splitlines() if not re.match(r"apiVersion|kind|pool|  addresses", line)]
    (HOME / "flags.yaml").write_text("\n".join([*lines, *extra]) + "\n", encoding="utf-8")


def run(line):
    words = line.split("#")[0].strip()
    if words.startswith("iplease enable") and "--yes" not in words and "--dry-run" not in words:
        asked = shell("sh", "-c", f"cd {HOME}; PATH={os.path.dirname(IPLEASE)}:$PATH {words} </dev/null", check=False)
        claim(asked.returncode == 2 and "--yes" in asked.stderr, f"{words} off a terminal: {asked}")
        words += " --yes"
    done = shell("sh", "-c", f"cd {HOME}; export PATH={os.path.dirname(IPLEASE)}:$PATH; {words}", check=False)
    claim(done.returncode == 0, f"README: {words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    print(f"{words}: exit 0", flush=True)


def test():
    help_text = shell(str(TOP / "dev"), "help").stdout
    found = blocks((TOP / "README.md").read_text(encoding="utf-8"))
    for language, lines in found:
        if language == "yaml":
            flags_file(lines)
    count = 0
    for language, lines in found:
        for line in lines if language in ("", "sh", "bash") else ():
            if line.startswith("./dev "):
                word = line.split()[1]
                claim(f"./dev {word}" in help_text, f"README names ./dev {word}, which is not there")
            elif line.startswith("iplease "):
                run(line)
                count += 1
            else:
                claim(not line.strip(), f"README has a command that no test runs: {line}")
    claim(count >= 4, f"only {count} commands of iplease in README.md")
    claim(usage()["Available"] == 16, f"README's pool is not what the IP operator counts: {usage()}")


main(test)
