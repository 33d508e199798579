# SPDX-License-Identifier: Apache-2.0
"""Printed commands use the name that the program was called by, quote paths for the shell, and appear once. kubectl is
a stand-in that fails to reach its cluster with the words of the real one."""

import json
import pathlib
import re
import subprocess
import tempfile

from run import CLEAN, IPLEASE, commands, on_terminal

POOL = ("--pool", "198.51.100.32/28")
DEAD = 'echo "error: error loading config file \\"dead.yaml\\": yaml: line 1: no map" >&2; exit 1'
OURS = re.compile(rf"(?<!kubectl )(?<![\w/-])iplease (?=(?:{'|'.join(commands())})\\b|--)")


def say(program, *words, code):
    done = subprocess.run([program, *words], input="", capture_output=True, text=True, env=CLEAN, check=False, timeout=60)
    assert done.returncode == code, f"{words}: exit {done.returncode}, wanted {code}\n{done.stdout}{done.stderr}"
    return done


def as_plugin(plugin, kubectl):
    for words, code, wanted in (
        (("status", "--kubectl", kubectl), 11, "kubectl iplease status --context NAME"),
        (("plan", *POOL, "--kubectl", kubectl), 11, "more    kubectl iplease explain IPL-CLU-001"),
        (("plan", "--offline", *POOL), 0, "To do it:\n  kubectl iplease enable --pool 198.51.100.32/28\n"),
        (("doctor", "--kubectl", kubectl), 11, "kubectl iplease explain"),
        (("values",), 2, "for example: kubectl iplease values provider.yaml"),
        (("migrate",), 2, "for example: kubectl iplease migrate --from"),
        (("explain",), 0, "kubectl iplease config explain lists them"),
        (("explain", "IPL-POOL-040"), 0, "fix     kubectl iplease enable --pool"),
        ((), 2, "kubectl iplease man"),
    ):
        done = say(plugin, *words, code=code)
        said = done.stdout + done.stderr
        assert wanted in said, f"{words}: {wanted}\n{said}"
        assert not OURS.search(said), f"{words}: {OURS.search(said)}\n{said}"
    # Documents and JSON do not depend on the name.
    for words in (("plan", "--offline", *POOL, "-o", "sh"), ("plan", "--offline", *POOL, "-o", "json"), ("man",),
                  ("completion", "bash"), ("config", "init", "--offline")):
        assert say(plugin, *words, code=0).stdout == say(IPLEASE, *words, code=0).stdout, words
    found = json.loads(say(plugin, "values", "-o", "json", code=2).stdout)
    assert "kubectl" not in found["problems"][0]["fix"], found


def quoted(plugin, folder):
    file = f"{folder}/my ans ü'.yaml"
    told = say(plugin, "config", "init", "--offline", *POOL, file, code=0).stderr
    command = told[told.index("then:\n  kubectl iplease ") + len("then:\n  kubectl iplease "):]
    done = subprocess.run(["sh", "-c", f"'{IPLEASE}' {command}"], capture_output=True, text=True, env=CLEAN, check=False)
    assert done.stdout == "valid: 16 addresses in the pool\n", f"{command}{done}"


def not_reached(kubectl):
    """The fault is reported once. A cluster that was not read has no plan."""
    for words in (("plan",), ("plan", "-o", "sh"), ("enable", "--dry-run")):
        done = say(IPLEASE, *words, *POOL, "--kubectl", kubectl, code=11)
        assert done.stdout == "" and done.stderr.count("loading config file") == 1, f"{words}: {done}"
        assert "error error" not in done.stderr and "error: error" not in done.stderr, done.stderr
    done = say(IPLEASE, "plan", "-o", "json", *POOL, "--kubectl", kubectl, code=11)
    assert [one["id"] for one in json.loads(done.stdout)["problems"]] == ["IPL-CLU-001"], done.stdout


def bare(kubectl):
    """Without arguments, on a terminal: the status, and one list of next steps."""
    said = on_terminal(env={**CLEAN, "IPLEASE_KUBECTL": kubectl}, code=11)
    assert said.count("Next:") == 1, said
    assert said.count("--help lists every command") == 1, said


with tempfile.TemporaryDirectory() as scratch:
    link = pathlib.Path(scratch) / "kubectl-iplease"
    link.symlink_to(IPLEASE)
    dead = pathlib.Path(scratch) / "kubectl"
    dead.write_text(f"#!/bin/sh\n{DEAD}\n", encoding="utf-8")
    dead.chmod(0o755)
    as_plugin(str(link), str(dead))
    quoted(str(link), scratch)
    not_reached(str(dead))
    bare(str(dead))
print("printed commands can be typed as they stand")
