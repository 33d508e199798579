#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How we read YAML against how Go reads it, over recorded files and thousands of mutations. We refuse what Go refuses,
and what we accept means the same to Go. We may be stricter only for the listed reasons.

go_yaml.py READ_MANY TESTS. IPLEASE_LONG=1 makes 20,000 mutations, not 2,000. IPLEASE_SEED=N makes other ones."""

import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SKIP = 77
COUNT = 20_000 if os.environ.get("IPLEASE_LONG") else 2_000
BATCH = 2_000
# Why we refuse what Go reads: the id, part of the message, and the reason.
STRICTER = [
    ("IPL-VAL-003", "for the second time", "Go's readers take the last of two, strict ones refuse"),
    ("IPL-VAL-004", "second document", "Go reads the first and says nothing of the others"),
    ("IPL-VAL-001", "does not belong to what is above it", "Go takes it for a second document, and reads only the first"),
    ("IPL-VAL-001", "a `:` without a blank", "libyaml is stricter within brackets than its port"),
    ("IPL-VAL-001", "cannot begin with `!`", "libyaml is stricter about tags than its port"),
    ("IPL-VAL-001", "that opens here is never closed", "what follows the quote is a second document to Go"),
    ("IPL-VAL-005", "a tab stands", "nobody means a tab there"),
    ("IPL-VAL-001", "a number without end", "as a key Go takes it for a word"),
    ("IPL-VAL-007", "inside of what it stands for", "Go refuses it when it is decoded, not when it is parsed"),
    ("IPL-VAL-011", "the file holds", "readers disagree about such characters"),
    ("IPL-VAL-011", "looks like a blank", "it was meant as a blank, and is text"),
    ("IPL-VAL-011", "UTF-16", "Go's readers take it; kubectl's and ours do not write it back"),
]
PIECES = ["\t", " ", "  ", "\n", "\r\n", "\r", "- ", "-\t", "? ", ": ", ":", "#", " # x", "'", '"', "''", "\\", "\\x41", "|\n", ">-\n",
          "|+\n  ", "[", "]", "{", "}", ", ", "&a ", "*a", "<<: *a", "!!str ", "!x ", "---\n", "...\n", "%", "@", "`", "\u00a0", "\u3000",
          "\ufeff", "\u2028", "yes", "No", "on", "0o17", "017", "0x1F", "1_000", "1e3", ".5", "1:30", "~", "null", "0b11", "-0", "+1", ".inf",
          "2001-01-01", "=", "key: value\n", "a: b: c\n", "  deeper:\n", "\n\n", "é", "\U0001f600", "\x07"]


def skip(why):
    print("skipped:", why)
    sys.exit(SKIP)


def go_reader():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    tool = cache / "iplease-tests" / "go-yaml-1" / "go_yaml"
    source = HERE / "go_yaml" / "main.go"
    if tool.exists() and tool.stat().st_mtime > source.stat().st_mtime:
        return tool
    if not shutil.which("go"):
        skip("no Go toolchain")
    tool.parent.mkdir(parents=True, exist_ok=True)
    built = subprocess.run(["go", "build", "-buildvcs=false", "-o", tool, "."], cwd=source.parent, capture_output=True, text=True,
                           check=False)
    if built.returncode != 0:
        skip("the Go readers cannot be built: " + built.stderr.strip()[-300:])
    return tool


def mutated(text, luck):
    for _ in range(luck.randint(1, 3)):
        at = luck.randint(0, len(text))
        kind = luck.random()
        if kind < 0.5:
            text = text[:at] + luck.choice(PIECES) + text[at:]
        elif kind < 0.75:
            text = text[:at] + text[at + luck.randint(1, 4):]
        elif kind < 0.9:  # indents or outdents a line
            start = text.rfind("\n", 0, at) + 1
            text = text[:start] + luck.choice([" ", "  ", "\t", ""]) + text[start:].removeprefix(luck.choice(["", " ", "  "]))
        else:
            text = text[:at]
    return text


def same(ours, theirs):
    if isinstance(ours, bool) or isinstance(theirs, bool) or ours is None or theirs is None:
        return ours is theirs
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return float(ours) == float(theirs)
    return ours == theirs


def judge(ours, theirs, text):
    """What is wrong, or None. Of several documents Go reads the first and ignores the others."""
    refused = theirs["sigs"] or theirs["v2"]
    if "value" in ours:
        if theirs["sigs"]:
            return f"Go refuses: {theirs['sigs']}"
        if not ours["plain"]:
            return None
        return None if same(ours["value"], theirs["value"]) else f"it means {ours['value']} to us, {theirs['value']} to Go"
    if refused or re.search(r"^(---|\.\.\.)", text[1:], re.M) or any(ours["id"] == which and part in ours["what"] for which, part, _ in STRICTER):
        return None
    return f"refused by us alone: {ours['id']} {ours['what']}"


def main():
    reader, ours = go_reader(), sys.argv[1]
    corpus = [path.read_bytes().decode("utf-8", "ignore") for folder in ("golden/values/cases", "data/provider", "data/kube-proxy", "data/kubespray")
              for path in sorted((pathlib.Path(sys.argv[2]) / folder).rglob("*")) if path.suffix in (".yaml", ".yml")]
    if len(corpus) < 30:
        sys.exit(f"only {len(corpus)} recorded files")
    luck = random.Random(int(os.environ.get("IPLEASE_SEED", "19")))
    texts = corpus + [mutated(luck.choice(corpus), luck) for _ in range(COUNT)]
    wrong, read = [], 0
    for begin in range(0, len(texts), BATCH):
        with tempfile.TemporaryDirectory() as folder:
            batch = texts[begin:begin + BATCH]
            for number, text in enumerate(batch):
                (pathlib.Path(folder) / f"{number}.yaml").write_bytes(text.encode())
            for tool in (reader, ours):
                subprocess.run([tool, folder], check=True, timeout=600)
            for number, text in enumerate(batch):
                said = [json.loads((pathlib.Path(folder) / f"{number}.yaml.{who}.json").read_text(encoding="utf-8")) for who in ("ours", "go")]
                read += "value" in said[0]
                if why := judge(*said, text):
                    wrong.append((why, text))
    for why, text in wrong[:10]:
        print(f"{why}\n{text[:600]!r}\n")
    print(f"{len(texts)} texts, {read} read by both, {len(wrong)} judged otherwise")
    if wrong or read < len(texts) / 10:
        sys.exit(1)


main()
