# SPDX-License-Identifier: Apache-2.0
"""What an upgrade of the provider does to its values, as the real Helm 3 or 4 sees it. They differ only as intended, a
value that somebody set by hand stays, no `--set` is used, and the chart version is pinned. helm.py IPLEASE
helm3|helm4"""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "enable"))
from onlab import LABCTL, STATE, claim, iplease, main, no_canary, shell  # noqa: E402

PART = sys.argv[2]
HELM = subprocess.run([LABCTL, "part", PART], capture_output=True, text=True, check=True).stdout.strip() + "/helm"
MARK = "written-by-hand: 1.10"
NAMES = ("ip-lease", "capabilities/ip-lease", "feat-endpoint-ip")


def helm(*args):
    return shell(HELM, *args).stdout


def values():
    return json.loads(helm("get", "values", "akash-provider", "-n", "akash-services", "-o", "json"))


def release():
    return json.loads(helm("list", "-n", "akash-services", "-f", "^akash-provider$", "-o", "json"))[0]


def wished(before):
    after = json.loads(json.dumps(before))
    after["ipoperator"] = True
    after["attributes"] += [{"key": name, "value": "true"} for name in NAMES]
    return after


def upgrades():
    """The provider's upgrades in the journals of all runs."""
    found = []
    for journal in sorted((STATE / "home/.local/state/iplease").glob("*/runs/*/journal.jsonl")):
        text = journal.read_text(encoding="utf-8")
        no_canary(text, str(journal))
        for line in text.splitlines():
            argv = json.loads(line).get("argv", [])
            if "upgrade" in argv and "akash-provider" in argv:
                found.append(argv)
    return found


def test():
    claim(helm("version", "--short").startswith(f"v{PART[-1]}."), "not the Helm that was meant")
    # Somebody set a value by hand, and only in the release, so the file and the release differ.
    repository = "http://127.0.0.1:8879/akash"
    helm("upgrade", "akash-provider", "provider", "--repo", repository, "--version", "19.0.2", "-n", "akash-services",
         "--reuse-values", "--set-string", f"organization={MARK}")
    before, old = values(), release()
    claim(before["organization"] == MARK, "the mark was not set")

    told = iplease("enable", "--yes", "--helm", HELM, check=False)
    claim(told.returncode == 2 and "IPL-VAL-010" in told.stderr, f"exit {told.returncode}\n{told.stderr}")
    claim("--provider-values-from" in told.stderr and "organization" in told.stderr, told.stderr)
    claim(values() == before, "a refused run changed the release")

    told = iplease("enable", "--yes", "--helm", HELM, "--provider-values-from", "release")
    no_canary(told.stdout + told.stderr, "the output")
    after, new = values(), release()
    claim(after == wished(before), "the values differ otherwise than intended: " + ", ".join(
        sorted(key for key in {*before, *after} if before.get(key) != after.get(key))))
    claim(new["chart"] == old["chart"] and int(new["revision"]) == int(old["revision"]) + 1, f"{old} became {new}")
    file = shell("sh", "-c", "cat $HOME/provider/provider.yaml").stdout
    claim(MARK in file, "the file that rules from now on lacks what was set by hand")

    found = upgrades()
    claim(len(found) >= 1, "the journal holds no upgrade of the provider")
    for argv in found:
        claim(not any(word.startswith("--set") for word in argv), f"--set: {argv}")
        claim("19.0.2" in argv and ("-f" in argv or "--values" in argv), f"no pinned version or no file: {argv}")

    # A second run has nothing to do and does not upgrade again.
    told = iplease("enable", "--yes", "--helm", HELM)
    claim(release()["revision"] == new["revision"], "a second run upgraded again")
    print(f"{PART}: {old['revision']} -> {new['revision']}, values as intended", flush=True)


main(test)
