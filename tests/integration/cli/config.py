# SPDX-License-Identifier: Apache-2.0
"""`config init` without a cluster, and templates/flags.example.yaml, which it wrote (IPLEASE_TEST_ACCEPT=1 rewrites
it). The file is valid once the pool is filled in, and with every key switched on."""

import json
import os
import pathlib
import re
import tempfile

from run import TOP, iplease

EXAMPLE = TOP / "templates/flags.example.yaml"
POOL = ("--pool", "198.51.100.32/28,198.51.100.64-198.51.100.70")


def validate(text):
    return iplease("config", "validate", "-f", "-", stdin=text)


def switched_on(text):
    """Switches on every key that a # directly in front switches off, except those that need Kubespray."""
    on = re.sub(r"^#(?! \S)", "", text, flags=re.M)
    return re.sub(r"^  kubespray:\n(?:(?:    |# ).*\n)*", "", on, flags=re.M)


example = iplease("config", "init", "--offline", *POOL)
if os.environ.get("IPLEASE_TEST_ACCEPT"):
    EXAMPLE.write_text(example, encoding="utf-8")
assert EXAMPLE.read_text(encoding="utf-8") == example, "templates/flags.example.yaml is not what config init writes"
assert validate(example) == "valid: 23 addresses in the pool\n"
assert validate(switched_on(example)) == "valid: 23 addresses in the pool\n"
assert switched_on(example).count("\n  ") > 20

# Removing one # switches one key on. A key that needs another key names it, and reports nothing else.
BESIDE = {"run: false": "", "inventory:": "metallb.install", "dir:": "metallb.install", "version: v2": "metallb.install"}
lines = example.splitlines(keepends=True)
for at, line in enumerate(lines):
    if re.match(r"#(?! \S)", line):
        one = "".join([*lines[:at], line[1:], *lines[at + 1:]])
        wanted = next((word for part, word in BESIDE.items() if line[1:].strip().startswith(part)), "")
        told = iplease("config", "validate", "-f", "-", stdin=one, code=2 if wanted else 0)
        assert wanted in told and "unknown" not in told, (line, told)

empty = iplease("config", "init", "--offline")
assert "addresses: []" in empty and "FILL IN" in empty
told = iplease("config", "validate", "-f", "-", stdin=empty, code=2)
assert "pool.addresses" in told, told
validate(empty.replace("addresses: []", "addresses: [198.51.100.32/28]"))

with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder) / "flags.yaml"
    iplease("config", "init", "--offline", str(file))
    assert file.read_text(encoding="utf-8") == empty
    file.write_text("mine\n", encoding="utf-8")
    told = iplease("config", "init", "--offline", str(file), code=12)
    assert "IPL-CFG-022" in told and file.read_text(encoding="utf-8") == "mine\n", told
    assert os.listdir(folder) == ["flags.yaml"]
    for out in ("-", "/dev/stdout"):
        assert iplease("config", "init", "--offline", out) == empty
    os.mkfifo(f"{folder}/pipe")
    # Standard output is a pipe here. Opened under another name, it would block.
    for other in (f"{folder}/pipe", "/dev/null", "/dev/fd/1", "/proc/self/fd/1", "/dev/stderr", folder):
        assert "IPL-CFG-022" in iplease("config", "init", "--offline", other, code=12)
    os.remove(f"{folder}/pipe")
    told = iplease("config", "init", "--offline", f"{folder}/nowhere/flags.yaml", code=12)
    assert "IPL-CFG-023" in told, told

keys = iplease("config", "explain").splitlines()
assert "pool.addresses (list of addresses)" in keys and len(keys) > 35
for line in keys:
    iplease("config", "explain", line.split(" ")[0])

# What is in force and why, without a cluster: from a pipe, a flag, a variable, an unfinished run.
with tempfile.TemporaryDirectory() as folder:
    run = pathlib.Path(folder) / "iplease" / "uid-1" / "runs" / "20261124-064000-k3f9"
    run.mkdir(parents=True)
    event = {"v": 1, "n": 0, "t": "2026-11-24T06:40:00.000Z", "ev": "run", "iplease": "0.1.0", "run": run.name, "seq": 1,
             "cluster": "uid-1", "command": "enable",
             "settings": {"strictARP": {"texts": ["leave"], "source": "flag", "where": "--set strictARP"}}}
    intent = {"v": 1, "n": 1, "t": "2026-11-24T06:40:01.000Z", "ev": "intent", "stage": "pool", "step": "pool/create",
              "kind": "run", "argv": ["kubectl", "create", "-f", "-"]}
    (run / "journal.jsonl").write_text(f"{json.dumps(event)}\n{json.dumps(intent)}\n", encoding="utf-8")
    asked = ("--timeout", "provider=9m", "--state-dir", folder)
    shown = iplease("config", "show", "-f", "-", *asked, stdin=example)
    for lines in ("pool.addresses: [198.51.100.32/28, 198.51.100.64-198.51.100.70]\n    from file: standard input:",
                  "timeouts.provider: 9m\n    from flag: --timeout\n", "tools.helm: [helm]\n    from default\n",
                  "strictARP: leave\n    from unfinished run: --set strictARP\n"):
        assert lines in shown, f"{lines}\n{shown}"
    found = json.loads(iplease("config", "show", "-o", "json", *POOL, *asked))
    assert found["type"] == "settings" and found["ui"] == "1.0", found
    assert [f"{key} " for key in found["settings"]] == [line[:line.index("(")] for line in keys], found
    assert all(one["help"] and one["source"] for one in found["settings"].values()), found
    assert found["settings"]["strictARP"]["source"] == "unfinished run", found
    elsewhere = json.loads(iplease("config", "show", "-o", "json", *asked, "--expect-cluster", "uid-2"))
    assert elsewhere["settings"]["strictARP"]["source"] == "default", elsewhere
    secret = iplease("config", "show", "--set", "metallb.values={apiToken: hunter2}")
    assert "metallb.values: ***\n" in secret and "hunter2" not in secret, secret
    assert "IPL-POOL-004" in iplease("config", "show", "--pool", "10.0.0.0/8", code=2)
print(f"example with {len(keys)} keys is valid, off and on")

# What is printed to be typed next keeps the options, also where a name sounds like a secret, and repeats no secret.
told = iplease("plan", "--offline", *POOL, "--context", "oauth-prod")
assert "--context oauth-prod\n" in told.split("To do it:")[1], told[-400:]
told = iplease("plan", "--offline", *POOL, "--set", 'metallb.values={"passphrase":"canary-one"}')
assert "canary-one" not in told and told.split("To do it:\n")[1].startswith("  iplease enable\n"), told[-400:]
