# SPDX-License-Identifier: Apache-2.0
"""Real faults on a lab: `iplease doctor` finds them, they are fixed, and doctor no longer finds them.

A row says how to cause its fault, which ids doctor must find (and no others), and how to fix it. The whole table runs
in one process on the node's network, because each `labctl shell` costs a second.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Optional

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
import peak  # noqa: E402
from json_schema import check as as_schema_says  # noqa: E402

LABCTL = Path(__file__).resolve().parent.parent / "labctl"
IPLEASE = sys.argv[1]
# The IP operator's workload, by generation of the provider chart.
RESTARTS = {"8": "deployment/akash-ip-operator"} | dict.fromkeys(("11", "12", "14", "15", "18", "19"), "deployment/operator-ip")
USER = {}  # the user whose rights doctor has; empty for the lab's administrator
PATIENCE = int(os.environ.get("IPLEASE_TEST_PATIENCE", "60"))  # seconds until doctor must see a fault or its fix


class Failed(Exception):
    """A claim that did not hold."""


def claim(holds, what):
    if not holds:
        raise Failed(what)


def run(*argv, stdin=None, check=True):
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=300, check=False)
    if check:
        claim(done.returncode == 0, f"{' '.join(argv)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def kubectl(*args, stdin=None, check=True):
    return run("kubectl", *args, stdin=stdin, check=check).stdout


def get(*args):
    return json.loads(kubectl("get", *args, "-o", "json"))


def newest_pod(space, labels):
    """The pod that stays: a stuck IP operator is Terminating beside its successor for 30 s."""
    staying = [pod["metadata"] for pod in get("-n", space, "pods", "-l", labels)["items"] if "deletionTimestamp" not in pod["metadata"]]
    return max(staying, key=lambda meta: meta["creationTimestamp"])["name"]


def apply(*objects):
    kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))


def patch(space, what, change, kind="merge"):
    kubectl("-n", space, "patch", what, f"--type={kind}", "-p", json.dumps(change))


def fresh(thing):
    """An object, ready to be created again."""
    meta = thing["metadata"]
    thing["metadata"] = {key: meta[key] for key in ("name", "namespace", "labels", "annotations") if key in meta}
    thing.pop("status", None)
    if thing["kind"] == "Service":
        for key in ("clusterIP", "clusterIPs"):
            thing["spec"].pop(key, None)
    return thing


def as_user(name):
    """From now on doctor runs as ServiceAccount default/NAME."""
    kubectl("-n", "default", "create", "serviceaccount", name)
    token = kubectl("-n", "default", "create", "token", name).strip()
    path = Path(os.environ["HOME"]) / f"{name}.kubeconfig"
    shutil.copy(os.environ["KUBECONFIG"], path)
    config = f"--kubeconfig={path}"
    kubectl(config, "config", "set-credentials", name, f"--token={token}")
    kubectl(config, "config", "set-context", "--current", f"--user={name}")
    USER.update(name=name, path=str(path))


def as_admin():
    if USER:
        kubectl("-n", "default", "delete", "serviceaccount", USER["name"])
        USER.clear()


def doctor(*args):
    """(exit code, the findings by id)."""
    user = ("--kubeconfig", USER["path"]) if USER else ()
    done = run(IPLEASE, "doctor", "--strict", "-o", "json", *user, *args, check=False)
    claim(done.stdout.startswith("{"), f"doctor printed no JSON: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    claim("\x1b" not in done.stdout and "u001b" not in done.stdout, f"an escape code of the cluster's: {done.stdout}")
    told = as_schema_says("doctor", json.loads(done.stdout))
    claim(told["exit"] == done.returncode, f"exit {done.returncode}, told {told['exit']}")
    found = {one["id"]: one for one in told["findings"] if one["outcome"] in ("warn", "fail", "could-not-look")}
    return done.returncode, found


def until(wanted, what):
    limit = time.monotonic() + PATIENCE
    while True:
        code, found = doctor()
        if set(found) == set(wanted):
            claim(code == (4 if wanted else 0), f"{what}: exit {code} with {sorted(found)}")
            return found
        told = "\n".join(f"{i}: {f['what']}\n  {f['evidence']}" for i, f in found.items())
        claim(time.monotonic() < limit, f"{what}: wanted {sorted(wanted) or 'nothing'}, found:\n{told or 'nothing'}")
        time.sleep(0.3)


@dataclass
class Row:
    name: str
    ids: set
    cause: Callable[[], None]
    undo: Optional[Callable[[], None]] = None  # how the test itself removes the fault
    cure: list = field(default_factory=list)  # how the command in the finding's fix begins; the command runs as printed
    fix: bool = False  # `doctor --fix --yes` fixes it
    says: str = ""  # a part of the evidence, because the same id has several causes
    long: bool = False  # only with IPLEASE_LONG: the short run has a row or two of each kind of fault and fix


def cure(row, found):
    if row.fix:
        # --fix looks again at its end, so exit 0 with --strict means that nothing is found any more.
        done = run(IPLEASE, "doctor", "--fix", "--yes", "--strict", check=False)
        claim(done.returncode == 0, f"{row.name}: --fix: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    elif row.cure:
        told = "; ".join(one.get("fix", "") for one in found.values())
        at = told.find(shlex.join(row.cure))
        claim(at >= 0, f"{row.name}: the cure {row.cure} is not told: {told}")
        words = shlex.split(told[at:].split(";")[0])
        run(*([IPLEASE, *words[1:], "--yes"] if words[0] == "iplease" else words))
    else:
        row.undo()


def play(row):
    started = time.monotonic()
    row.cause()
    found = until(row.ids, row.name)
    seen = time.monotonic()
    for one in found.values():
        claim(one["what"] and one["evidence"], f"{row.name}: {one['id']} without evidence")
        claim(one["outcome"] == "could-not-look" or (one["cause"] and one["fix"]), f"{row.name}: no cause or cure")
    told = " ".join(one["evidence"] for one in found.values())
    claim(row.says in told, f"{row.name}: {row.says!r} is not in the evidence: {told}")
    cure(row, found)
    if not row.fix:
        until(set(), f"{row.name}, cured")
    if row.undo and (row.fix or row.cure):
        row.undo()
        until(set(), f"{row.name}, restored")
    how = "--fix" if row.fix else "as printed" if row.cure else "undone"
    print(
        f"{row.name}: {' '.join(sorted(row.ids))} after {seen - started:.1f} s, {how}, "
        f"green after {time.monotonic() - seen:.1f} s",
        flush=True,
    )


def peak_mib(*args):
    """Peak memory of iplease alone."""
    return peak.peak_mib(IPLEASE, *args)


def processes():
    """(pid, argv) of the processes on this machine."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            yield int(folder.name), (folder / "cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
        except OSError:
            continue  # it has ended meanwhile


