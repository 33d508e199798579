# SPDX-License-Identifier: Apache-2.0
"""docs/reliability.md. A suite writes the cells of what it tried; others stay as they are, while the part has as many
writing commands as then."""

import re
import time

from faults import tool_of

HEAD = """\
# Reliability

Written by `tests/lab/reliability/suite.py` on a lab of the cheap tier, part by part. In each try something goes wrong
at one writing command, and then what a person would do is done: the same command again, or the `iplease resume` that was
printed. Right is:

- `change of the pool`: the addresses are those of the new pool, and a third run finds nothing to do.
- `first enable`: the end of an undisturbed run, the provider's pod replaced once in all, and nothing to do for a third run.
- `undo`: every object of the API server and provider.yaml as before `enable`, the provider's pod replaced once, and a
  third `undo` writes nothing (audit log).
- `apply`: of a kept plan for the pool, and for a first enable. A second `apply` is refused and says `iplease resume`; the
  end is that of an undisturbed run.
- `from 0.12's manifests`, `from 0.12's chart`: a migration of MetalLB. No tenant's address changes or is gone while its
  Service is not pinned, each is pinned and un-pinned once, nothing of 0.12 is left.

A cell is "right of tried"; what has none was not tried there.
"""


def columns_of(text):
    """What a page says: part -> (its row in the first table, kind -> [tried, right])."""
    tables = [[[piece.strip() for piece in line.strip("|").split("|")] for line in table.splitlines()
               if not line.startswith("| ---")] for table in re.findall(r"(?:^\|.*\n)+", text, re.M)]
    if len(tables) != 2:
        return {}
    (_, *parts), (head, *kinds) = tables
    rows = {row[0]: row for row in parts}
    counts = {part: {row[0]: [int(word) for word in reversed(row[at].split(" of "))] for row in kinds if row[at]}
              for at, part in enumerate(head) if part in rows}
    return {part: (rows[part], found) for part, found in counts.items()}


def column(part, commands, counts, before):
    helm = sum(tool_of(argv) == "helm" for argv, _ in commands)
    row = [part, str(len(commands)), str(helm)]
    if before and before[0][:3] == row:
        counts = before[1] | counts
    row += [str(sum(count[at] for count in counts.values())) for at in (0, 1)]
    return [*row, time.strftime("%Y-%m-%d")], counts


def page(old, played, tried, order):
    """`old`: the page's text so far; `played`: part -> its commands; `tried`: kind -> part -> [tried, right]; `order`: of
    the kinds."""
    columns = columns_of(old)
    for part, commands in played.items():
        counts = {kind: found[part] for kind, found in tried.items() if found.get(part, [0])[0]}
        columns[part] = column(part, commands, counts, columns.get(part))
    kinds = [*order, *sorted({kind for _, counts in columns.values() for kind in counts} - {*order})]
    lines = ["", "| part | writing commands | of these Helm's | tried | right | last written |",
             "| --- | --- | --- | --- | --- | --- |"]
    lines += [f"| {' | '.join(row)} |" for row, _ in columns.values()]
    lines += ["", f"| what went wrong | {' | '.join(columns)} |", "| --- " * (len(columns) + 1) + "|"]
    for kind in kinds:
        cells = ["{1} of {0}".format(*counts[kind]) if kind in counts else "" for _, counts in columns.values()]
        if any(cells):
            lines.append(f"| {kind} | {' | '.join(cells)} |")
    return HEAD + "\n".join(lines) + "\n"
