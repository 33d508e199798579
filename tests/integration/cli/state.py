# SPDX-License-Identifier: Apache-2.0
"""What this machine remembers, without any cluster. `runs` reads it. A directory that others can write is refused at
once, and so is a journal that is damaged or not a file."""

import json
import os
import pathlib
import subprocess
import tempfile

from run import CLEAN, IPLEASE

UID = "6f0c9a3e-0000-4000-8000-000000000001"
RUN = "20261123-064000-k3f9"
LINES = [
    {"v": 1, "n": 0, "t": "2026-11-23T06:40:00.000Z", "ev": "run", "iplease": "0.1.0", "run": RUN, "seq": 1,
     "cluster": UID, "command": "enable", "settings": {}},
    {"v": 1, "n": 1, "t": "2026-11-23T06:40:01.000Z", "ev": "intent", "stage": "pool", "step": "pool/create",
     "kind": "run", "argv": ["kubectl", "create", "-f", "-"]},
]


def iplease(*args, code=0):
    done = subprocess.run([IPLEASE, *args], capture_output=True, text=True, check=False, timeout=20,
                          env={**CLEAN, "PATH": "/nonexistent"})
    assert done.returncode == code, f"{args}: exit {done.returncode}, wanted {code}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def refused(identity, *args, code=12):
    told = iplease(*args, code=code)
    assert f"error {identity}" in told, f"{args}: wanted {identity}\n{told}"
    return told


with tempfile.TemporaryDirectory() as folder:
    run = pathlib.Path(folder) / "iplease" / UID / "runs" / RUN
    run.mkdir(parents=True)
    journal = run / "journal.jsonl"

    def write(*lines):
        journal.unlink(missing_ok=True)
        journal.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    write(*LINES)
    there = ("--state-dir", folder)
    told = iplease("runs", "list", *there)
    assert RUN in told and "unfinished" in told and "pool/create" in told, told
    listed = json.loads(iplease("runs", "list", "-o", "json", *there))
    assert listed["type"] == "runs" and [one["cluster"] for one in listed["runs"]] == [UID], listed
    assert told.splitlines()[0].split()[:2] == ["RUN", "COMMAND"], told
    head, row = told.splitlines()
    assert row.index("enable") == head.index("COMMAND"), told
    assert row.index("unfinished") == head.index("OUTCOME") and row.index("pool/create") == head.index("LAST STEP"), told
    assert "kubectl create -f -" in iplease("runs", "show", RUN, *there)
    assert "kubectl create -f -" in iplease("runs", "log", RUN, *there)
    refused("IPL-RUN-011", "runs", "show", f"../runs/{RUN}", *there, code=2)
    assert iplease("runs", "show", *there) == iplease("runs", "show", RUN, *there)
    assert "no run is remembered" in iplease("runs", "list", "--expect-cluster", "other", *there)
    other = pathlib.Path(folder) / "iplease" / "another" / "runs" / "20261124-000000-abcd"
    other.mkdir(parents=True)
    (other / "journal.jsonl").write_text(json.dumps({**LINES[0], "run": other.name, "cluster": "another"}) + "\n", encoding="utf-8")
    told = iplease("runs", "list", *there)
    assert f"cluster {UID}" in told and "cluster another" in told and other.name in told, told
    newest = json.loads(iplease("runs", "show", "-o", "json", *there))
    assert newest["run"] == other.name and newest["type"] == "run", newest

    os.chmod(folder, 0o777)
    told = refused("IPL-RUN-075", "runs", "list", *there)
    assert f"{folder} can be written by everybody" in told, told
    os.chmod(folder, 0o700)
    os.chmod(journal, 0o666)
    refused("IPL-RUN-075", "runs", "list", *there)

    for wrong in ({"argv": "kubectl"}, {"argv": [1]}, {"step": []}, {"owes": [1]}, {"n": "1"}):
        write(LINES[0], {**LINES[1], **wrong})
        refused("IPL-RUN-013", "runs", "list", *there)
    journal.unlink()
    os.mkfifo(journal)
    refused("IPL-RUN-076", "runs", "list", *there)
    journal.unlink()
    journal.symlink_to("/dev/zero")
    refused("IPL-RUN-002", "runs", "list", *there)

# The same for a flags file: whatever it is, it is refused at once.
with tempfile.TemporaryDirectory() as folder:
    fifo = os.path.join(folder, "fifo")
    os.mkfifo(fifo)
    endless = os.path.join(folder, "2GiB")
    with open(endless, "wb") as file:
        file.truncate(2 << 30)
    for path, why in ((fifo, "not a regular file"), ("/dev/zero", "not a regular file"), (endless, "File too large"),
                      (folder, "Is a directory")):
        told = refused("IPL-CLI-008", "plan", "--offline", "-f", path, code=2)
        assert why in told, told
        told = refused("IPL-VAL-012", "values", path, code=2)
        assert why in told, told
print("runs without a cluster; others' places, damage, pipes and devices are refused")
