# SPDX-License-Identifier: Apache-2.0
"""`iplease bundle` on a recorded cluster and without one. It contains what it promises and no secret, wherever the
secret was: values, journal, logs, events, environment, kubeconfig. kubectl and helm are stand-ins that repeat what they
are given."""

import base64
import io
import json
import os
import pathlib
import re
import resource
import stat
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from recorded import TOOL, environment, recordings  # noqa: E402
from run import CLEAN, IPLEASE  # noqa: E402

# One canary per place. The first three are in the recorded values.
CANARIES = ("CANARY-WALLET-KEY-b7e1f04c", "CANARY-KEY-PASSWORD-93ac51d2", "canary-dns-token-5d20e8f7",
            "canary-of-environment", "canary-of-proxy", "canary-of-kubeconfig", "canary-of-journal", "canary-of-log",
            "canary-of-debug", "canary-of-event", "canary-of-values")
RUN = "20261123-064000-k3f9"
LINES = [
    {"v": 1, "n": 0, "t": "2026-11-23T06:40:00.000Z", "ev": "run", "iplease": "0.1.0", "run": RUN, "seq": 1, "cluster": "",
     "command": "enable", "settings": {}},
    {"v": 1, "n": 1, "t": "2026-11-23T06:40:01.000Z", "ev": "intent", "stage": "pool", "step": "pool/create", "kind": "run",
     "argv": ["kubectl", "create", "-f", "-"]},
    {"v": 1, "n": 2, "t": "2026-11-23T06:40:02.000Z", "ev": "done", "stage": "pool", "step": "pool/create", "ended": "exited",
     "rc": 0, "out": "sha256:CANARY-WALLET-KEY-b7e1f04c", "apiToken": "canary-of-journal"},
    {"v": 1, "n": 3, "t": "2026-11-23T06:40:03.000Z", "ev": "close", "outcome": "done"},
]
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
REPEATS = f"""#!/bin/sh
tell() {{
  printf '\\033[31mup\\007\\033[0m %s %s %s\\n' "$DEPLOY_TOKEN" "$HTTPS_PROXY" "$(printf %s "$DEPLOY_TOKEN" | base64)"
  cat "$REPLAY/values.yaml" "$KUBECONFIG"
  sed -n 's/.*token: \\([^}}]*\\).*/as \\1 I may not/p' "$KUBECONFIG"
  printf '{{"level":"info","db_password":"canary-of-log","msg":"line"}}\\n'
}}
case "$*" in
  *" logs "*) tell; echo "password=canary-of-log"; tell >&2 ;;
  *"get pods,events"*) printf '{{"kind":"List","items":[{{"kind":"Event","metadata":{{"name":"e","namespace":"n"}},"message":"token: canary-of-event %s"}}]}}' "$DEPLOY_TOKEN" ;;
  *"get events"*sort-by*) echo "Normal  Pulled  token=canary-of-event" ;;
  *"get pods"*wide*) echo "NAME  READY"; echo "akash-provider-0  1/1  $DEPLOY_TOKEN" ;;
  *) exec {TOOL} "$@" ;;
esac
"""


def bundle(env, folder, *words, code=0, limit=None):
    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run([IPLEASE, "bundle", *words], capture_output=True, text=True, check=False, timeout=120, env=env,
                          cwd=folder, preexec_fn=small_files if limit else None, restore_signals=limit is None)
    assert done.returncode == code, f"{words}: exit {done.returncode}, wanted {code}\n{done.stdout}{done.stderr}"
    clean("what it said", done.stdout + done.stderr)
    return done


def clean(what, text):
    for canary in CANARIES:
        for shape in (canary, base64.b64encode(canary.encode()).decode().rstrip("=")[:-1]):
            assert shape not in text, f"{what} holds {shape}:\n{text}"
    found = CONTROL.search(text)
    assert not found, f"{what}: {found.group()!r}"


