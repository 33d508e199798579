# SPDX-License-Identifier: Apache-2.0
"""A plan that is kept, shown and applied: `plan --out FILE`, `plan FILE`, `apply FILE`. kubectl and helm are stand-ins
for a recorded cluster."""

import contextlib
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from run import IPLEASE, TOP

sys.path.insert(0, str(TOP / "tests" / "support"))
from json_schema import check  # noqa: E402
from recorded import at_work, recordings  # noqa: E402

WIDER = "203.0.113.100-203.0.113.130"
ASKED = ("--pool", WIDER, "--set", "ipOperator.chartVersion=19.0.2")  # without it iplease would ask an index
SECRETS = ("CANARY-WALLET-KEY-b7e1f04c", "CANARY-KEY-PASSWORD-93ac51d2", "canary-bgp")
MOVED = 7


class Place:
    """A recorded cluster, and a machine that works on it."""

    def __init__(self, folder):
        self.folder = folder
        recordings(folder)
        self.env = at_work(folder)
        # A wrapper records every call and passes it on to the stand-in.
        for name in ("kubectl", "helm"):
            tool = folder / "bin" / name
            real = tool.resolve()
            tool.unlink()
            tool.write_text(f'#!/bin/sh\necho "$*" >>{folder}/calls\nexec {real} "$@"\n', encoding="utf-8")
            tool.chmod(0o755)

    def run(self, *words, code=0, env=None, stdin=subprocess.DEVNULL):
        done = subprocess.run([IPLEASE, *words], capture_output=True, text=True, env=env or self.env, check=False, timeout=60,
                              stdin=stdin, cwd=self.folder)
        assert done.returncode == code, f"{words}: exit {done.returncode}, wanted {code}\n{done.stdout}{done.stderr}"
        return done

    def refused(self, identity, *words, code=MOVED, **rest):
        """Refused with that id, and nothing was written."""
        before = self.wrote()
        said = self.run(*words, code=code, **rest).stderr
        assert f"error {identity}" in said, f"{words}: wanted {identity}\n{said}"
        assert self.wrote() == before, f"{words}: it wrote {self.wrote()[len(before):]}"
        return " ".join(said.split())

    def wrote(self):
        """What was written to the cluster."""
        calls = self.folder / "calls"
        text = calls.read_text(encoding="utf-8") if calls.exists() else ""
        return [line for line in text.splitlines() if "--dry-run" not in line
                and re.search(r" (apply|patch|delete|upgrade|create --field-manager=iplease) ", line)]

    @contextlib.contextmanager
    def changed(self, name, old, new):
        """For a while the cluster gives another answer."""
        file = self.folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old}"
        file.write_text(text.replace(old, new), encoding="utf-8")
        yield
        file.write_text(text, encoding="utf-8")


def uid_of(folder):
    named = json.loads((folder / "named.json").read_text(encoding="utf-8"))["items"]
    return next(one["metadata"]["uid"] for one in named if one["metadata"]["name"] == "kube-system")


def kept(place):
    """What is in the file, and what is printed about it."""
    file = place.folder / "plan.json"
    told = place.run("plan", *ASKED, "--out", "plan.json").stdout
    assert told.endswith("Nothing was changed. The plan is kept in plan.json; the rights to write are asked for when it is "
                         "applied.\nShow it: iplease plan plan.json    Do it: iplease apply plan.json\n"), told
    assert file.stat().st_mode & 0o777 == 0o600, oct(file.stat().st_mode)
    text = file.read_text(encoding="utf-8")
    check("kept-plan", json.loads(text))
    assert text.isascii() and not [one for one in SECRETS if one in text], "a secret is in the plan"
    commands = [step["argv"] for stage in json.loads(text)["plan"]["stages"] for step in stage["steps"] if "argv" in step]
    assert commands and not any(str(place.folder / "kubeconfig") in argv or "--context" in argv for argv in commands), commands
    assert place.wrote() == []
    # Shown without any tool, the same as when it was kept, except for how this machine reached the cluster.
    nothing = {"PATH": "/nonexistent", "HOME": "/nonexistent", "TERM": "dumb"}
    shown = place.run("plan", "plan.json", env=nothing).stdout
    machine = re.compile(rf" --kubeconfig {place.folder}/kubeconfig --(kube-)?context lab")
    whole = machine.sub("", told)
    body = slice(1, -2)
    assert shown.splitlines()[1:-1] == whole.splitlines()[body], f"{shown}\n---\n{whole}"
    assert shown.splitlines()[0] in whole.splitlines()[0], (shown.splitlines()[0], whole.splitlines()[0])
    assert re.fullmatch(r"Made on 20\S+Z\. Do it: iplease apply plan\.json", shown.splitlines()[-1]), shown
    assert check("plan", json.loads(place.run("plan", "plan.json", "-o", "json", env=nothing).stdout))["changes"]
    place.run("plan", "plan.json", "--detailed-exitcode", code=20, env=nothing)
    piped = subprocess.run([IPLEASE, "plan", "-"], input=text, capture_output=True, text=True, check=False, env=nothing)
    assert piped.returncode == 0 and "iplease apply -\n" in piped.stdout, piped


