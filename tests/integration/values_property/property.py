#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what the editor promises with two other parsers: PyYAML (libyaml, from which Helm's parser descends) and
ruamel.yaml. For thousands of generated texts: the meaning changes exactly as requested, every other line stays, a
second edit changes nothing, and no well-formed text is refused.

property.py EDIT_MANY [--seed FIRST] [--count N]      prints a failing seed with its text
"""
import argparse
import difflib
import os
import re
import subprocess
import sys

try:
    import ruamel.yaml
    import yaml
except ImportError as missing:
    print("%s; install python3-yaml and python3-ruamel.yaml" % missing)
    sys.exit(77)

from documents import NAMES, document, mutated

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Editor:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def edit(self, text):
        data = text.encode("utf-8")
        self.process.stdin.write(b"%d\n" % len(data) + data)
        self.process.stdin.flush()
        head = self.process.stdout.readline().split()
        if len(head) != 2:
            raise AssertionError("the editor died: %s" % self.process.wait())
        return head[0].decode(), self.process.stdout.read(int(head[1])).decode("utf-8")


def is_true(value, truths):
    return value is True or value in truths


def wished(values, truths=("true",)):
    """What the values must mean after the edit, and the number of changes."""
    values = dict(values)
    count = 0
    if not is_true(values.get("ipoperator"), truths):
        values["ipoperator"] = True
        count += 1
    items = [dict(i) if isinstance(i, dict) else i for i in values.get("attributes") or []]
    for name in NAMES:
        mine = [i for i in items if isinstance(i, dict) and i.get("key") == name]
        if not mine:
            items.append({"key": name, "value": "true"})
            count += 1
        elif not is_true(mine[0].get("value"), truths):
            mine[0]["value"] = "true"
            count += 1
    values["attributes"] = items
    return values, count


def load(text):
    return yaml.load(text, Loader=LOADER)


def same(a, b):
    """Equality that tells 1 from True and treats NaN as equal to NaN."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and (a == b or a != a)


QUOTED_HASH = re.compile(r'"[^"]* #[^"]*"|\'[^\']* #[^\']*\'')


def check_lines(old, new, count, well_formed):
    """Only necessary lines changed, and their comments stayed. The generator never quotes ` #`. A mutation may, and
    then it is not a comment."""
    a, b = old.split("\n"), new.split("\n")
    removed, added = [], []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            removed += a[i1:i2]
            added += b[j1:j2]
    assert len(removed) <= count + 2, "%d lines went for %d changes" % (len(removed), count)
    assert len(added) <= len(removed) + 2 * count + 1, "%d lines came for %d changes" % (len(added), count)
    for line in removed:
        if not well_formed and QUOTED_HASH.search(line):
            continue
        comment = line.rstrip("\r").rpartition(" #")[2] if " #" in line else ""
        assert comment == "" or any(comment in other for other in added), "lost the comment of: " + line


def check(editor, text, well_formed, second_opinion):
    """(None or what is wrong, the kind of the answer)."""
    try:
        old = load(text)
    except (yaml.YAMLError, ValueError, TypeError):
        old = None
        if well_formed:
            return "the generator wrote what PyYAML cannot read", "bad"
    kind, answer = editor.edit(text)
    if kind == "refused":
        # A list whose last item ends the file in a block scalar cannot grow without changing that text.
        fair = well_formed and not text.endswith("\n") and not same(load(text + "\n"), old)
        return (answer if well_formed and not fair else None), kind
    if old is None:
        return None, kind
    try:
        new = load(answer)
    except yaml.YAMLError as error:
        return "the edited text is not YAML: %s" % error, kind
    wanted, count = wished(old)
    if not same(new, wanted) and not well_formed:
        wanted, count = wished(old, ("true", "y", "Y"))  # true for Helm, text for PyYAML
    if not same(new, wanted):
        return "the edited text means something else", kind
    if (kind == "same") != (answer == text):
        return "`%s`, but the text says otherwise" % kind, kind
    if kind == "same" and count and not well_formed:
        return None, kind  # `y` is true for Helm and text for PyYAML
    if kind == "edited":
        try:
            check_lines(text, answer, count, well_formed)
        except AssertionError as error:
            return str(error), kind
    if well_formed:
        again, third = editor.edit(answer)
        if again != "same" or third != answer:
            return "a second edit changes something", kind
        if second_opinion:
            values = ruamel.yaml.YAML(typ="safe", pure=True).load(answer)
            missing = set(NAMES) - {i.get("key") for i in values["attributes"] if i.get("value") is not None}
            if missing or str(values["ipoperator"]).lower() not in ("true", "yes", "on"):
                return "ruamel.yaml reads the edited text otherwise", kind
    return None, kind


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("editor")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100000 if os.environ.get("IPLEASE_LONG") == "1" else 4000)
    options = parser.parse_args()
    editor = Editor(options.editor)
    kinds = {}
    for seed in range(options.seed, options.seed + options.count):
        for well_formed in (True, False):
            text = document(seed) if well_formed else mutated(seed)
            wrong, kind = check(editor, text, well_formed, seed % 10 == 0)
            if wrong:
                print("seed %d, %s: %s" % (seed, "as written" if well_formed else "mutated", wrong))
                print("--- before\n%s\n--- after\n%s" % (text, editor.edit(text)[1]))
                return 1
            kinds[(well_formed, kind)] = kinds.get((well_formed, kind), 0) + 1
    for (well_formed, kind), number in sorted(kinds.items()):
        print("%7d %s %s" % (number, "as written" if well_formed else "mutated   ", kind))
    # A test that sees only one kind of answer proves nothing.
    assert kinds.get((True, "edited"), 0) > options.count // 2 or options.count < 50
    return 0


sys.exit(main())
