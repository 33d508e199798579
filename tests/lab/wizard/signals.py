# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C once, twice, three times and a lost terminal, while Helm waits for MetalLB; streams whose
reader is gone. A cordoned node keeps MetalLB's controller from starting, so that Helm really waits."""

import json
import os
import signal
import subprocess
import time

from talk import IPLEASE, LAB, LABCTL, STATE, Talk, flags_without_pool, release_status, reset  # first
from onlab import claim, kubectl, main, shell

NODE = "node1"
FINISHING = "finishing `helm .*Ctrl-C again to cancel it"


def last_journal():
    journals = sorted((STATE / "home" / ".local" / "state" / "iplease").rglob("journal.jsonl"))
    return [json.loads(line) for line in journals[-1].read_text(encoding="utf-8").splitlines()]


def waiting(*args):
    """enable, confirmed by a person, with Helm waiting for a controller that cannot start."""
    flags = flags_without_pool()
    talk = Talk("enable", "-f", flags, "--pool", "203.0.113.100-203.0.113.120", "--plain", *args).see("cancel\r\n> ")
    kubectl("cordon", NODE)
    talk.keys("\r").see("metallb: \\$ helm")
    limit = time.monotonic() + 30
    while release_status("metallb", "metallb-system") != "pending-install":
        claim(time.monotonic() < limit, "helm did not begin")
        time.sleep(0.2)
    return talk


def once(how):
    talk = waiting()
    if how == signal.SIGHUP:
        os.kill(talk.child.pid, how)
    else:
        talk.keys("\x03")
    talk.see(FINISHING, timeout=5)
    kubectl("uncordon", NODE)
    talk.end(130 if how == signal.SIGINT else 143)
    claim(release_status("metallb", "metallb-system") == "deployed", "the running command was not finished")
    claim("expose:" not in talk.raw, f"a new command was started:\n{talk.raw}")
    claim("iplease resume" in talk.raw, talk.raw)
    events = last_journal()
    claim('"interrupted"' in json.dumps(events[-1]), f"the journal ends in {events[-1]}")


def twice():
    talk = waiting().keys("\x03").see(FINISHING, timeout=5)
    talk.keys("\x03").see("cancelling the command", timeout=5)
    talk.end(130)
    claim(release_status("metallb", "metallb-system") in ("failed", "none"), release_status("metallb", "metallb-system"))
    kubectl("uncordon", NODE)
    done = shell("env", "-u", "IPLEASE_FILE", IPLEASE, "resume", "--yes", check=False)
    claim(done.returncode == 0, f"resume after two Ctrl-C: exit {done.returncode}\n{done.stderr}")


def thrice():
    talk = waiting().keys("\x03").see(FINISHING, timeout=5)
    talk.keys("\x03").see("cancelling the command", timeout=5)
    talk.keys("\x03")
    talk.end(130)
    kubectl("uncordon", NODE)
    done = shell("env", "-u", "IPLEASE_FILE", IPLEASE, "resume", "--yes", check=False)
    claim(done.returncode == 0, f"resume after three Ctrl-C: exit {done.returncode}\n{done.stderr}")


def gone_readers():
    """enable with its streams closed or read no further does all of its work."""
    for streams in (">&-", "2>&-", ">&- 2>&-", "2>&1 | head -c 0", "-o json | head -n 0"):
        reset()
        told = shell("bash", "-c", f"set -o pipefail; '{IPLEASE}' enable --yes {streams}", check=False)
        claim(told.returncode == 0, f"{streams}: exit {told.returncode}\n{told.stdout}{told.stderr}")
        again = shell(IPLEASE, "enable", "--yes").stdout
        claim("nothing to do" in again, f"{streams}: a second run still found something: {again}")
        if not os.environ.get("IPLEASE_LONG") and streams.startswith(">&- 2"):
            break


def stream():
    """NDJSON: the first line at once, the last one with the exit code, whatever came between."""
    for args, code in ((("--yes",), 0), ((), 2), (("--yes", "--expect-cluster", "no-such-uid"), 7)):
        reset()
        began = time.monotonic()
        with subprocess.Popen([str(LABCTL), "shell", "--name", LAB, "--", IPLEASE, "enable", "-o", "json", *args],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
            first = json.loads(run.stdout.readline())
            print(f"first line after {time.monotonic() - began:.2f} s, labctl's start included", flush=True)
            lines = [json.loads(line) for line in run.stdout]
        claim(first["type"] == "version" and first["ui"] == "1.0", f"first line {first}")
        claim(lines[-1]["type"] == "result" and lines[-1]["exit"] == code == run.returncode, f"{args}: {lines[-1]}")
        claim(all("@message" in line for line in lines), "a line without @message")


def test():
    once(signal.SIGINT)
    reset()
    twice()
    if os.environ.get("IPLEASE_LONG"):
        reset()
        thrice()
        reset()
        once(signal.SIGHUP)
    gone_readers()
    stream()


main(test)
