# SPDX-License-Identifier: Apache-2.0
"""docs/failure-modes.md: every test that it names exists, and every prevented or detected failure names one.

    failure_modes.py IPLEASE DOCS BUILD
"""

import importlib
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
PAGE, BUILD = sys.argv[2:4]
MODULES = ("rows_cluster", "rows_metallb", "rows_operator", "rows_pool", "rows_provider")


def main():
    rows = [row for name in MODULES for row in importlib.import_module(name).ROWS]
    known = {f"doctor: {row.name}" for row in rows}
    listed = subprocess.run(["ctest", "-N", "--test-dir", BUILD], capture_output=True, text=True, check=True).stdout
    # CMake drops the space after a room's name.
    known |= {re.sub(r"^(\w+):(?=\S* )", r"\1: ", name) for name in re.findall(r"Test +#\d+: (.*)", listed)}
    wrong, named, numbers = [], set(), []
    for line in Path(PAGE).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 5 or not re.fullmatch(r"[FMO]\d+", cells[0]):
            continue
        numbers.append(cells[0])
        tests = re.findall(r"`([^`]+)`", cells[4])
        named |= set(tests)
        wrong += [f"{cells[0]}: there is no test `{test}`" for test in tests if test not in known]
        if cells[2] != "advice" and not tests:
            wrong.append(f"{cells[0]}: {cells[2]}, but no test is named")
    for letter, last in (("F", 29), ("M", 23)):
        wrong += [f"{letter}{n} is missing" for n in range(1, last + 1) if f"{letter}{n}" not in numbers]
    told = subprocess.run([sys.argv[1], "explain", "IPL-MLB-023"], capture_output=True, text=True, check=False)
    if told.returncode != 0:
        wrong.append("iplease explain IPL-MLB-023 fails")
    for identity in {one for row in rows for one in row.ids}:
        if identity not in Path(PAGE).read_text(encoding="utf-8"):
            wrong.append(f"{identity} is found by a row of doctor and not in the page")
    print("\n".join(sorted(wrong)) or f"{len(numbers)} failure modes, {len(named)} tests")
    return 1 if wrong else 0


sys.exit(main())
