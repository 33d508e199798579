# SPDX-License-Identifier: Apache-2.0
"""Help fits a screen of 24 lines and 80 columns, shows examples first, and uses the name that the program was called
by."""

import pathlib
import re
import tempfile

from run import IPLEASE, commands, iplease


def fits(text, lines, what):
    found = text.splitlines()
    assert len(found) <= lines, f"{what}: {len(found)} lines\n{text}"
    wide = [line for line in found if len(line) > 80]
    assert not wide, f"{what}: wider than 80 columns: {wide}"


fits(iplease("--help"), 24, "the overview")
for name in commands():
    text = iplease(*name.split(), "--help")
    fits(text, 24, name)
    fits(iplease(*name.split(), "--help-all"), 200, name)
    body = text.splitlines()
    example = next(i for i, line in enumerate(body) if line.startswith("  "))
    options = body.index("Options") if "Options" in body else len(body)
    assert "iplease" in body[example] and example < options, f"{name}: no example before the options"
    assert re.match(rf"iplease {name}( \[?[A-Z|]+\]?)?: ", body[0]), body[0]
assert "--metallb-version" not in iplease("enable", "--help") and "--metallb-version" in iplease("enable", "--help-all")

for group in ("config", "runs"):
    text = iplease(group, "--help")
    fits(text, 24, group)
    assert text == iplease("help", group) == iplease(group, "-h"), text
    assert all(f"\n  {name.split()[1]} " in text for name in commands() if name.startswith(group)), text
assert "did you mean `enable`?" in iplease("help", "enabel", code=2)

with tempfile.TemporaryDirectory() as folder:
    plugin = pathlib.Path(folder) / "kubectl-iplease"
    plugin.symlink_to(IPLEASE)
    text = iplease("enable", "--help", program=str(plugin))
    assert "  kubectl iplease enable --pool" in text, text
    assert "\n  iplease" not in text, text
    fits(iplease("--help", program=str(plugin)), 24, "the overview of the plugin")
print("every help fits")