def standin_kubelet():
    """The pid of this lab's stand-in kubelet."""
    data = f"/iplease-lab/{Path(os.environ['IPLEASE_LAB_DIR']).name}/"
    for pid, words in processes():
        if words[0].endswith("/kubelet-standin") and any(data in word for word in words):
            return pid
    raise Failed("no stand-in kubelet")


def enable(*args):
    run(IPLEASE, "enable", "--yes", *args)


def on_the_node():
    """Restarts this program on the node's network, unless it already runs there."""
    if "IPLEASE_LAB_DIR" not in os.environ:
        lab = os.environ.get("IPLEASE_LAB_NAME", "default")
        os.execv(LABCTL, [str(LABCTL), "shell", "--name", lab, "--", sys.executable, "-B", *sys.argv])


def main(test):
    on_the_node()
    try:
        test()
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        sys.exit(1)
    print("passed")


def play_all(rows):
    """Plays the rows whose name contains one of the words after the program name, or all rows."""
    words = sys.argv[2:]
    missed = []
    for row in rows:
        if any(word in row.name for word in words) if words else not row.long or os.environ.get("IPLEASE_LONG"):
            try:
                play(row)
            except Failed as failure:
                print(f"FAILED: {failure}", file=sys.stderr, flush=True)
                missed.append(row.name)
                try:
                    if row.undo:
                        row.undo()
                    until(set(), f"after {row.name}")
                except Failed as more:
                    print(f"FAILED: {more}", file=sys.stderr, flush=True)
                    break
    claim(not missed, f"{len(missed)} rows: {', '.join(missed)}")
