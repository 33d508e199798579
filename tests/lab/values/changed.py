# SPDX-License-Identifier: Apache-2.0
"""Somebody saves provider.yaml while enable runs. iplease does not overwrite what it did not expect, and what was not
planned does not reach helm. changed.py IPLEASE"""

import base64
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "enable"))
from onlab import STATE, claim, iplease, kubectl, main, shell  # noqa: E402
from wrapped import tool_as_it_is, tool_that  # noqa: E402

VALUES = STATE / "home" / "provider" / "provider.yaml"


def enable_while(when, what, *args):
    """Runs enable. The shell text `what` runs before the kubectl call that matches `when`."""
    tool = tool_that(when, f'{what}\nexec "$real" "$@"')
    told = iplease("enable", "--yes", "--kubectl", tool, *args, check=False)
    tool_as_it_is()
    return told


def revision():
    rows = json.loads(shell("helm", "list", "-n", "akash-services", "-f", "^akash-provider$", "-o", "json").stdout)
    return int(rows[0]["revision"])


def wallet():
    secret = json.loads(kubectl("-n", "akash-services", "get", "secret", "akash-provider-keys", "-o", "json"))
    return {name: base64.b64decode(text) for name, text in secret.get("data", {}).items()}


def test():
    before, keys = revision(), wallet()
    claim(keys, "the lab's provider has no wallet")

    told = enable_while("*'get --raw'*7472*|*controller:monitoring*", f"sed -i 's/^website:.*/website: https:\\/\\/new.example.com/' {VALUES}")
    claim(told.returncode == 12 and "changed by somebody else" in told.stderr, f"edited before our edit: {told}")
    claim("new.example.com" in VALUES.read_text(encoding="utf-8"), "their edit is lost")

    kept = VALUES.read_text(encoding="utf-8")
    told = enable_while("*deployment/operator-ip*", f"sed -i -e '/^key:/d' -e '/^keysecret:/d' {VALUES}",
                        "--provider-values-from", "file")
    claim(told.returncode == 12 and "IPL-VAL-012" in told.stderr, f"half saved before the upgrade: {told}")
    claim(revision() == before, "helm ran with values that nobody planned")
    claim(wallet() == keys, "the wallet's Secret has changed")

    VALUES.write_text(kept, encoding="utf-8")
    told = iplease("enable", "--yes", "--provider-values-from", "file", check=False)
    claim(told.returncode == 0 and wallet() == keys and revision() == before + 1, f"mended: {told}")
    print("provider.yaml changed before our edit, and before the upgrade: told, nothing lost")


main(test)
