# SPDX-License-Identifier: Apache-2.0
"""Nasty output from tools, files and names. None of their control characters reaches a stream, neither as text nor
inside a JSON string. A name that is not UTF-8 is not an internal fault. A child killed by a signal is reported as that.
kubectl and helm are stand-ins that print one thing for every command."""

import json
import os
import pathlib
import re
import subprocess
import tempfile

from run import CLEAN, IPLEASE

POOL = ["--pool", "198.51.100.32/28"]
NASTY = r"\033]0;owned\007\033[2J\033[31mred\033[0m bell\007 nul\000 c1\302\233 del\177 back\010 over\rwritten \377\376 \342\200\256turned"
# C0 without tab and line feed, DEL, C1, and the marks that change the writing direction.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
OURS = re.compile("\x1b\\[[0-9;]*m")  # colours, if requested


def tool(folder, name, text):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def say(*args, code=None, home="/nonexistent"):
    done = subprocess.run([IPLEASE, *args], input=b"", capture_output=True, env={**CLEAN, "HOME": str(home)},
                          check=False, timeout=60)
    assert done.returncode != 70, f"{args}: exit 70\n{done.stderr}"
    assert code is None or done.returncode == code, f"{args}: exit {done.returncode}, wanted {code}\n{done.stderr}"
    return done


def plain(what, raw, colours=False):
    text = raw.decode("utf-8")  # raises if it is not UTF-8
    found = CONTROL.search(OURS.sub("", text) if colours else text)
    assert not found, f"{what}: {found.group()!r} in {text[max(0, found.start() - 60):found.end() + 20]!r}"
    return text


def strings(value):
    if isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from strings(member)
    elif isinstance(value, str):
        yield value


def plain_json(what, raw):
    text = plain(what, raw)
    documents = [json.loads(line) for line in text.splitlines()] if "\n{" in text.strip() else [json.loads(text)]
    for one in strings(documents):
        plain(f"{what}, unpacked", one.encode("utf-8"))
    return documents


def tools(folder):
    kubeconfig = folder / "config"
    kubeconfig.write_text("", encoding="utf-8")
    nasty = tool(folder, "nasty", f"printf '{NASTY}\\n'; printf 'no such host {NASTY}\\n' >&2; exit 1")
    with_it = ["--kubectl", nasty, "--helm", nasty, "--kubeconfig", str(kubeconfig)]
    for words in (["status"], ["plan", *POOL], ["doctor", *POOL], ["enable", "--yes", *POOL], ["verify", *POOL]):
        done = say(*words, *with_it)
        said = plain(words, done.stdout + done.stderr)
        assert "red bell\\x07 nul\\x00 c1\\x9b" in said and "owned" not in said, f"{words}: not told\n{said}"
        done = say(*words, *with_it, "--color", "always")
        plain(words, done.stdout + done.stderr, colours=True)
        done = say(*words, *with_it, "-o", "json")
        plain(words, done.stderr)
        assert "bell\\x07" in str(plain_json(words, done.stdout)).replace("\\\\", "\\"), done.stdout


def names(folder):
    flags = os.fsencode(folder) + b"/fl\xe4gs\x1b[31m.yaml"
    pathlib.Path(os.fsdecode(flags)).write_text("pool:\n  addresses: [198.51.100.32/28]\nnope: 1\n", encoding="utf-8")
    odd = os.fsdecode(b"/nonexistent/\xff\x1b]0;t\x07\xc3")
    for words in (["config", "validate", "-f", os.fsdecode(flags)],
                  ["plan", "--offline", "-f", os.fsdecode(flags)],
                  ["plan", "--offline", *POOL, "--provider-values", odd],
                  ["plan", "--offline", *POOL, "--kubeconfig", odd],
                  ["plan", "--offline", *POOL, "--set", "cluster.context=" + odd],
                  ["status", "--kubeconfig", odd], ["doctor", "--state-dir", odd],
                  ["plan", *POOL, "--kubectl", odd], ["enable", "--yes", *POOL, "--helm", odd],
                  ["values", odd], ["migrate", "--from", odd], ["config", "init", odd], ["explain", odd], ["nope" + odd]):
        done = say(*words)
        plain(words, done.stdout + done.stderr)
        if words[0] in ("config", "plan", "status", "doctor", "enable") and words[1] != "init":
            done = say(*words, "-o", "json")
            plain_json(words, done.stdout)
            plain(words, done.stderr)
    plain("script", say("plan", "--offline", *POOL, "-o", "sh", code=0).stdout)


def killed(folder):
    kubeconfig = folder / "config"
    for number, words in ((9, "SIGKILL: most likely the kernel ended it because memory ran out"), (11, "SIGSEGV")):
        dying = tool(folder, "dying", f"kill -{number} $$")
        done = say("plan", *POOL, "--kubectl", dying, "--kubeconfig", str(kubeconfig))
        said = plain("killed", done.stdout + done.stderr)
        assert f"killed by {words}" in said, f"signal {number} is not told\n{said}"


with tempfile.TemporaryDirectory() as temporary:
    tools(pathlib.Path(temporary))
    names(pathlib.Path(temporary))
    killed(pathlib.Path(temporary))
print("control characters, odd names, signals: as they should be")
