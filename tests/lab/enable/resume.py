# SPDX-License-Identifier: Apache-2.0
"""`iplease resume` without arguments uses the settings of the killed run, including how it reached the cluster. Flags
win over them. A run says what is done and what is left."""

import json
import subprocess

from killing import kill_in
from onlab import IPLEASE, LAB, LABCTL, LONG, STATE, audit_mark, claim, end_state, iplease, main, shell, usage, writes_since
from canaries import no_secret_kept, noting_tools
from json_schema import check

BARE = ("env", "-u", "IPLEASE_FILE", "-u", "KUBECONFIG")
GIVEN = (
    "--kubeconfig", f"{STATE}/kubeconfig", "-f", f"{STATE}/iplease.yaml", "--pool", "203.0.113.100-203.0.113.105",
    "--set", "provider.attributes=ip-lease,capabilities/ip-lease",
)


def reset():
    subprocess.run([LABCTL, "reset", "--name", LAB], check=True, timeout=300)


def bare(*args, check=True):
    return shell(*BARE, IPLEASE, *args, check=check)


def killed_then_resumed(undisturbed):
    said = kill_in("pool", "enable", "--yes", *GIVEN, *noting_tools(), before=BARE)
    plan = bare("plan", *GIVEN[:2]).stdout
    claim("203.0.113.100-203.0.113.105, 6 addresses" in plan and "unfinished run" in plan, f"plan says\n{plan}")
    told = bare("resume", "--yes")
    claim("stopped in step pool/" in told.stderr, f"resume does not say where: {told.stderr}")
    claim("left: " in told.stderr and "done: " in told.stderr, f"resume does not say what is left: {told.stderr}")
    claim(usage()["Available"] == 6, f"/usage says {usage()}")
    found = end_state()
    for one, other in zip(undisturbed, found, strict=True):
        claim(one == other, f"resumed, it ended in\n{other}\nundisturbed\n{one}")
    mark = audit_mark()
    again = bare("resume", "--yes", *GIVEN[:2])
    claim("nothing to resume" in again.stdout, f"resume after the end: {again.stdout}{again.stderr}")
    claim(writes_since(mark) == [], f"it wrote {writes_since(mark)}")
    runs_are_told()
    no_secret_kept(said, plan, told.stdout, told.stderr, again.stdout, again.stderr)


def runs_are_told():
    """`runs`: the list, a run's steps from its journal, and its whole output from its log."""
    listed = check("runs", json.loads(bare("runs", "list", "-o", "json", *GIVEN[:2]).stdout))
    claim([one["outcome"] for one in listed["runs"]] == ["unfinished", "done"], f"the list says {listed}")
    last = listed["runs"][-1]["run"]
    events = check("run", json.loads(bare("runs", "show", last, "-o", "json", *GIVEN[:2]).stdout))["events"]
    claim(events[0]["ev"] == "run" and events[-1]["outcome"] == "done", f"{events[0]} {events[-1]}")
    outside = bare("runs", "show", f"../runs/{last}", *GIVEN[:2], check=False)
    claim(outside.returncode == 2 and "IPL-RUN-011" in outside.stderr, f"a way out of the folder of runs: {outside}")
    steps = bare("runs", "show", last, *GIVEN[:2]).stdout
    log = bare("runs", "log", last, *GIVEN[:2]).stdout
    claim("ended: done" in steps and "ended: done" not in log, f"show and log are the same:\n{log}")
    claim("info stage provider (10 of 11)" in log and "debug out: " in log, f"the log is not whole:\n{log}")


def flags_count_above():
    kill_in("metallb", "enable", "--yes", *GIVEN, before=BARE)
    bare("resume", "--yes", "--pool", "203.0.113.110-203.0.113.112")
    claim(usage()["Available"] == 3, f"a flag of resume does not count: {usage()}")


def failure_says_what_is_left():
    helm = STATE / "home" / "failing-helm"
    helm.write_text(
        f'#!/bin/sh\ncase "$*" in *"--install akash-ip-operator"*) echo "Error: made to fail" >&2; exit 1;; esac\n'
        f'exec {STATE}/bin/helm "$@"\n', encoding="utf-8")
    helm.chmod(0o755)
    told = iplease("enable", "--yes", "--helm", str(helm), check=False)
    claim(told.returncode == 1, f"helm fails for the IP operator: exit {told.returncode}\n{told.stderr}")
    last = told.stderr.rstrip().splitlines()[-2:]
    claim("done: namespace, metallb, expose, pool, provider-values; left: ip-operator, provider, verify" in last[0],
          f"not what is done and left: {last}")
    claim(last[1].startswith("Resume with:  iplease resume   (run "), f"not how to go on: {last}")
    claim(told.stderr.count("error IPL-") == 1, f"the error is told more than once:\n{told.stderr}")
    claim("stages 1 to 8 are done\n" in told.stderr, f"a Helm that failed may have changed something: {told.stderr}")
    iplease("resume", "--yes", "--helm", f"{STATE}/bin/helm")


def test():
    bare("enable", "--yes", *GIVEN)
    undisturbed = end_state()
    for case in (lambda: killed_then_resumed(undisturbed), *[flags_count_above] * LONG, failure_says_what_is_left):
        reset()
        case()


main(test)
