# SPDX-License-Identifier: Apache-2.0
"""docs/schemas against what the program prints with `-o json`: the output of every command that offers it, and its
refusals. Every schema checks real documents, and refuses each of them once it is broken. kubectl and helm are missing,
or stand-ins for a recorded cluster."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

from run import IPLEASE, TOP, commands, iplease

sys.path.insert(0, str(TOP / "tests" / "support"))
from broken import breaks  # noqa: E402
from json_schema import VALIDATOR, check, check_stream, schemas, validator  # noqa: E402
from recorded import at_work, recordings  # noqa: E402

NOWHERE = {"PATH": "/nonexistent", "HOME": "/nonexistent", "TERM": "dumb"}
POOL = ("--pool", "198.51.100.32/28")
STREAMS = ("enable", "apply", "undo", "resume", "verify")  # and doctor --fix
OFFERED = [name for name in commands() if re.search(r"(?m)^  -o, --output .*\bjson\b", iplease(*name.split(), "--help"))]
FOUND = {}  # schema -> the documents checked against it
GIVEN = set()  # commands whose own document or stream was checked
REFUSED = set()  # (command, id)
RUN = "20261123-064000-k3f9"
UID = "6f0c9a3e-0000-4000-8000-000000000001"
JOURNAL = (
    {"v": 1, "n": 0, "t": "2026-11-23T06:40:00.000Z", "ev": "run", "iplease": "0.1.0", "run": RUN, "seq": 1, "cluster": UID,
     "command": "enable", "settings": {"metallb.values": {"secret": True, "source": "file", "where": "flags.yaml:7"}}},
    {"v": 1, "n": 1, "t": "2026-11-23T06:40:01.000Z", "ev": "paid", "debt": "verify"},
    {"v": 1, "n": 2, "t": "2026-11-23T06:40:01.000Z", "ev": "settled", "step": "pool/apply", "how": "observed"},
    {"v": 1, "n": 3, "t": "2026-11-23T06:40:02.000Z", "ev": "intent", "stage": "pool", "step": "pool/create", "kind": "run",
     "argv": ["kubectl", "create", "-f", "-"], "stdin": "secret"},
)
FLAGS = """apiVersion: iplease.akash.network/v1
kind: Enablement
pool: {addresses: [198.51.100.32/28]}
"""
CONFIGMAP = """apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: metallb-system}
data:
  config: |
    address-pools:
    - {name: default, protocol: layer2, addresses: [198.51.100.32/28]}
