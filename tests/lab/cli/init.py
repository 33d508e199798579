# SPDX-License-Identifier: Apache-2.0
"""`iplease config init` on a live cluster, before and after enable, and iplease as a plugin of the real kubectl.
init.py IPLEASE"""

import os
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "enable"))
from onlab import IPLEASE, audit_mark, claim, iplease, kubectl, main, no_canary, shell, writes_since  # noqa: E402


def uid():
    return kubectl("get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}")


def init(folder, name):
    """The file that it writes without a flags file and flags."""
    mark = audit_mark()
    file = os.path.join(folder, name)
    shell("env", "-u", "IPLEASE_FILE", IPLEASE, "config", "init", file)
    claim(writes_since(mark) == [], "config init wrote to the cluster")
    text = pathlib.Path(file).read_text(encoding="utf-8")
    no_canary(text, name)
    # A UID that begins like a number is quoted.
    claim(re.search(f'\n  uid: "?{uid()}"?\n', text), f"the cluster's UID is not in it\n{text}")
    return file, text


def plugin(folder):
    """kubectl finds `kubectl-iplease` on PATH, and help then says `kubectl iplease`."""
    link = pathlib.Path(folder) / "kubectl-iplease"
    link.symlink_to(IPLEASE)
    path = ["env", f"PATH={folder}:/usr/bin:/bin"]
    program = shell("sh", "-c", "command -v kubectl").stdout.strip()
    said = shell(*path, program, "iplease", "version").stdout
    claim(said.startswith("iplease "), said)
    said = shell(*path, program, "iplease", "enable", "--help").stdout
    claim("  kubectl iplease enable" in said and "\n  iplease" not in said, said)
    said = shell(*path, program, "iplease", "explain", "nothing", check=False)
    claim(said.returncode == 2 and "IPL-CLI-011" in said.stderr, f"exit {said.returncode} {said.stderr}")


def test():
    with tempfile.TemporaryDirectory() as folder:
        file, text = init(folder, "fresh.yaml")
        claim("\n  addresses: []\n" in text and "FILL IN" in text, text)
        claim("akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx" in text, f"the provider's address was not found\n{text}")
        told = iplease("config", "validate", "-f", file, check=False)
        claim(told.returncode == 2 and "pool.addresses" in told.stderr, told.stderr)
        filled = os.path.join(folder, "filled.yaml")
        pathlib.Path(filled).write_text(
            text.replace("addresses: []", "addresses: [203.0.113.100-203.0.113.120]"), encoding="utf-8")
        claim(iplease("config", "validate", "-f", filled).stdout == "valid: 21 addresses in the pool\n", "not valid")

        told = shell("env", "-u", "IPLEASE_FILE", IPLEASE, "config", "init", file, check=False)
        claim(told.returncode == 12 and "IPL-CFG-022" in told.stderr, f"exit {told.returncode} {told.stderr}")
        claim(pathlib.Path(file).read_text(encoding="utf-8") == text, "a file was overwritten")
        plugin(folder)

        iplease("enable", "--yes")
        file, text = init(folder, "enabled.yaml")
        claim("203.0.113.100" in text and "FILL IN" not in text, f"the pool on the cluster is not in it\n{text}")
        claim(iplease("config", "validate", "-f", file).stdout == "valid: 21 addresses in the pool\n", "not valid")
        other = os.path.join(folder, "other.yaml")
        pathlib.Path(other).write_text(text.replace(uid(), "00000000-0000-0000-0000-000000000000"), encoding="utf-8")
        told = iplease("plan", "-f", other, check=False)
        claim(told.returncode == 7 and "IPL-CLU-005" in told.stdout + told.stderr, f"exit {told.returncode} {told.stderr}")
        print("fresh, filled in, enabled: valid; never overwritten; kubectl iplease works", flush=True)


main(test)
