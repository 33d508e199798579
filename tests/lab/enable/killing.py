# SPDX-License-Identifier: Apache-2.0
"""kill -9 of iplease in the middle of a stage, as soon as its journal says that a step is in flight."""

import json
import os
import signal
import subprocess
import time

from onlab import AUDIT, IPLEASE, LAB, LABCTL, STATE, Failed, kubectl


def our_pids():
    """The iplease processes of this lab; other labs may have one too."""
    pids = []
    for entry in os.listdir("/proc"):
        try:
            if not entry.isdigit() or os.readlink(f"/proc/{entry}/exe") != os.path.realpath(IPLEASE):
                continue
            with open(f"/proc/{entry}/environ", "rb") as variables:
                if f"IPLEASE_LAB_NAME={LAB}".encode() in variables.read().split(b"\0"):
                    pids.append(int(entry))
        except OSError:
            continue
    return pids


class NewJournal:
    """Follows the journal of the next run, line by line. A poll costs one read, so that waiting for the moment does not
    load the machine."""

    def __init__(self):
        self._before = set(journals())
        self._file = None
        self._begun = ""

    def lines(self):
        """The whole lines since the last poll."""
        if self._file is None:
            fresh = [path for path in journals() if path not in self._before]
            if not fresh:
                time.sleep(0.02)
                return []
            self._file = fresh[-1].open(encoding="utf-8")
        *whole, self._begun = (self._begun + self._file.read()).split("\n")
        return whole


def journals():
    return sorted((STATE / "home" / ".local" / "state" / "iplease").rglob("journal.jsonl"))


def kill_in(stage, *arguments, before=()):
    """Starts `BEFORE iplease ARGUMENTS` and kills it in that stage. Returns what it had printed by then."""
    journal, line = NewJournal(), ""
    run = subprocess.Popen(
        [LABCTL, "shell", "--name", LAB, "--", *before, IPLEASE, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    limit = time.monotonic() + 200
    while True:
        if time.monotonic() > limit or run.poll() is not None:
            raise Failed(f"stage {stage} was not seen in flight: {run.communicate()[1]}")
        line = (journal.lines() or [line])[-1]
        # A step that changes something, not a stage's wait for an earlier one.
        if '"intent"' in line and f'"{stage}/' in line and ('"kind":"run"' in line or '"kind":"file"' in line):
            break
        time.sleep(0.002)
    for pid in our_pids():
        os.kill(pid, signal.SIGKILL)
    said = run.communicate(timeout=60)
    print(f"killed in {stage}: {line[:140]}", flush=True)
    return "".join(said)


def restarts(since):
    """The pods that the provider's StatefulSet created since then (from the audit log), its revisions, and its
    containers' restarts: side effects that must not happen twice."""
    made = 0
    with AUDIT.open(encoding="utf-8") as log:
        log.seek(since)
        for event in map(json.loads, log):
            made += (
                event["verb"] == "create"
                and event["requestURI"].endswith("/namespaces/akash-services/pods")
                and "statefulset-controller" in event["user"]["username"]
                and event["responseStatus"]["code"] == 201
            )
    revisions = json.loads(kubectl("-n", "akash-services", "get", "controllerrevisions", "-o", "json"))["items"]
    pod = json.loads(kubectl("-n", "akash-services", "get", "pod", "akash-provider-0", "-o", "json"))
    counts = [c["restartCount"] for c in pod["status"]["containerStatuses"]]
    return f"{made} pods made, {len(revisions)} revisions, restarts {counts}"
