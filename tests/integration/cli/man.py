# SPDX-License-Identifier: Apache-2.0
"""The manual page: groff and mandoc report nothing about it, and it has all commands, options and keys."""

import re
import shutil
import subprocess
import sys

from run import commands, iplease

page = iplease("man")
checks = (
    (["groff", "-man", "-ww", "-z", "-Tutf8"], "groff"),
    (["mandoc", "-man", "-Tlint", "-Wwarning"], "mandoc"),
)
ran = 0
for argv, program in checks:
    if shutil.which(program):
        done = subprocess.run(argv, input=page, capture_output=True, text=True, check=False)
        assert done.returncode == 0 and done.stdout + done.stderr == "", f"{program}:\n{done.stdout}{done.stderr}"
        ran += 1
if ran == 0:
    print("neither groff nor mandoc is here")
    sys.exit(125)
shown = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou"], input=page, capture_output=True, text=True, check=True).stdout \
    if shutil.which("groff") else page.replace("\\-", "-")
shown = re.sub(r"-\n\s+", "-", shown)
for name in commands():
    assert f"iplease {name}" in shown, name
for line in ("iplease undo [RUN|STAGE]", "iplease apply FILE", "iplease plan [FILE]", "iplease bundle"):
    assert re.search(rf"^\s*{re.escape(line)}\s*$", shown, re.MULTILINE), line
for word in ("--accept-risk", "--dry-run", "--out FILE", "--detailed-exitcode", "pool.addresses", "IPLEASE_METALLB_VERSION", "EXIT STATUS"):
    assert word in shown, word
print(f"{ran} readers found nothing to say, {len(page.splitlines())} lines")