def unpacked(path):
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600, oct(os.stat(path).st_mode)
    with tarfile.open(path) as tar:
        members = tar.getmembers()
        assert all((one.mtime, one.uid, one.gid, one.mode) == (0, 0, 0, 0o600) for one in members), "not the same again"
        names = [one.name for one in members]
        assert names[0] == "iplease-bundle/README.txt" and names[1:] == sorted(names[1:]), names
        files = {one.name.removeprefix("iplease-bundle/"): tar.extractfile(one).read().decode() for one in members}
    for name, text in files.items():
        clean(name, name + text)
    return files


def listed(told, files):
    for name, text in files.items():
        assert re.search(rf"(?m)^ *{len(text.encode())}  {re.escape(name)}$", told), f"{name} is not told of\n{told}"


def remember(folder, uid, journal):
    run = folder / "state" / "iplease" / uid / "runs" / RUN
    run.mkdir(parents=True)
    (run / "journal.jsonl").write_text(journal, encoding="utf-8")
    (run / "debug.log").write_text("info\nsecret: canary-of-debug\n", encoding="utf-8")
    return run


def whole(folder, env, uid):
    told = bundle(env, folder, "--out", "report.tar.gz").stdout
    files = unpacked(folder / "report.tar.gz")
    listed(told, files)
    assert told.index("README.txt") < told.index("report.tar.gz is written"), told
    for name in ("status.json", "doctor.json", "settings.json", "versions.txt", "answers/index.txt", "pods/akash-services.txt",
                 "pods/metallb-system.txt", "pods/kube-proxy.txt", "events/akash-services.txt", "events/metallb-system.txt",
                 "logs/provider.txt", "logs/ip-operator.txt", "logs/metallb-controller-1.txt", "logs/metallb-speaker-1.txt",
                 "logs/kube-proxy.txt", f"runs/{uid}/{RUN}/journal.jsonl", f"runs/{uid}/{RUN}/debug.log"):
        assert name in files, f"{name} is not in it: {sorted(files)}"
    assert json.loads(files["status.json"])["type"] == "status" and json.loads(files["doctor.json"])["type"] == "doctor"
    assert "kubectl v1." in files["versions.txt"] or "kubectl 1." in files["versions.txt"], files["versions.txt"]
    assert '"msg":"line"' in files["logs/provider.txt"] and "exit 0" in files["logs/provider.txt"], files["logs/provider.txt"]
    assert "akash-provider-0  1/1  •••" in files["pods/akash-services.txt"], files["pods/akash-services.txt"]
    assert "pool/create" in files[f"runs/{uid}/{RUN}/journal.jsonl"], "the journal's steps"
    number = re.search(r"(?m)^(\d+)  exit 0  .* get values akash-provider ", files["answers/index.txt"]).group(1)
    assert "bidpricescript" in (values := files[f"answers/{number}.out"]) and "•••" in values, values
    assert "Not in it" not in files["README.txt"], files["README.txt"]
    before = (folder / "report.tar.gz").read_bytes()
    assert "IPL-CLI-040" in bundle(env, folder, "--out", "report.tar.gz", code=12).stderr
    assert (folder / "report.tar.gz").read_bytes() == before, "a file was overwritten"
    print(f"{len(files)} files, {len(before)} bytes, nothing secret")


def refused(folder, env):
    there = sorted(folder.iterdir())
    told = bundle(env, folder, "--out", "no/such/folder/report.tar.gz", code=12).stderr
    assert "IPL-CLI-041" in told and "there is no folder no/such/folder" in told, told
    assert "Looking" not in told, "it looked first"
    told = bundle(env, folder, "--out", "full.tar.gz", code=12, limit=4096).stderr
    assert "IPL-CLI-041" in told and "too large" in told, told
    told = bundle(env, folder, "--out", "other.tar.gz", "--expect-cluster", "another", code=7).stderr
    assert "IPL-CLU-005" in told, told
    told = bundle({**env, "PATH": str(folder / "only")}, folder, "--out", "none.tar.gz", code=12).stderr
    assert "IPL-CLI-041" in told and "gzip" in told, told
    assert sorted(folder.iterdir()) == there, "something was left"


