# SPDX-License-Identifier: Apache-2.0
"""Every path means what was typed, even in a folder whose subfolders have the charts' names: Helm would take
`./provider` for the chart. paths.py IPLEASE"""

import json
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "enable"))
from onlab import IPLEASE, STATE, claim, end_state, kubectl, main, shell  # noqa: E402

HOME = STATE / "home"
BARE = ("env", "-u", "IPLEASE_FILE", "-u", "KUBECONFIG", "-u", "IPLEASE_STATE_DIR")

OLD = """apiVersion: v1
kind: ConfigMap
metadata: {namespace: metallb-system, name: config}
data:
  config: |
    address-pools:
    - {name: default, protocol: layer2, addresses: [203.0.113.100-203.0.113.120]}
"""


def folder():
    """None of its files would be found from another folder."""
    here = HOME / "typed"
    shutil.rmtree(here, ignore_errors=True)
    for name in ("provider", "metallb", "akash-ip-operator", "bin", "conf"):
        (here / name).mkdir(parents=True)
    shutil.copy(HOME / "provider" / "provider.yaml", here / "provider" / "provider.yaml")
    shutil.copy(f"{STATE}/kubeconfig", here / "conf" / "kube")
    shutil.copy(f"{STATE}/iplease.yaml", here / "conf" / "flags.yaml")
    for tool in ("kubectl", "helm"):
        real = shell("sh", "-c", f"command -v {tool}").stdout.strip()
        # Stands in for the operator's own build of the tool, and records that it was called.
        (here / "bin" / tool).write_text(f'#!/bin/sh\necho x >>{here}/{tool}-called\nexec {real} "$@"\n', encoding="utf-8")
        (here / "bin" / tool).chmod(0o755)
    return here


def called(here, tool):
    """Whether the tool was called since the last question."""
    note = here / f"{tool}-called"
    was = note.exists()
    note.unlink(missing_ok=True)
    return was


def test():
    here = folder()

    def typed(*args, code=0, variables=()):
        words = [*BARE, *variables, "sh", "-c", 'cd "$0" && exec "$@"', str(here), IPLEASE, *args]
        told = shell(*words, check=False)
        claim(told.returncode == code, f"{' '.join(args)}: exit {told.returncode}\n{told.stdout}{told.stderr}")
        return told

    access = ("--kubeconfig", "conf/kube")
    typed("config", "init", "made.yaml", *access)
    claim((here / "made.yaml").is_file() and not pathlib.Path("/made.yaml").exists(), "config init wrote elsewhere")

    for words in (("--kubectl", "./bin/kubectl"), ("--kubectl", "bin/kubectl")):
        typed("plan", *access, "-f", "conf/flags.yaml", *words)
        claim(called(here, "kubectl"), f"{words}: another kubectl was called")
    for words in (("--helm", "./bin/helm"), ("--helm", "bin/helm"), ("--helm", "env ./bin/helm")):
        typed("plan", *access, "-f", "conf/flags.yaml", *words)
        claim(called(here, "helm"), f"{words}: another helm was called")
    path = shell("sh", "-c", "echo $PATH").stdout.strip()
    typed("plan", *access, "-f", "conf/flags.yaml", variables=(f"PATH=bin:{path}",))
    claim(called(here, "helm") and called(here, "kubectl"), "a relative entry of PATH was not found")
    typed("plan", variables=("KUBECONFIG=conf/none:conf/kube", "IPLEASE_FILE=conf/flags.yaml"))
    typed("config", "validate", "-f", "conf/flags.yaml")
    told = typed("plan", *access, "-f", "conf/none.yaml", code=2)
    claim("IPL-CLI-008" in told.stderr, told.stderr)

    # A path in a file is relative to the file, one on the command line to the folder.
    (here / "conf" / "own.yaml").write_text(
        (here / "conf" / "flags.yaml").read_text(encoding="utf-8")
        + "\ntools: {helm: [../bin/helm], kubectl: [../bin/kubectl]}\n", encoding="utf-8")
    typed("plan", *access, "-f", "conf/own.yaml")
    claim(called(here, "helm") and called(here, "kubectl"), "tools of a flags file were not found from the file")

    typed("values", "provider/provider.yaml", "--diff")
    (here / "old.yaml").write_text(OLD, encoding="utf-8")
    claim("IPAddressPool" in typed("migrate", "--from", "old.yaml").stdout, "migrate did not read the file")

    values = ("--provider-values", "provider/provider.yaml")
    plan = json.loads(typed("plan", *access, "-f", "conf/flags.yaml", *values, "-o", "json").stdout)
    claim(str(here / "provider" / "provider.yaml") in json.dumps(plan), f"not the file that was typed: {plan}")

    typed("enable", "--yes", *access, "-f", "conf/flags.yaml", *values, "--state-dir", "state", "--helm", "./bin/helm")
    claim(list((here / "state" / "iplease").glob("*/runs/*/journal.jsonl")), "--state-dir leads elsewhere")
    claim("ip-lease" in (here / "provider" / "provider.yaml").read_text(encoding="utf-8"), "another file was edited")
    claim('"akash-provider", ' in end_state()[-1], f"the releases are {end_state()[-1]}")
    claim("Running" in kubectl("-n", "akash-services", "get", "pods"), "no pod runs")
    told = typed("runs", "list", "--state-dir", "state")
    claim("done" in told.stdout, f"runs list says {told.stdout}")
    told = typed("runs", "list", variables=("IPLEASE_STATE_DIR=state",))
    claim("done" in told.stdout, f"runs list says {told.stdout}")
    told = typed("enable", "--yes", *access, "-f", "conf/flags.yaml", *values, "--state-dir", "state")
    claim("nothing to do" in told.stdout, told.stdout)
    print("every path was the one that was typed", flush=True)


main(test)
