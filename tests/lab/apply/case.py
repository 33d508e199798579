# SPDX-License-Identifier: Apache-2.0
"""One user approves a plan and another applies it. The plan is kept with read-only rights, copied, and applied with
other rights, another kubeconfig and another state directory. It is refused if the cluster changed, for another cluster,
and a second time."""

import hashlib
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))
from onlab import IPLEASE, LAB, LABCTL, STATE, audit_mark, claim, follow, iplease, kubectl, lease_answers, main, no_canary, play, \
    shell, writes_since  # noqa: E402
from wrapped import killing, tool_as_it_is  # noqa: E402


HOME = STATE / "home"
POOL = "203.0.113.100-203.0.113.120"
WIDER = "203.0.113.100-203.0.113.130"
READER = HOME / "reader"
ADMIN = HOME / "admin"
MOVED = 7
# What planning needs: it reads, and runs printenv in pods.
LOOKS = ({"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]},
         {"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["create"]})


def machines():
    """Two users, each with a folder, a kubeconfig and a state directory."""
    for place in (READER, ADMIN):
        place.mkdir(exist_ok=True)
    meta = {"name": "reader"}
    group = "rbac.authorization.k8s.io"
    kubectl("-n", "default", "create", "serviceaccount", "reader")
    kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": f"{group}/v1", "kind": "ClusterRole", "metadata": meta, "rules": LOOKS},
        {"apiVersion": f"{group}/v1", "kind": "ClusterRoleBinding", "metadata": meta,
         "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "reader"},
         "subjects": [{"kind": "ServiceAccount", "name": "reader", "namespace": "default"}]}]}))
    token = kubectl("-n", "default", "create", "token", "reader").strip()
    config = json.loads(kubectl("config", "view", "--raw", "--minify", "-o", "json"))
    for place, user in ((READER, {"token": token}), (ADMIN, config["users"][0]["user"])):
        name = place.name
        mine = {**config, "users": [{"name": name, "user": user}], "current-context": name,
                "contexts": [{"name": name, "context": {**config["contexts"][0]["context"], "user": name}}]}
        (place / "kubeconfig").write_text(json.dumps(mine), encoding="utf-8")


def machine(place):
    return ("--kubeconfig", str(place / "kubeconfig"), "--state-dir", str(place / "state"))


def reads(*words, **rest):
    return iplease(*words, *machine(READER), **rest)


def applies(*words, code=0, place=ADMIN):
    done = iplease("apply", *words, *machine(place), check=False)
    claim(done.returncode == code, f"apply {words}: exit {done.returncode}, wanted {code}\n{done.stdout}\n{done.stderr}")
    return " ".join((done.stdout + done.stderr).split())


def refused(identity, *words, place=ADMIN):
    mark = audit_mark()
    said = applies(*words, code=MOVED, place=place)
    claim(f"error {identity}" in said, f"wanted {identity}: {said}")
    claim(writes_since(mark) == [], f"it wrote {writes_since(mark)}")
    return said


def approved():
    """A user with read-only rights keeps the plan. It is shown without a cluster, and copied."""
    machines()
    denied = reads("enable", "--yes", check=False)
    claim(denied.returncode == 3 and "IPL-CLU-002" in denied.stderr, f"the reader may write: {denied}")
    file = READER / "plan.json"
    mark = audit_mark()
    told = reads("plan", "--out", str(file)).stdout
    claim(writes_since(mark) == [], f"plan --out wrote {writes_since(mark)}")
    claim(file.stat().st_mode & 0o777 == 0o600, "the plan is not private")
    no_canary(file.read_text(encoding="utf-8") + told, "the kept plan")
    claim("Plan: " in follow(told.rsplit("Show it", 1)[1], "iplease plan FILE").stdout, "the kept plan is not shown")
    shutil.copy(file, ADMIN / "plan.json")


def moved():
    """Somebody creates the namespace meanwhile. Once that is undone, the approved plan is valid again."""
    kubectl("create", "namespace", "metallb-system")
    said = refused("IPL-RUN-087", str(ADMIN / "plan.json"))
    claim("namespace" in said.split("saw", 1)[1].split("cause", 1)[0], f"it does not say what moved: {said}")
    follow(said, "iplease plan --out FILE", fill={"FILE": str(ADMIN / "anew.json")}, more=machine(READER))
    kubectl("delete", "namespace", "metallb-system")


def elsewhere():
    """The plan of another cluster, with a correct digest."""
    plan = json.loads((ADMIN / "plan.json").read_text(encoding="utf-8"))
    plan["plan"]["cluster"]["uid"] = "6f0c9a3e-0000-4000-8000-00000000000f"
    plan.pop("digest")
    text = json.dumps(plan, separators=(",", ":"))
    plan["digest"] = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    (ADMIN / "other.json").write_text(json.dumps(plan), encoding="utf-8")
    said = refused("IPL-RUN-086", str(ADMIN / "other.json"))
    claim("6f0c9a3e-0000-4000-8000-00000000000f" in said, said)


def applied():
    """Another user applies it on the same cluster, and an address answers. A second apply is refused."""
    file = str(ADMIN / "plan.json")
    shown = iplease("plan", file).stdout
    done = follow(shown.rsplit("Made on", 1)[1], "iplease apply FILE", more=machine(ADMIN))
    claim("verified: 203.0.113." in done.stderr, done.stderr)
    print(f"  answers: {lease_answers()}")
    claim("(done)" in refused("IPL-RUN-088", file), "not told that it was done")
    # A user without the journal learns it from the cluster.
    said = refused("IPL-RUN-087", file, place=READER)
    claim("pool: needed" in said and "now satisfied" in said, said)
    for journal in (ADMIN / "state").rglob("*"):
        if journal.is_file():
            no_canary(journal.read_text(encoding="utf-8"), str(journal))


def interrupted():
    """A killed apply is resumed, not applied again."""
    file = str(READER / "wider.json")
    reads("plan", "--pool", WIDER, "--out", file)
    tool = killing("*'patch ipaddresspools.metallb.io'*", "before")
    told = subprocess.run([LABCTL, "shell", "--name", LAB, "--", IPLEASE, "apply", file, "--kubectl", tool, *machine(ADMIN)],
                          capture_output=True, text=True, timeout=300, check=False)
    claim("pool" in told.stderr and told.returncode not in (0, 1, 7), f"not killed: {told}")
    tool_as_it_is()
    said = refused("IPL-RUN-088", file)
    claim("(unfinished)" in said, said)
    done = iplease("resume", "--yes", *machine(ADMIN))
    claim("resuming run" in done.stderr, done.stderr)
    pool = kubectl("-n", "metallb-system", "get", "ipaddresspool", "default", "-o", "jsonpath={.spec.addresses}")
    claim(json.loads(pool) == [WIDER], f"the pool is {pool}")


def test():
    began = time.monotonic()
    play(approved, moved, elsewhere, applied, interrupted)
    print(f"{time.monotonic() - began:.0f} s")


main(test)