def moved(place):
    """Another answer, another cluster, another operator's file: exit 7, and the difference is named."""
    live = "203.0.113.100-203.0.113.120"
    with place.changed("lists.txt", live, "203.0.113.100-203.0.113.125"):
        said = place.refused("IPL-RUN-087", "apply", "plan.json")
        assert "pool: pool/default was `" in said and "203.0.113.124/31" in said, said
    with place.changed("named.json", uid_of(place.folder), "6f0c9a3e-0000-4000-8000-00000000000f"):
        said = place.refused("IPL-RUN-086", "apply", "plan.json")
        assert uid_of(place.folder) in said and "6f0c9a3e-0000-4000-8000-00000000000f" in said, said
    values = place.folder / "home" / "provider.yaml"
    values.write_text((place.folder / "values.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    said = place.refused("IPL-RUN-087", "apply", "plan.json")
    assert f"{values} was not there, now it is" in said, said
    values.unlink()
    state = place.folder / "state"
    assert not list(state.rglob("journal.jsonl")), "a run was begun"
    events = place.run("apply", "nowhere.json", "-o", "json", code=2).stdout.splitlines()
    assert [json.loads(line)["type"] for line in events] == ["version", "diagnostic", "result"], events


def resealed(document):
    """Edited, but with a correct digest."""
    document.pop("digest", None)
    text = json.dumps(document, separators=(",", ":"))
    return json.dumps({**document, "digest": "sha256:" + hashlib.sha256(text.encode()).hexdigest()})


def bad_files(place):
    text = (place.folder / "plan.json").read_text(encoding="utf-8")
    whole = json.loads(text)
    asked = lambda: (place.folder / "calls").stat().st_size  # noqa: E731
    before = asked()
    def bad(content):
        (place.folder / "bad.json").write_text(content, encoding="utf-8")
        return "bad.json"
    for command in ("plan", "apply"):
        place.refused("IPL-RUN-080", command, bad(""))
        place.refused("IPL-RUN-080", command, bad("apiVersion: iplease.akash.network/v1\n"))
        place.refused("IPL-RUN-080", command, bad(json.dumps(whole["plan"])))
        place.refused("IPL-RUN-080", command, bad("a" * (15 << 20)))
        place.refused("IPL-RUN-081", command, bad(text[: len(text) // 2]))
        place.refused("IPL-RUN-082", command, bad(text.replace("203.0.113.130", "203.0.113.131")))
        place.refused("IPL-RUN-083", command, bad(resealed({**whole, "format": 2})))
        place.refused("IPL-RUN-084", command, bad(resealed({**whole, "iplease": "0.0.1"})))
        place.refused("IPL-RUN-085", command, bad(resealed({**whole, "settings": {**whole["settings"], "tools": {"kubectl": "rm"}}})))
    (place.folder / "bad.json").write_text("{" + " " * (50 << 20), encoding="utf-8")
    for file in ("bad.json", "nowhere.json", "home"):
        place.refused("IPL-CLI-021", "apply", file, code=2)
    assert asked() == before, "the cluster was asked"
    (place.folder / "good.json").write_text(resealed(whole), encoding="utf-8")
    place.run("plan", "good.json")  # proves that this test computes the digest as the program does


def options(place):
    for words in (("plan.json", "--pool", WIDER), ("plan.json", "--context", "lab"), ("plan.json", "-o", "sh"),
                  ("plan.json", "--out", "other.json"), ("--offline", "--pool", WIDER, "--out", "other.json")):
        place.refused("IPL-CLI-020", "plan", *words, code=2)
    notes = place.folder / "notes.txt"
    notes.write_text("of the operator's\n", encoding="utf-8")
    for file in ("notes.txt", "home"):
        place.refused("IPL-RUN-090", "plan", *ASKED, "--out", file, code=12)
    assert notes.read_text(encoding="utf-8") == "of the operator's\n"
    place.refused("IPL-RUN-090", "plan", *ASKED, "--out", "no/such/folder.json", code=12)
    assert not (place.folder / "other.json").exists()
    # A blocked plan is not kept. An older plan is replaced and backed up beside the new one.
    with place.changed("helm-list.json", "[", ""):
        place.run("plan", *ASKED, "--out", "blocked.json", code=3)
    assert not (place.folder / "blocked.json").exists()
    shutil.copy(place.folder / "plan.json", place.folder / "again.json")
    told = place.run("plan", *ASKED, "--out", "again.json", "-o", "json")
    assert check("plan", json.loads(told.stdout))["changes"] and "Do it: iplease apply again.json" in told.stderr, told
    backups = list(place.folder.glob("again.json.backup-*"))
    assert len(backups) == 1 and backups[0].read_bytes() == (place.folder / "plan.json").read_bytes(), backups


def applied(place):
    """Another kubeconfig and context, another kubectl command, other settings in the environment: the same commands
    run."""
    place.run("plan", "--out", "done.json")  # the stand-ins accept its writes
    plan = json.loads((place.folder / "done.json").read_text(encoding="utf-8"))
    there = place.folder / "there"
    there.write_text((place.folder / "kubeconfig").read_text(encoding="utf-8").replace("lab", "there"), encoding="utf-8")
    env = {**place.env, "KUBECONFIG": str(there), "IPLEASE_POOL": "198.51.100.0/28"}
    before = len(place.wrote())
    done = place.run("apply", "done.json", "--kubectl", f"env A=1 {place.folder}/bin/kubectl", "-o", "json", env=env)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[-1]["exit"] == 0 and events[-1]["changed"], events[-1]
    # The commands that ran are those in the file, word for word, except for how this machine reaches the cluster.
    started = [re.sub(rf"--kubeconfig {there} --(kube-)?context there ", "", line) for line in place.wrote()[before:]]
    wanted = [" ".join(step["argv"][1:]) for stage in plan["plan"]["stages"] for step in stage["steps"] if step["kind"] == "run"]
    assert started == wanted and len(wanted) > 3, f"{started}\n{wanted}"
    header = json.loads(next(iter((place.folder / "state").rglob("journal.jsonl"))).read_text(encoding="utf-8").splitlines()[0])
    assert header["kept"] == plan["digest"] and header["command"] == "apply", header
    run = header["run"]
    said = place.refused("IPL-RUN-088", "apply", "done.json")
    assert f"by run {run}" in said and "(done)" in said, said
    assert "IP leases are on" in place.run("status").stdout


def secret(place):
    """Chart values with a secret must be given again. If they differ, nothing is done."""
    def flags(word):
        file = place.folder / f"{len(word)}.yaml"
        file.write_text("apiVersion: iplease.akash.network/v1\nkind: Enablement\ntimeouts: {metallb: 5s, provider: 2s}\n"
                        f"metallb: {{version: 0.14.9, values: {{speaker: {{frr: {{password: {word}}}}}}}}}\n", encoding="utf-8")
        return str(file)
    env = {key: value for key, value in place.env.items() if key != "IPLEASE_FILE"}
    place.run("plan", "-f", flags("canary-bgp"), "--out", "secret.json", env=env)
    text = (place.folder / "secret.json").read_text(encoding="utf-8")
    assert "canary-bgp" not in text and '"stdin_digest"' in text, text
    shown = place.run("plan", "secret.json").stdout
    assert "metallb.values" in shown and "canary-bgp" not in shown, shown
    place.refused("IPL-RUN-089", "apply", "secret.json", code=2, env=env)
    said = place.refused("IPL-RUN-087", "apply", "secret.json", "-f", flags("another-one"), env=env)
    assert "metallb: step metallb/" in said and "other content" in said and "another-one" not in said, said
    place.run("apply", "secret.json", "-f", flags("canary-bgp"), env=env)
    for file in (place.folder / "state").rglob("*"):
        assert not file.is_file() or "canary-bgp" not in file.read_text(encoding="utf-8"), f"{file} has a secret"
    shutil.rmtree(place.folder / "state")
    (place.folder / "home" / "provider.yaml").unlink()


with tempfile.TemporaryDirectory() as name:
    machine = Place(pathlib.Path(name))
    for part in (kept, moved, bad_files, options, secret, applied):
        part(machine)
        print(part.__name__, flush=True)
print("a plan is kept, shown, refused and applied")