"""
# What a schema leaves open: extra keys of a journal, values of MetalLB's chart, MetalLB's objects.
OPEN = {"run": r"\.events\[.*\.no_such_key added", "migrate": r"\.spec\.",
        "plan": r"\.value\.", "kept-plan": r"\.settings\.no_such_key added", "settings": r"\.value\."}
# These keys contain what another schema describes; its own documents test that.
ELSEWHERE = {"event": ("plan", "findings"), "validation": ("settings",), "kept-plan": ("plan",)}
# Optional keys.
STEP = r"\.steps\[[^.]*\.(stdin|stdin_secret|watch|owes|pays|cleanup|ask|inside|unless_there|holds) removed|\.(kept|command) removed"
OPTIONAL = {"plan": STEP,
            "kept-plan": r"\.settings\.[a-zA-Z.-]+(?<!\.source)(?<!\.where)(?<!\.texts)(?<!\.secret) removed",
            "run": r"\.settings\.\S+(?<!\.source)(?<!\.where) removed|\.events\[.*\.(argv|stdin|reason|owes|fields|was|is|only|what|path|diff"
                   r"|url|plan|sum|out|err|pays|proved|seen|subject|before|expect) removed"}
# Texts for people, which may be empty.
TALK = {"saw", "cause", "fix", "what", "evidence", "error", "result", "reason", "why", "detail", "where", "default"}
# The keywords of JSON Schema in use. A misspelt keyword would promise what nothing checks.
WORDS = {"$schema", "$ref", "$defs", "title", "description", "type", "const", "enum", "properties", "required", "pattern",
         "additionalProperties", "dependentRequired", "items", "minItems", "minLength", "minimum", "maximum", "contains",
         "oneOf", "anyOf", "allOf", "if", "then", "else"}


def command_of(words):
    return next(name for name in OFFERED if list(words[: len(name.split())]) == name.split())


def streams(words):
    return "--dry-run" not in words and (command_of(words) in STREAMS or "--fix" in words)


def ran(words, code, env):
    done = subprocess.run([IPLEASE, *words, "-o", "json"], capture_output=True, text=True, env=env, check=False, timeout=60,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == code, f"{words}: exit {done.returncode}, wanted {code}\n{done.stdout}{done.stderr}"
    if streams(words):
        found = check_stream(done.stdout)
        assert found[-1]["exit"] == code, f"{words}: {found[-1]}"
        FOUND.setdefault("event", []).extend(found)
        return found
    return json.loads(done.stdout)


def document(schema, *words, code=0, env=NOWHERE):
    told = check(schema, ran(words, code, env))
    FOUND.setdefault(schema, []).append(told)
    GIVEN.add(command_of(words))
    return told


def stream(*words, code=0, env=NOWHERE):
    GIVEN.add(command_of(words))
    return ran(words, code, env)


def refused(identity, *words, code=2, env=NOWHERE):
    """The output is only the problem, as a document or in a stream."""
    told = ran(words, code, env)
    if streams(words):
        problems = [one for one in told if one["type"] == "diagnostic"]
    else:
        FOUND.setdefault("refusal", []).append(check("refusal", told))
        assert told["exit"] == code, told
        problems = told["problems"]
    assert identity in [one["id"] for one in problems], f"{words}: wanted {identity}, told {problems}"
    REFUSED.add((command_of(words), identity))


def typed():
    """A value in a plan equals the value in `config show`, typed as in a flags file."""
    given = ("--pool", "198.51.100.32/28,198.51.100.64-198.51.100.70", "--timeout", "provider=9m",
             "--kubectl", "k3s kubectl", "--accept-risk", "IPL-POOL-031",
             "--set", "pool.avoidBuggyIPs=true", "--set", "pool.interfaces=eth0", "--set", "strictARP=leave",
             "--set", "metallb.values={speaker: {frr: {enabled: false}}}", "--set", "provider.attributes=ip-lease")
    shown = document("settings", "config", "show", *given)["settings"]
    rows = [row for row in document("plan", "plan", "--offline", *given)["settings"] if row["source"] == "flag"]
    other = [(row, shown[row["key"]]) for row in rows if row["value"] != shown[row["key"]]["value"]]
    assert not other and len(rows) == 9, f"{len(rows)} settings; otherwise than in config show: {other}"
    secret = ("--set", "metallb.values={apiToken: hunter2}")
    told = document("settings", "config", "show", *secret), document("plan", "plan", "--offline", *POOL, *secret)
    assert "hunter2" not in json.dumps(told), told


def offline(folder):
    document("version", "version")
    document("settings", "config", "show")
    document("plan", "plan", "--offline", *POOL)
    blocked = document("plan", "plan", "--offline", *POOL, "--metallb", "adopt", code=3)
    assert blocked["blocked"] and any(stage["problems"] for stage in blocked["stages"]), blocked
    inventory = str(TOP / "tests" / "data" / "kubespray" / "new")
    asking = document("plan", "plan", "--offline", *POOL, "--metallb", "kubespray", "--kubespray-inventory", inventory,
                      "--kubespray-version", "v2.31.0")
    kinds = {step["kind"] for stage in asking["stages"] for step in stage["steps"]}
    assert kinds == {"run", "read", "wait", "write"} and '"ask"' in json.dumps(asking), kinds
    file = folder / "flags.yaml"
    file.write_text(FLAGS, encoding="utf-8")
    good = document("validation", "config", "validate", "-f", str(file))
    assert good["valid"] and good["pool"]["count"] == 16 and good["problems"] == [], good
    file.write_text(FLAGS.replace("198.51.100", "192.168.1"), encoding="utf-8")
    warned = document("validation", "config", "validate", "-f", str(file))
    assert warned["valid"] and [one["severity"] for one in warned["problems"]] == ["warning"], warned
    file.write_text(FLAGS.replace("198.51.100.32/28", "10.0.0.0/8") + "nope: 1\n", encoding="utf-8")
    bad = document("validation", "config", "validate", "-f", str(file), code=2)
    assert not bad["valid"] and all(one["line"] for one in bad["problems"]), bad
    file.write_text(CONFIGMAP, encoding="utf-8")
    document("migrate", "migrate", "--from", str(file))
    assert document("status", "status", code=11)["state"] == "unreachable"
    for words in ((), ("--pre",)):
        found = {one["id"]: one for one in document("doctor", "doctor", *words, code=11)["findings"]}
        assert found["IPL-CLU-004"]["outcome"] == "fail" and "not found" in found["IPL-CLU-004"]["evidence"], found["IPL-CLU-004"]


def remembered(folder):
    there = ("--state-dir", str(folder))
    assert document("runs", "runs", "list", *there)["runs"] == []
    refused("IPL-RUN-011", "runs", "show", *there)
    run = folder / "iplease" / UID / "runs" / RUN
    run.mkdir(parents=True)
    journal = run / "journal.jsonl"
    journal.write_text("".join(json.dumps(line) + "\n" for line in JOURNAL), encoding="utf-8")
    listed = document("runs", "runs", "list", *there)["runs"]
    assert [(one["run"], one["outcome"]) for one in listed] == [(RUN, "unfinished")], listed
    assert document("run", "runs", "show", RUN, *there)["events"] == list(JOURNAL)
    journal.chmod(0o666)
    refused("IPL-RUN-075", "runs", "list", *there, code=12)
    refused("IPL-RUN-075", "runs", "show", *there, code=12)


def recorded(folder):
    """A whole enable, then the commands that show its result."""
    recordings(folder)
    env = at_work(folder)
    assert document("plan", "plan", env=env)["changes"]
    assert document("plan", "enable", "--dry-run", env=env)["found"]["releases"]
    kinds = {event["type"] for event in stream("enable", "--yes", env=env)}
    assert kinds >= {"plan", "stage_start", "command_start", "wait", "command_end", "warning", "stage_end"}, kinds
    assert "verified" in {event["type"] for event in stream("verify", "--keep", env=env)}
    assert [event["type"] for event in stream("resume", "--yes", env=env)] == ["version", "note", "result"]
    assert "doctor" in {event["type"] for event in stream("doctor", "--fix", "--yes", code=4, env=env)}
    assert document("doctor", "doctor", code=4, env=env)["sum"]["ok"] > 40
    found = document("status", "status", env=env)
    assert found["state"] == "on" and found["applied"] and found["pools"] and found["versions"]["provider"], found
    runs = document("runs", "runs", "list", env=env)["runs"]
    assert [(one["command"], one["outcome"]) for one in runs] == [("enable", "done"), ("verify", "done")], runs
    shown = document("run", "runs", "show", runs[0]["run"], env=env)["events"]
    assert shown[0]["ev"] == "run" and shown[-1]["ev"] == "close", shown
    kept = str(folder / "kept.json")
    assert document("plan", "plan", "--out", kept, env=env)["changes"]
    FOUND["kept-plan"] = [check("kept-plan", json.loads(pathlib.Path(kept).read_text(encoding="utf-8")))]
    assert stream("apply", kept, env=env)[-1]["exit"] == 0
    asked = document("plan", "undo", "--dry-run", code=3, env=env)
    assert asked["command"] == "undo" and asked["blocked"], asked
    words = ("undo", "--yes", "--accept-risk", "undo.leases=1")
    undone = [event for event in stream(*words, env=env) if event["type"] == "undone"]
    assert undone and undone[0]["objects"] and not undone[0]["kept"], undone
    for file in (folder / "state").rglob("plan.json"):  # docs/journal.md
        check("plan", json.loads(file.read_text(encoding="utf-8")))


def refusals(folder):
    for name in OFFERED:
        refused("IPL-CLI-002", *name.split(), "--no-such-option")
    for name in ("enable", "resume", "plan", "verify", "status", "doctor", "config show", "config validate"):
        refused("IPL-CLI-008", *name.split(), "-f", str(folder / "nowhere.yaml"))
    refused("IPL-CLI-008", "doctor", "--fix", "-f", str(folder / "nowhere.yaml"))
    refused("IPL-MIG-002", "migrate", "--from", str(folder / "nowhere.yaml"))
    refused("IPL-CLI-003", "status", "--wait", "soon")
    for words in (("enable", "--yes", *POOL), ("plan", *POOL), ("verify",)):
        refused("IPL-CLU-003", *words, code=11)
    file = folder / "flags.yaml"
    file.write_text(FLAGS + "nope: 1\n", encoding="utf-8")
    for words in (("plan", "--offline"), ("enable", "--yes"), ("config", "show")):
        refused("IPL-CFG-003", *words, "-f", str(file))
    file.write_text(FLAGS.replace("198.51.100", "192.168.1"), encoding="utf-8")
    told = ran(("enable", "--yes", "-f", str(file)), 11, NOWHERE)
    assert [(one["id"], one["line"]) for one in told if one["type"] == "warning"] == [("IPL-POOL-008", 3)], told
    assert any("line" in one["problems"][0] for one in FOUND["refusal"]), "no refusal with a place in a file"


def words_of(schema, where):
    """The schema uses only known keywords, and every object says whether it may have unnamed keys."""
    if isinstance(schema, bool):
        return
    assert not set(schema) - WORDS, f"{where}: {set(schema) - WORDS}"
    for key in ("properties", "$defs"):
        for name, inner in schema.get(key, {}).items():
            words_of(inner, f"{where}.{name}")
    for key in ("items", "contains", "if", "then", "else", "additionalProperties"):
        words_of(schema.get(key, True), f"{where}.{key}")
    for key in ("oneOf", "anyOf", "allOf"):
        for at, inner in enumerate(schema.get(key, [])):
            words_of(inner, f"{where}.{key}[{at}]")
    if schema.get("type") == "object" and "oneOf" not in schema:
        assert "additionalProperties" in schema, f"{where} does not say whether other keys may come"
        unnamed = set(schema.get("required", [])) - set(schema.get("properties", {}))
        assert not unnamed, f"{where} requires {unnamed}, of which it says nothing"


def bite(name):
    """How many ways of breaking its documents were tried. The schema refuses all of them, except open or optional
    ones."""
    known, missed = set(), []
    valid = validator(name).is_valid
    for told in FOUND[name]:
        for how in breaks(told, known, ELSEWHERE.get(name, ())):
            if valid(told) and not any(re.search(let.get(name, "^$"), how) for let in (OPEN, OPTIONAL)):
                missed.append(how)
    assert not missed, f"{name}.schema.json lets pass: {missed}"
    return len(known)


def named(document):
    """Every key with an empty text. A missing value is null; only texts for people may be empty."""
    for key, value in document.items() if isinstance(document, dict) else enumerate(document):
        if value == "":
            yield key
        elif isinstance(value, (dict, list)):
            yield from named(value)


def complete():
    for schema, documents in FOUND.items():
        empty = {key for told in documents for key in named(told)} - TALK
        assert not empty, f"{schema}: an empty text in place of null: {empty}"
    assert sorted(FOUND) == sorted(schemas()), f"without a document: {set(schemas()) - set(FOUND)}"
    assert GIVEN == set(OFFERED), f"offers -o json and is not covered: {set(OFFERED) - GIVEN}"
    types = {branch["$ref"].split("/")[-1].removesuffix(".schema.json") for branch in schemas()["event"]["oneOf"]}
    seen = {event["type"] for event in FOUND["event"]}
    assert types - seen <= {"ask"}, f"events that were not seen: {types - seen}"  # ask: a Kubespray play run by hand


for schema_name, schema_text in schemas().items():
    VALIDATOR.check_schema(schema_text)
    words_of(schema_text, schema_name)
    assert {"title", "description"} <= set(schema_text), schema_name
typed()
for part in (offline, remembered, recorded, refusals):
    with tempfile.TemporaryDirectory() as scratch:
        part(pathlib.Path(scratch))
complete()
tried = {schema_name: bite(schema_name) for schema_name in FOUND}
print(f"{sum(map(len, FOUND.values()))} documents of {len(GIVEN)} commands are as {len(tried)} schemas say, "
      f"which see what breaks them in {sum(tried.values())} ways; {len(REFUSED)} refusals")
