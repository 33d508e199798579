# SPDX-License-Identifier: Apache-2.0
"""`iplease explain` knows every stage, every id and the exit codes, works offline, and agrees with the docs."""

import re

from run import TOP, iplease

stages = re.findall(r'^STAGE\(\w+, "([\w-]+)"', (TOP / "src/stages/stages.def").read_text(encoding="utf-8"), re.M)
assert len(stages) == 11, stages
for stage in stages:
    text = iplease("explain", stage)
    for part in ("does", "changes", "done", "limit"):
        assert re.search(rf"^  {part} +\S", text, re.M), f"{stage}: nothing about `{part}`\n{text}"

docs = (TOP / "docs/errors.md").read_text(encoding="utf-8")
entries = re.findall(r"^### (IPL-[A-Z]+-\d{3})\n(.*)\n\n- cause: (.*)\n- fix: (.*)$", docs, re.M)
assert len(entries) > 150 and len(entries) == docs.count("\n### ")
for identity, title, cause, fix in entries:
    text = iplease("explain", identity.lower())
    assert text.splitlines()[:3] == [f"{identity}: {title}", f"  cause   {cause}", f"  fix     {fix}"], text

table = (TOP / "docs/exit-codes.md").read_text(encoding="utf-8")
rows = re.findall(r"^\| (\d+) \| (\w+) \| (.*?) \| ([\w ]+) \| ?(.*?) ?\|$", table, re.M)
enum = re.findall(r"^\s*(\w+) = (\d+),", (TOP / "include/iplease/core/exit_code.hpp").read_text(encoding="utf-8"), re.M)
assert sorted((name, code) for code, name, *_ in rows) == sorted(enum)
said = iplease("explain", "exit-codes")
for code, _, meaning, changed, following in rows:
    assert f"\n{code:6}{meaning} ({changed})\n" in said, f"exit code {code}: not as in docs/exit-codes.md\n{said}"
    assert not following or f"next: {following}\n" in said, following
assert len(re.findall(r"^\d+ ", said, re.M)) == len(rows)
manual = iplease("man")
for code, *_ in rows:
    assert f"\\fB{code}\\fR" in manual
topics = iplease("explain")
assert all(f"\n  {stage} " in topics for stage in [*stages, "exit-codes"]), topics
for line in iplease("config", "explain").splitlines():
    key = line.split(" ")[0]
    if key not in stages:
        assert iplease("explain", key) == iplease("config", "explain", key)
assert "did you mean `IPL-MLB-004`?" in iplease("explain", "ipl-mlb-04", code=2)
print(f"{len(stages)} stages, {len(entries)} ids, {len(rows)} exit codes")
