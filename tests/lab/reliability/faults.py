# SPDX-License-Identifier: Apache-2.0
"""What goes wrong at one writing command of a run: a wrapper of the lab's kubectl or helm that does it at that
command line, the k-th time it comes, and is the real tool at all others."""

import json
import shlex
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))
from onlab import STATE, api_server, iplease, shell  # noqa: E402

HOME = STATE / "home"
RUNS = HOME / ".local" / "state" / "iplease"

# Helm and iplease die as soon as the release says that Helm is at work on it. To be met there, Helm makes a call a second.
PENDING = """exec 3<&0
seen=$(mktemp)
kubectl get secrets -A -l 'owner=helm,status in (pending-install,pending-upgrade,pending-rollback,uninstalling)' \\
  --watch -o name >"$seen" &
watch=$!
HELM_QPS=1 HELM_BURST_LIMIT=1 "$real" "$@" <&3 &
helm=$!
until [ -s "$seen" ]; do kill -0 $helm || break; sleep 0.05; done
kill -9 $watch # before iplease: the next run waits for whatever this one has started
wait $watch
[ -s "$seen" ] && kill -9 $helm $iplease
rm -f "$seen"
wait $helm"""

# Shell texts: $real is the tool, $iplease the process that asked. A command that is "half-way" was started and has
# not ended; what it has done by then is left to chance, as it is in the field.
KINDS = {
    "killed before the command": 'kill -9 $iplease; exit 1',
    "killed half-way, the command goes on": 'exec 3<&0; "$real" "$@" <&3 & sleep 0.2; kill -9 $iplease; wait',
    "killed after the command": '"$real" "$@"; kill -9 $iplease',
    "killed half-way, the command too": 'exec 3<&0; "$real" "$@" <&3 & sleep 0.2; kill -9 $! $iplease',
    "killed while helm is pending": PENDING,
    "the command fails": 'cat >/dev/null; echo "Error: made to fail" >&2; exit 1',
    "done, and the answer lost": '"$real" "$@" >/dev/null 2>&1; echo "error: unexpected EOF" >&2; exit 1',
    "the command dies by signal 9": 'kill -9 $$',
    "the command hangs": 'exec sleep 600',
    "TERM": 'kill -TERM $iplease; sleep 0.5; exec "$real" "$@"',
    "HUP": 'kill -HUP $iplease; sleep 0.5; exec "$real" "$@"',
    "INT once": 'kill -INT $iplease; sleep 0.5; exec "$real" "$@"',
    "INT twice": 'kill -INT $iplease; sleep 0.5; kill -INT $iplease; exec "$real" "$@"',
    "INT three times": 'for i in 1 2 3; do kill -INT $iplease; sleep 0.4; done; exec "$real" "$@"',
}
KILLS = [kind for kind in KINDS if kind.startswith("killed")]
HELMS = ("killed while helm is pending",)
SILENCE = 30  # seconds for which the API server is stopped


def journals():
    return set(RUNS.rglob("journal.jsonl"))


def counted(argvs):
    """Commands as (argv, how often that argv came before)."""
    return [(argv, argvs[:at].count(argv)) for at, argv in enumerate(argvs)]


def commands_of(journal):
    """The writing commands of a run."""
    seen = []
    for line in journal.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["ev"] == "intent" and event["kind"] == "run":
            seen.append(event["argv"])
    return counted(seen)


def planned(*args):
    """The writing commands that a run would have, by its plan, which is the run (`enable:shim`)."""
    plan = json.loads(iplease(*args, "-o", "json").stdout)
    steps = [step for stage in plan["stages"] for step in stage["steps"]]
    return counted([step["argv"] for step in steps if step["kind"] == "run" and step["writes"]])


def tool_of(argv):
    return Path(argv[0]).name


def fits(kind, command):
    return kind not in HELMS or tool_of(command[0]) == "helm"


def wrapped(argv, before, what):
    """Options for a run in which the command meets its fault."""
    tool = tool_of(argv)
    real = shell("sh", "-c", f"command -v {tool}").stdout.strip()
    path = HOME / f"faulty-{tool}"
    met = HOME / "met"
    met.unlink(missing_ok=True)
    count = HOME / "count"
    count.unlink(missing_ok=True)
    path.write_text(
        "#!/bin/sh\n"
        f"real={real}\niplease=$PPID\n"
        f'if [ "$*" = {shlex.quote(" ".join(argv[1:]))} ]; then\n'
        f"  echo x >>{count}\n"
        f"  if [ $(wc -l <{count}) -eq {before + 1} ]; then\n"
        f"    echo x >{met}\n    {what}\n    exit\n  fi\nfi\n"
        'exec "$real" "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return [f"--{tool}", str(path)]


def was_met():
    return (HOME / "met").exists()


def stop_api_server():
    api_server(signal.SIGSTOP)


def wake_api_server():
    api_server(signal.SIGCONT)
