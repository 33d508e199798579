# SPDX-License-Identifier: Apache-2.0
"""The reliability suite: something goes wrong at a writing command, the same command is run again (or what the first said),
and the end is that of an undisturbed run; nothing is done twice. suite.py IPLEASE [PART...] [PAGE.md]

Without --long (IPLEASE_LONG) few cells; with it every kind at every writing command, strace-injected kills at every
fsync, and two runs at once fifty times. IPLEASE_LONG=turns tries each kind at one command only, at the next one for each
kind; IPLEASE_CELLS=REGEX only the kinds that it finds. What the file IPLEASE_SEEN says was seen right before is not tried
again but counted. Ctrl-C ends the trying. With PAGE.md the parts' columns are written there."""

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))
from faults import KINDS  # noqa: E402
from of_apply import apply_cells, apply_first_cells  # noqa: E402
from of_first import first_cells  # noqa: E402
from of_migration import CHART, MANIFESTS, migration_cells  # noqa: E402
from of_pool import pool_cells  # noqa: E402
from of_undo import undo_cells, without_leases  # noqa: E402
from onlab import claim, main  # noqa: E402
from page import page  # noqa: E402
from trying import LONG, TRIED, WRONG  # noqa: E402

# In this order the short run needs few resets: the pool's state is that in which undo begins.
PARTS = {
    "pool": pool_cells,
    "apply": apply_cells,
    "undo": lambda: undo_cells(WITHOUT[0]),
    "first": first_cells,
    "apply-first": apply_first_cells,
    "manifests": lambda: migration_cells(MANIFESTS),
    "chart": lambda: migration_cells(CHART),
}
SHORT = ("pool", "apply", "undo", "first")
SETS = {"migrate": ("manifests", "chart")}
WITHOUT = []


def test():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
    words = [one for word in sys.argv[2:] for one in SETS.get(word, (word,))]
    pages = [word for word in words if word.endswith(".md")]
    parts = [word for word in words if word not in pages] or (PARTS if LONG else SHORT)
    if "undo" in parts:
        WITHOUT.append(without_leases())
    played = {}
    for name in parts:
        played |= PARTS[name]()
    for kind, counts in TRIED.items():
        print(kind, counts, flush=True)
    for path in map(Path, pages):
        path.write_text(page(path.read_text(encoding="utf-8"), played, TRIED, [*KINDS]), encoding="utf-8")
    claim(not WRONG, "\n".join(WRONG))


main(test)
