# SPDX-License-Identifier: Apache-2.0
"""The plan as a script, and provider.yaml. A script for another cluster stops before it changes anything. If the file
changes before the upgrade, the script stops there. The file's old content stays in one private backup. script.py
IPLEASE"""

import json
import os
import pathlib
import stat
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "enable"))
from onlab import IPLEASE, STATE, audit_mark, claim, iplease, kubectl, main, no_canary, shell, writes_since  # noqa: E402

HOME = STATE / "home"
VALUES = HOME / "provider" / "provider.yaml"
MINE = "https://mine.example.com # and mine alone"


def backups():
    """Every backup. Claims that others cannot read it."""
    found = sorted(VALUES.parent.glob("provider.yaml.backup-*"))
    for one in found:
        claim(stat.S_IMODE(one.stat().st_mode) == 0o600, f"mode {one.stat().st_mode:o} of {one.name}")
    return found


def backups_of(text):
    return [one.name for one in backups() if one.read_text(encoding="utf-8") == text]


def revision():
    rows = json.loads(shell("helm", "list", "-n", "akash-services", "-f", "^akash-provider$", "-o", "json").stdout)
    return int(rows[0]["revision"])


def script_of_plan():
    text = iplease("plan", "-o", "sh", "--provider-values-from", "release").stdout
    no_canary(text, "the script")
    return text


def run(text, tools=""):
    path = HOME / "enable.sh"
    path.write_text(text, encoding="utf-8")
    return shell("sh", "-c", f"PATH={tools}{os.path.dirname(IPLEASE)}:$PATH sh {path}", check=False)


def another_cluster(old):
    uid = kubectl("get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}")
    text = script_of_plan()
    claim(uid in text, "the script does not name its cluster")
    mark = audit_mark()
    told = run(text.replace(uid, "00000000-0000-4000-8000-000000000000"))
    claim(told.returncode == 7 and "another cluster" in told.stderr, f"a script for another cluster: {told}")
    claim(not writes_since(mark), f"it wrote: {writes_since(mark)}")
    claim(VALUES.read_text(encoding="utf-8") == old and not backups(), "it touched provider.yaml")


def changed_before_the_upgrade():
    real = shell("sh", "-c", "command -v kubectl").stdout.strip()
    folder = HOME / "meddling"
    folder.mkdir()
    tool = folder / "kubectl"
    tool.write_text(f'#!/bin/sh\ncase "$*" in *deployment/operator-ip*) sed -i "/^keysecret:/d" {VALUES} ;; esac\n'
                    f'exec {real} "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    before = revision()
    told = run(script_of_plan(), f"{folder}:")
    claim(told.returncode == 12 and "IPL-VAL-012" in told.stderr, f"changed before the upgrade: {told}")
    claim(revision() == before, "helm ran with values that nobody planned")


def test():
    VALUES.write_text(VALUES.read_text(encoding="utf-8").replace("https://lab.example", MINE, 1), encoding="utf-8")
    VALUES.chmod(0o644)
    old = VALUES.read_text(encoding="utf-8")
    claim(MINE in old, "the lab's provider.yaml has no website any more")
    another_cluster(old)
    changed_before_the_upgrade()
    claim(len(backups_of(old)) == 1, f"backups of what stood there: {backups_of(old)} of {backups()}")

    VALUES.write_text(old, encoding="utf-8")
    before = revision()
    told = run(script_of_plan())
    claim(told.returncode == 0, f"the whole script: {told}")
    new = VALUES.read_text(encoding="utf-8")
    claim(MINE not in new and "ipoperator: true" in new, "the file does not hold the release's values, edited")
    claim(stat.S_IMODE(VALUES.stat().st_mode) == 0o600, f"mode {VALUES.stat().st_mode:o} of provider.yaml")
    claim(revision() == before + 1, "no upgrade, or more than one")
    claim(len(backups_of(old)) == 1, f"what stood there was kept {len(backups_of(old))} times: {backups()}")
    print("script: another cluster refused, changed values refused, the old file kept")


main(test)