def damaged(folder, env, run):
    with open(run / "journal.jsonl", "a", encoding="utf-8") as journal:
        journal.write("{broken\n{}\n")
    told = bundle(env, folder, "--out", "damaged.tar.gz").stderr
    files = unpacked(folder / "damaged.tar.gz")
    assert "IPL-RUN-013" in told and "IPL-RUN-013" in files["README.txt"], told
    assert "{broken" in files[f"runs/{run.parent.parent.name}/{RUN}/journal.jsonl"] and "logs/provider.txt" in files, sorted(files)
    os.chmod(folder / "state", 0o777)
    told = bundle(env, folder, "--out", "unsafe.tar.gz", code=12).stderr
    os.chmod(folder / "state", 0o700)
    assert "IPL-RUN-075" in told and not (folder / "unsafe.tar.gz").exists(), told


def unreachable(folder, env):
    told = bundle({**env, "KUBECONFIG": "/nonexistent", "REPLAY": "/nonexistent"}, folder,
                  "--provider-values", "values.yaml")  # the release is not seen, so the file says what is secret
    (made,) = folder.glob("iplease-bundle-*.tar.gz")
    assert f"{made.name} is written" in told.stdout, told.stdout
    files = unpacked(made)
    assert "IPL-CLU-001" in told.stderr and "IPL-CLU-001" in files["README.txt"], told.stderr
    assert [name for name in files if name.endswith("journal.jsonl")] and "doctor.json" in files, sorted(files)
    assert not [name for name in files if name.startswith(("logs/", "pods/"))], sorted(files)
    nothing = folder / "nothing"
    nothing.mkdir()
    bundle({**CLEAN, "PATH": env["PATH"]}, nothing, "--out", "x.tar.gz", "--kubectl", "/nonexistent/kubectl")
    assert "IPL-CLU-003" in unpacked(nothing / "x.tar.gz")["README.txt"], "without kubectl"


with tempfile.TemporaryDirectory() as temporary:
    here = pathlib.Path(temporary)
    recordings(here)
    kubeconfig = here / "kubeconfig"
    kubeconfig.write_text(kubeconfig.read_text(encoding="utf-8").replace("user: {}", "user: {token: canary-of-kubeconfig}"),
                          encoding="utf-8")
    values = (here / "values.yaml").read_text(encoding="utf-8") + "extra: {apiToken: canary-of-values}\n"
    for fake, canary in (("fakekey", CANARIES[0]), ("fakesecret", CANARIES[1])):
        values = values.replace(base64.b64encode(fake.encode()).decode(), base64.b64encode(canary.encode()).decode())
    (here / "values.yaml").write_text(values, encoding="utf-8")
    (here / "bin").mkdir()
    (here / "only").mkdir()
    for name in ("kubectl", "helm"):
        (here / "bin" / name).write_text(REPEATS, encoding="utf-8")
        (here / "bin" / name).chmod(0o755)
        (here / "only" / name).write_text("#!/bin/sh\nPATH=/usr/bin:/bin\n" + REPEATS.split("\n", 1)[1], encoding="utf-8")
        (here / "only" / name).chmod(0o755)
    found = environment(here)
    found = {**found, "PATH": f"{here}/bin:{found['PATH']}", "DEPLOY_TOKEN": "canary-of-environment",
             "HTTPS_PROXY": "http://me:canary-of-proxy@proxy.example.com:3128"}
    cluster = next(one["metadata"]["uid"] for one in json.loads((here / "named.json").read_text(encoding="utf-8"))["items"]
                   if one["kind"] == "Namespace" and one["metadata"]["name"] == "kube-system")
    place = remember(here, cluster, "".join(json.dumps({**one, "cluster": cluster} if "cluster" in one else one) + "\n"
                                            for one in LINES))
    whole(here, found, cluster)
    refused(here, found)
    damaged(here, found, place)
    unreachable(here, found)
print("existing files, missing folders, full disks, damage, no cluster: as it should be")
