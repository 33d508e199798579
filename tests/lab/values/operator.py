# SPDX-License-Identifier: Apache-2.0
"""Chart values that the operator set for the IP operator stay when its address is corrected. An old image tag, which
does not match the provider, is removed. operator.py IPLEASE helm3|helm4"""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "enable"))
from onlab import LABCTL, claim, iplease, main, shell, usage  # noqa: E402

HELM = subprocess.run([LABCTL, "part", sys.argv[2]], capture_output=True, text=True, check=True).stdout.strip() + "/helm"
WRONG = "akash1hwmenz63dp59uve5ytea09suwgr47y3rn9902y"


def values():
    return json.loads(shell(HELM, "get", "values", "akash-ip-operator", "-n", "akash-services", "-o", "json").stdout)


def test():
    own = {"provider_address": WRONG, "image": {"tag": "0.16.1", "mine": "stays"}, "own": {"word": "stays", "list": [1, 2]}}
    shell(HELM, "upgrade", "--install", "akash-ip-operator", "akash-ip-operator", "--repo", "http://127.0.0.1:8879/akash",
          "--version", "19.0.2", "-n", "akash-services", "-f", "-", stdin=json.dumps(own))
    claim(values() == own, "the start is not as meant")
    iplease("enable", "--yes", "--helm", HELM)
    after = values()
    claim(after.pop("provider_address") not in ("", WRONG), "the address was not corrected")
    claim(after == {"image": {"mine": "stays"}, "own": {"word": "stays", "list": [1, 2]}}, f"became {after}")
    claim(usage()["Available"] > 0, "the IP operator counts no pool")
    print("the operator's own chart values stayed, the old image tag went")


main(test)
