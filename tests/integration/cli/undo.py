# SPDX-License-Identifier: Apache-2.0
"""`iplease undo` with a journal that it must not trust, for a missing run, and beside a running run; and what it does
with a good journal. kubectl and helm are stand-ins for a recorded cluster."""

import fcntl
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from run import IPLEASE, TOP

sys.path.insert(0, str(TOP / "tests" / "support"))
from recorded import POOL, at_work, recordings  # noqa: E402

SMALLER = "203.0.113.100-203.0.113.104"
RUN = "20261123-064000-k3f9"
LEASE = ("--accept-risk", "undo.leases=1")  # the recorded cluster has one lease


class Place:
    """A recorded cluster with IP leases on, and a machine that remembers one run, which enlarged the pool."""

    def __init__(self, folder):
        self.folder = folder
        recordings(folder)
        self.env = at_work(folder)
        for name in ("kubectl", "helm"):  # a wrapper records every call and passes it on to the stand-in
            tool = folder / "bin" / name
            real = tool.resolve()
            tool.unlink()
            tool.write_text(f'#!/bin/sh\necho "$*" >>{folder}/calls\ncase "$*" in *" patch "*) exec cat >/dev/null ;; esac\n'
                            f'if [ -e {folder}/blind ] && grep -q " patch " {folder}/calls; then case "$*" in *"get nodes,daemonsets"*)\n'
                            'echo "Error from server: etcdserver: request timed out" >&2; exit 1 ;; esac; fi\n'
                            f'exec {real} "$@"\n', encoding="utf-8")
            tool.chmod(0o755)
        named = json.loads((folder / "named.json").read_text(encoding="utf-8"))["items"]
        self.uid = next(one["metadata"]["uid"] for one in named if one["metadata"]["name"] == "kube-system")
        self.memory = folder / "state" / "iplease" / self.uid

    def remember(self, **header):
        """A journal as the first versions wrote it, without sums."""
        lines = (
            {"v": 1, "n": 0, "t": "2026-11-23T06:40:00.000Z", "ev": "run", "iplease": "0.1.0", "run": RUN, "seq": 1,
             "cluster": self.uid, "command": "enable", "settings": {}, **header},
            {"v": 1, "n": 1, "t": "2026-11-23T06:40:01.000Z", "ev": "intent", "stage": "pool", "step": "pool/apply",
             "kind": "run", "argv": ["kubectl", "patch"], "subject": "pool/default", "before": "smaller", "expect": "larger",
             "fields": [{"field": "addresses", "was": json.dumps([SMALLER]), "is": json.dumps([POOL])}]},
            {"v": 1, "n": 2, "t": "2026-11-23T06:40:02.000Z", "ev": "done", "stage": "pool", "step": "pool/apply",
             "ended": "exited", "rc": 0, "ms": 9},
            {"v": 1, "n": 3, "t": "2026-11-23T06:40:03.000Z", "ev": "close", "outcome": "done"},
        )
        run = self.memory / "runs" / RUN
        run.mkdir(parents=True, exist_ok=True, mode=0o700)
        for place in (run, *run.parents):
            if self.folder in place.parents:
                place.chmod(0o700)
        (run / "journal.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        (run / "journal.jsonl").chmod(0o600)

    def run(self, *words, code=0):
        done = subprocess.run([IPLEASE, *words], capture_output=True, text=True, env=self.env, check=False, timeout=60,
                              stdin=subprocess.DEVNULL, cwd=self.folder)
        assert done.returncode == code, f"{words}: exit {done.returncode}, wanted {code}\n{done.stdout}{done.stderr}"
        return done

    def wrote(self):
        calls = (self.folder / "calls").read_text(encoding="utf-8").splitlines()
        return [line for line in calls if "--dry-run" not in line and re.search(r" (apply|patch|delete|upgrade|uninstall) ", line)]

    def refused(self, identity, *words, code):
        before = len(self.wrote())
        said = self.run(*words, code=code).stderr
        assert f"error {identity}" in said, f"{words}: wanted {identity}\n{said}"
        assert len(self.wrote()) == before, f"{words}: it wrote {self.wrote()[before:]}"
        return said


def believed(place):
    place.remember()
    for words in ((), (RUN,), ("pool",)):
        told = place.run("undo", *words, "--dry-run", *LEASE).stdout
        assert "patch ipaddresspools.metallb.io default" in " ".join(told.split()) and SMALLER in told, told
    script = place.run("undo", "-o", "sh", *LEASE).stdout
    assert script.startswith("#!/bin/sh\n") and "patch ipaddresspools.metallb.io default" in script, script
    place.run("undo", "verify", "--yes")
    assert place.wrote() == [], place.wrote()


def another_cluster(place):
    """A copied state directory, renamed to this cluster."""
    place.remember(cluster="6f0c9a3e-0000-4000-8000-00000000000f")
    for words in (("undo", "--yes"), ("undo", RUN, "--yes"), ("undo", "--dry-run"), ("status",), ("enable", "--yes")):
        said = place.refused("IPL-RUN-033", *words, code=7)
        assert "6f0c9a3e-0000-4000-8000-00000000000f" in said and place.uid in said, said


def newer(place):
    place.remember(v=2)
    said = place.refused("IPL-RUN-003", "undo", "--yes", code=12)
    assert "format 2" in said, said


def damaged(place):
    place.remember(keeps=[1])
    place.refused("IPL-RUN-013", "undo", "--yes", code=12)


def no_such_run(place):
    place.remember()
    said = place.refused("IPL-RUN-011", "undo", "20200101-000000-none", "--yes", code=2)
    assert "20200101-000000-none is neither a stage of undo nor a run of this cluster" in said, said


def at_work_already(place):
    """Another run holds the lock. Undo writes nothing and does not wait."""
    place.remember()
    lock = place.memory / "lock"
    lock.touch(mode=0o600)
    with lock.open("r+", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        place.refused("IPL-RUN-001", "undo", "--yes", *LEASE, code=8)
        place.run("undo", "--dry-run", *LEASE)  # reads without the lock
    assert len(list((place.memory / "runs").iterdir())) == 1, "a run was begun"


def undone(place):
    place.remember()
    before = len(place.wrote())
    # The recorded cluster does not change, and the final read shows that.
    place.run("undo", RUN, "--yes", *LEASE, code=4)
    assert [line for line in place.wrote()[before:] if "patch ipaddresspools.metallb.io default" in line], place.wrote()


def not_seen_again(place):
    """What could not be read after the last step is not taken for gone."""
    shutil.rmtree(place.memory / "runs")
    place.remember()
    (place.folder / "calls").unlink()
    (place.folder / "blind").touch()
    said = place.run("undo", RUN, "--yes", *LEASE, code=4)
    assert "error IPL-CLU-080" in said.stderr and "etcdserver: request timed out" in said.stderr, said.stderr
    assert "now:" not in said.stdout, said.stdout


with tempfile.TemporaryDirectory() as name:
    machine = Place(pathlib.Path(name))
    for part in (believed, another_cluster, newer, damaged, no_such_run, at_work_already, undone, not_seen_again):
        part(machine)
        print(part.__name__, flush=True)
print("undo believes only a journal of this cluster")
