# SPDX-License-Identifier: Apache-2.0
"""The one way in which a cell is tried: counted, and told with its time; what went wrong is told once more at the end."""

import json
import os
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from faults import HOME, KILLS, KINDS, RUNS, SILENCE, fits, journals, stop_api_server, wake_api_server, was_met, wrapped
from killing import our_pids
from onlab import AUDIT, IPLEASE, LAB, LABCTL, Failed, audit_mark, claim, iplease, writes_since

LONG = bool(os.environ.get("IPLEASE_LONG"))
TURNS = os.environ.get("IPLEASE_LONG") == "turns"
SILENT = SILENCE if LONG else 4
# The short run has minutes: of the kinds that end alike, one.
SHORT = "half-way|pending|answer lost|API server|rename|two runs"
ONLY = os.environ.get("IPLEASE_CELLS", "" if LONG else SHORT)
SEEN = Path(os.environ["IPLEASE_SEEN"]) if "IPLEASE_SEEN" in os.environ else None
TRIED = {}
WRONG = []
STOPPED = []
FAILURES = (Failed, subprocess.SubprocessError, OSError, ValueError)
BETWEEN_THEM = "until [ -e $HOME/go ]; do sleep 0.1; done; "


def cell(kind, where, what, act):
    """One try. Ctrl-C ends the trying; what was seen before is counted all the same."""
    seen = SEEN.read_text(encoding="utf-8").splitlines() if SEEN and SEEN.exists() else []
    line = f"{kind}: {where}: {what}"
    if line not in seen and (STOPPED or not re.search(ONLY, kind)):
        return
    count = TRIED.setdefault(kind, {}).setdefault(where, [0, 0])
    count[0] += 1
    if line in seen:
        count[1] += 1
        return
    began = time.monotonic()
    told = ""
    try:
        act()
        count[1] += 1
        if SEEN:
            with SEEN.open("a", encoding="utf-8") as file:  # suites on other labs write there too
                file.write(line + "\n")
    except KeyboardInterrupt:
        count[0] -= 1
        STOPPED.append(line)
        told = " stopped"
    except FAILURES as failure:
        told = f" WRONG {failure}"
        WRONG.append(f"{line}: {failure}")
    print(f"{line}: {time.monotonic() - began:.1f} s{told[:4000]}", flush=True)


def cells(where, commands, act, few):
    """`act` at every command by every kind that fits it; without --long at the `few`, which are (kind, place of the
    command); by turns each kind at one command, at the next one for each kind."""
    places = {kind: [at for at in range(len(commands)) if fits(kind, commands[at])] for kind in KINDS}
    pairs = [(kind, at) for kind in KINDS for at in places[kind]]
    if TURNS:
        pairs = [(kind, fit[number % len(fit)]) for number, (kind, fit) in enumerate(places.items()) if fit]
    elif not LONG:
        pairs = few
    for kind, at in pairs:
        cell(kind, where, named(commands, commands[at]), lambda kind=kind, at=at: act(commands[at], kind))


def named(commands, command):
    """A command's own words: what is seen of one must not count for another that begins as it does. Which lab it was on
    does not matter."""
    words = re.sub(r" --(kubeconfig|kube-context|context)[ =]\S+", "", " ".join(command[0]))
    return f"command {commands.index(command) + 1} of {len(commands)}, {words[:90]}"


def reset():
    subprocess.run([LABCTL, "reset", "--name", LAB], check=True, timeout=300, stdout=subprocess.DEVNULL)


@contextmanager
def anew_where_wrong(begin):
    """What a try that went wrong leaves would spoil the next one."""
    try:
        yield
    except FAILURES:
        reset()
        shutil.rmtree(RUNS, ignore_errors=True)
        begin()
        raise


def start(*args):
    return subprocess.Popen([LABCTL, "shell", "--name", LAB, "--", *args],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def faulty(args, command, kind, *more):
    """A run whose command meets its fault."""
    argv, before = command
    first = iplease(*args, *wrapped(argv, before, KINDS[kind]), *more, check=False)
    claim(was_met(), f"the command was not met: {first.stdout}{first.stderr}")
    if kind in KILLS:
        claim(first.returncode not in range(13), f"it was not killed: {first}")
    return first


def in_silence(args, command):
    """A run whose API server stops as its command begins, for some time; its exit code and what it said."""
    argv, before = command
    flag = HOME / "silent"
    flag.unlink(missing_ok=True)
    run = start(IPLEASE, *args, *wrapped(argv, before, 'echo x >$HOME/silent; exec "$real" "$@"'))
    while run.poll() is None and not flag.exists():
        time.sleep(0.01)
    stop_api_server()
    try:
        time.sleep(SILENT)
    finally:
        wake_api_server()
    said = run.communicate(timeout=600)
    claim(flag.exists(), f"the command was not met: {said}")
    return subprocess.CompletedProcess(args, run.returncode, *said)


def two_at_once(*args):
    """One does the work; the other is told who does (8), or comes too late and finds nothing to do."""
    runs = [start(IPLEASE, *args) for _ in range(2)]
    codes = []
    for run in runs:
        said = run.communicate(timeout=300)
        codes.append(run.returncode)
        claim(run.returncode in (0, 8), f"exit {run.returncode}: {said[1]}")
        claim(run.returncode == 0 or "pid " in said[1], f"the other run is not named: {said[1]}")
    claim(0 in codes, f"exits {codes}")
    return codes


def beside(first, command, second):
    """`second` comes while `first` is at work on its command: it is told who works there, and writes nothing."""
    go = HOME / "go"
    go.unlink(missing_ok=True)
    argv, before = command
    run = start(IPLEASE, *first, *wrapped(argv, before, BETWEEN_THEM + 'exec "$real" "$@"'))
    while run.poll() is None and not was_met():
        time.sleep(0.05)
    pids, mark = our_pids(), audit_mark()
    told = iplease(*second, check=False)
    wrote = writes_since(mark)
    go.touch()
    said = run.communicate(timeout=600)
    claim(run.returncode == 0, f"{first}: exit {run.returncode} {said[1]}")
    claim(told.returncode == 8, f"{second} beside {first}: exit {told.returncode} {told.stdout}{told.stderr}")
    claim(any(re.search(rf"pid {pid}\b", told.stderr) for pid in pids), f"none of {pids} is named: {told.stderr}")
    claim(not wrote, f"{second} beside {first} wrote {wrote}")


def pods_made(since):
    """Pods of the provider since then: a restart must not come twice."""
    made = 0
    with AUDIT.open(encoding="utf-8") as log:
        log.seek(since)
        for event in map(json.loads, log):
            made += (event["verb"] == "create" and event["requestURI"].endswith("/namespaces/akash-services/pods")
                     and "statefulset-controller" in event["user"]["username"]
                     and event["responseStatus"]["code"] == 201)
    return made


def fresh_journal(before):
    fresh = sorted(journals() - before)
    claim(len(fresh) == 1, f"{len(fresh)} runs instead of one")
    return fresh[0]
