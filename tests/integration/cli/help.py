# SPDX-License-Identifier: Apache-2.0
"""Help fits one screen of 24 lines and 80 columns, shows examples first, and speaks the name that the
program was called by."""

import pathlib
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
    assert body[0].startswith(f"iplease {name}: "), body[0]
assert "--metallb-version" not in iplease("enable", "--help") and "--metallb-version" in iplease("enable", "--help-all")

with tempfile.TemporaryDirectory() as folder:
    plugin = pathlib.Path(folder) / "kubectl-iplease"
    plugin.symlink_to(IPLEASE)
    text = iplease("enable", "--help", program=str(plugin))
    assert "  kubectl iplease enable --pool" in text, text
    assert "\n  iplease" not in text, text
    fits(iplease("--help", program=str(plugin)), 24, "the overview of the plugin")
print("every help fits")
