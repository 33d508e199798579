# SPDX-License-Identifier: Apache-2.0
"""A cluster with IP leases on, from the lab's recordings, for the stand-in kubectl and helm in
tests/integration/replay."""

import json
import os
import shutil
import sys
from pathlib import Path

try:
    import yaml
except ImportError as missing:
    print(f"{missing}; install python3-yaml")
    sys.exit(125)

TESTS = Path(__file__).resolve().parents[1]
DATA = TESTS / "data" / "cluster"
TOOL = TESTS / "integration" / "replay" / "tool"  # answers only reads
LEASING = TESTS / "integration" / "replay" / "leasing"  # accepts writes too
POOL = "203.0.113.100-203.0.113.120"
PROVIDER = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"


def recordings(folder):
    """Copies the recorded answers into the folder and adds a home and a kubeconfig."""
    for file in (DATA / "lab" / "enabled").iterdir():
        shutil.copy(file, folder / file.name)
    shutil.copy(DATA / "api" / "kubectl-version.json", folder / "kubectl-version.json")
    values = yaml.safe_load((folder / "values.yaml").read_text(encoding="utf-8"))
    (folder / "values.json").write_text(json.dumps(values), encoding="utf-8")
    (folder / "home").mkdir(exist_ok=True)
    (folder / "kubeconfig").write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: lab\ncontexts:\n- name: lab\n  context: {cluster: lab, user: lab}\n"
        "clusters:\n- name: lab\n  cluster: {server: 'https://192.0.2.1'}\nusers:\n- name: lab\n  user: {}\n",
        encoding="utf-8",
    )


def environment(folder):
    """An environment in which the program sees that cluster and nothing of this machine."""
    return {"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": str(folder / "home"),
            "KUBECONFIG": str(folder / "kubeconfig"), "XDG_STATE_HOME": str(folder / "state"),
            "REPLAY": str(folder), "REPLAY_PROVIDER": PROVIDER}


def at_work(folder):
    """The same, with a kubectl and a helm on PATH that accept every write as if it worked, and with short waits."""
    tools = folder / "bin"
    tools.mkdir()
    for name in ("kubectl", "helm"):
        (tools / name).symlink_to(LEASING)
    flags = folder / "flags.yaml"
    flags.write_text("apiVersion: iplease.akash.network/v1\nkind: Enablement\ntimeouts: {provider: 2s}\n", encoding="utf-8")
    found = environment(folder)
    return {**found, "PATH": f"{tools}:{found['PATH']}", "IPLEASE_FILE": str(flags)}
