# SPDX-License-Identifier: Apache-2.0
"""docs/automation.md: the table lists every command with `-o json` and every schema, and sh runs the examples as they
are, with the promised result. kubectl and helm are stand-ins for a recorded cluster."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from run import IPLEASE, TOP, commands, iplease

sys.path.insert(0, str(TOP / "tests" / "support"))
from json_schema import schemas  # noqa: E402
from recorded import at_work, recordings  # noqa: E402

PAGE = (TOP / "docs" / "automation.md").read_text(encoding="utf-8")
FLAGS = "apiVersion: iplease.akash.network/v1\nkind: Enablement\npool: {addresses: [10.0.0.0/8]}\nnope: 1\n"
# In the page's order: a part of the example, and all of its output.
EXAMPLES = (
    ("iplease plan -o json", r"true\n"),
    ("iplease config validate", r"(flags\.yaml:[34]: IPL-(POOL-004|CFG-003) .+\n  .+\n){2}"),
    ("iplease doctor", r"(IPL-[A-Z]+-\d{3} .+\n  .+\n)+"),
    ("iplease status -o json", r"20\n"),
    ("iplease status --wait", r"ready\n"),
    ("iplease enable --yes", r"(.*\n)*verify: done in .+\n(203\.0\.113\.100 is leased and announced\n)?"),
    ("iplease verify", r"true\n"),
    ("iplease runs show", r"\d{8}-\d{6}-[a-z0-9]{4}\n"),
)


def table():
    rows = re.findall(r"(?m)^\| (.+?) \| .+? \| \[([\w-]+)\]\(schemas/([\w-]+)\.schema\.json\) \|$", PAGE)
    assert sorted(file for _, _, file in rows) == sorted(schemas()), f"the table has {rows}"
    assert all(name == file for _, name, file in rows), rows
    offered = {name for name in commands() if re.search(r"(?m)^  -o, --output .*\bjson\b", iplease(*name.split(), "--help"))}
    told = {re.sub(r" --.*", "", word) for row in rows for word in re.findall(r"`(.+?)`", row[0])}
    assert told == offered, f"offers -o json and is not in the table, or the other way round: {told ^ offered}"


def examples(folder, jq):
    recordings(folder)
    env = at_work(folder)
    (folder / "bin" / "iplease").symlink_to(IPLEASE)
    (folder / "bin" / "jq").symlink_to(jq)
    (folder / "home" / "flags.yaml").write_text(FLAGS, encoding="utf-8")
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```$", PAGE)
    assert len(blocks) == len(EXAMPLES), f"{len(blocks)} examples in the page, {len(EXAMPLES)} known here"
    for block, (part, wanted) in zip(blocks, EXAMPLES, strict=True):
        assert part in block, f"wanted {part}, the page has {block}"
        done = subprocess.run(["sh", "-c", block], capture_output=True, text=True, env=env, cwd=folder / "home", check=False,
                              timeout=60, stdin=subprocess.DEVNULL)
        said = f"{block}exit {done.returncode}\n{done.stdout}{done.stderr}"
        assert done.returncode == 0 and re.fullmatch(wanted, done.stdout), said


assert len(PAGE.splitlines()) <= 80, "the page is longer than 80 lines"
table()
found = shutil.which("jq")
if not found:
    print("jq is not installed, so the examples were not run; the table is right")
    sys.exit(125)
with tempfile.TemporaryDirectory() as scratch:
    examples(pathlib.Path(scratch), found)
print(f"{len(EXAMPLES)} examples of docs/automation.md say what they promise")
