# SPDX-License-Identifier: Apache-2.0
"""Garbage is not absence: the program itself against a stand-in kubectl and helm (./tool) that replay the lab's
recordings, one of them cut, empty or of another program. Each is told as that, with the documented exit code.

garbage.py IPLEASE"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import yaml
except ImportError:
    sys.exit(125)

IPLEASE = sys.argv[1]
HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "data" / "cluster"
TOOL = HERE / "tool"
# Of the recording.
PLAN = ("plan", "--pool", "203.0.113.100-203.0.113.120", "--provider-address", "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx")
BLOCKED = 3
# What decides what is there. Half of an answer, nothing at all, an empty list of the right kind, a proxy's page.
DECIDING = ("named.json", "lists.txt", "services.txt", "helm-list.json")
DAMAGES = {
    "half": lambda text: text[: len(text) // 2],
    "nothing": lambda text: "",
    "an empty List": lambda text: '{"apiVersion":"v1","items":[],"kind":"List"}\n',
    "a page": lambda text: "<html><body>502 Bad Gateway</body></html>\n",
    "its last line lost": lambda text: "".join(text.splitlines(keepends=True)[:-1]),
}


def replay(folder, *words):
    environment = dict(os.environ, REPLAY=str(folder), HOME=str(folder / "home"), XDG_STATE_HOME=str(folder / "state"))
    environment.pop("KUBECONFIG", None)
    return subprocess.run(
        [IPLEASE, *words, "--kubeconfig", str(folder / "kubeconfig"), "--kubectl", str(TOOL), "--helm", str(TOOL), "--plain"],
        capture_output=True, text=True, check=False, env=environment, timeout=60,
    )


def recordings(folder):
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


def expect(done, code, words, told):
    text = done.stdout + done.stderr
    assert done.returncode == code, f"{words}: exit {done.returncode}, wanted {code}\n{text}"
    assert told in text, f"{words}: does not say {told}\n{text}"
    return text


with tempfile.TemporaryDirectory() as place:
    folder = Path(place)
    recordings(folder)
    expect(replay(folder, "status"), 0, "untouched", "IP leases are on")
    assert "IPL-CLU-080" not in replay(folder, *PLAN).stdout, "an untouched recording is whole"
    for name in DECIDING:
        whole = (folder / name).read_text(encoding="utf-8")
        for damage, harm in DAMAGES.items():
            (folder / name).write_text(harm(whole), encoding="utf-8")
            case = f"{name}: {damage}"
            said = expect(replay(folder, "status"), BLOCKED, f"status, {case}", "IPL-CLU-080")
            assert "are off" not in said and "leases are on\n" not in said, f"{case}\n{said}"
            said = expect(replay(folder, *PLAN), BLOCKED, f"plan, {case}", "IPL-CLU-080")
            assert "there is no Helm release" not in said and "not found" not in said, f"{case}\n{said}"
            said = replay(folder, "doctor").stdout
            assert "IPL-CLU-080" in said, f"doctor, {case}"
            assert said.count("look because of it") <= 1, f"doctor tells one cause twice, {case}\n{said}"
            if (name, damage) == ("named.json", "half"):
                assert " checks could not look because of it" in said, f"doctor, {case}\n{said}"
        (folder / name).write_text(whole, encoding="utf-8")
print(f"{len(DECIDING) * len(DAMAGES)} damaged answers, each told as that by status, plan and doctor")
