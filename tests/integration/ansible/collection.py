# SPDX-License-Identifier: Apache-2.0
"""The Ansible collection as it is built and installed: its documentation is what its code says, and its modules and its role
do what they promise by the real ansible-core and the real program, as far as that needs no cluster. A recorded cluster, with
stand-ins for kubectl and helm, shows what check and diff mode make of a plan."""

import json
import os
import pathlib
import re
import stat
import subprocess
import sys
import tarfile
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from ansible_plays import SOURCE, TOP, Ansible, example, tasks  # noqa: E402
from json_schema import check  # noqa: E402
from recorded import at_work, recordings  # noqa: E402

import yaml  # noqa: E402  (recorded has asked for it)

IPLEASE = str(pathlib.Path(sys.argv[1]).resolve())
MODULES = ("iplease_enable", "iplease_info", "iplease_doctor")
GOOD = {"pool": {"addresses": ["198.51.100.32/28"]}}
BAD = {"pool": {"addresses": "198.51.100.32/28", "nope": 1}, "strictARP": "maybe", "metallb": {"version": "0.14"}}
BAD_IDS = ["IPL-CFG-003", "IPL-CFG-004", "IPL-CFG-005", "IPL-CFG-006"]
CANARY = "CANARY-of-a-vault-4e1d"
VAULT_PASSWORD = "only-of-this-test"
# A run that has nothing to do, as docs/schemas/event.schema.json has it.
IDLE = '{"type":"result","@message":"exit 0","@timestamp":"2026-12-01T12:31:26.316Z","exit":0,"changed":false,"run":null}'
# What Ansible itself adds to a result.
ANSIBLES = {"msg", "diff", "warnings", "invocation", "failed", "outcome", "ansible_facts"}
# Prints the arguments of a module, as its code gives them to Ansible.
ARGUMENTS = """
import importlib, json, sys
from ansible.module_utils import basic
def told(self, argument_spec, **rest):
    print(json.dumps(argument_spec))
    sys.exit(0)
basic.AnsibleModule.__init__ = told
importlib.import_module('ansible_collections.iplease.provider.plugins.modules.' + sys.argv[1]).main()
"""


def built(ansible):
    tarball = ansible.install()
    with tarfile.open(tarball) as tar:
        members = {one.name: one for one in tar.getmembers() if not one.isdir()}
    listed = subprocess.run(["git", "-C", SOURCE, "ls-files", "--cached", "--others", "--exclude-standard"],
                            capture_output=True, text=True, check=True).stdout.split()
    wanted = set(listed) - {"galaxy.yml", ".ansible-lint"} | {"MANIFEST.json", "FILES.json"}
    assert set(members) == wanted, f"in one of the two only: {set(members) ^ wanted}"
    assert members["LICENSE"].isfile() and members["LICENSE"].size > 10000, "the licence is not in it"
    version = re.search(r"(?m)^project\(iplease VERSION ([\d.]+) ", (TOP / "CMakeLists.txt").read_text(encoding="utf-8")).group(1)
    galaxy = yaml.safe_load((SOURCE / "galaxy.yml").read_text(encoding="utf-8"))
    assert galaxy["version"] == version, f"galaxy.yml says {galaxy['version']}, CMakeLists.txt {version}"


def documented(ansible):
    """Options as the code has them; examples that use no other."""
    for name in MODULES:
        told = json.loads(ansible.run("ansible-doc", "-j", "-t", "module", f"iplease.provider.{name}").stdout)
        page = told[f"iplease.provider.{name}"]
        options = page["doc"]["options"]
        code = json.loads(ansible.run("/usr/bin/python3", "-c", ARGUMENTS, name, env={
            "PYTHONPATH": str(ansible.folder / "collections")}).stdout)
        assert set(options) == set(code), f"{name}: documented or taken only: {set(options) ^ set(code)}"
        for option, spec in code.items():
            for key in ("type", "default", "choices", "elements"):
                assert options[option].get(key) == spec.get(key), f"{name}: {option}: {key}: {options[option]} {spec}"
        full = f"iplease.provider.{name}"
        calls = [step[full] or {} for step in yaml.safe_load(page["examples"]) if full in step]
        used = {word for call in calls for word in call}
        assert calls and used <= set(code), f"{name}: an example has {used - set(code)}"
        assert page["return"], name


def returned(ansible):
    """{module: the keys that its documentation promises}."""
    told = json.loads(ansible.run("ansible-doc", "-j", "-t", "module", *(f"iplease.provider.{name}" for name in MODULES)).stdout)
    return {name.split(".")[-1]: set(page["return"]) for name, page in told.items()}


def specified(ansible):
    """The role's defaults, argument specs and README name the same variables; the playbook and its ten providers hold."""
    role = SOURCE / "roles" / "ip_leases"
    meta, own, page = ((role / name).read_text(encoding="utf-8") for name in ("meta/argument_specs.yml", "defaults/main.yml",
                                                                              "README.md"))
    specs, defaults = yaml.safe_load(meta)["argument_specs"]["main"]["options"], yaml.safe_load(own)
    rows = set(re.findall(r"(?m)^\| `(ip_leases_\w+)` \|", page))
    assert set(specs) == set(defaults) == rows, f"{set(specs) ^ set(defaults)} {rows ^ set(defaults)}"
    for name, spec in specs.items():
        assert spec["description"] and spec["type"], name
        assert spec.get("default", defaults[name]) == defaults[name], f"{name}: {spec} {defaults[name]}"
    inventory, small = SOURCE / "playbooks" / "inventory" / "hosts.yml", ansible.folder / "guide.yml"
    small.write_text(example("yaml", "providers:\n"), encoding="utf-8")
    secret = yaml.safe_load(example("yaml", "ip_leases_secret_settings:"))["ip_leases_secret_settings"]
    for file, count in ((inventory, 10), (small, 2)):
        hosts = json.loads(ansible.run("ansible-inventory", "-i", file, "--list").stdout)["_meta"]["hostvars"]
        assert len(hosts) == len({one["ansible_host"] for one in hosts.values()}) == count, hosts
        pools = [entry for one in hosts.values() for entry in one["ip_leases_settings"]["pool"]["addresses"]]
        assert len(set(pools)) == count, pools
        for one in hosts.values():
            flags = {"apiVersion": "iplease.akash.network/v1", "kind": "Enablement", **one["ip_leases_settings"], **secret}
            subprocess.run([IPLEASE, "config", "validate", "-f", "-"], input=json.dumps(flags), text=True, check=True,
                           capture_output=True)
    ansible.run("ansible-playbook", "-i", inventory, "--syntax-check", "iplease.provider.ip_leases")


def program(folder, name, lines):
    path = folder / name
    path.write_text("#!/bin/sh\n" + lines, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def refused(ansible):
    """Each refusal says what, why and what to do, and nothing was changed."""
    old = program(ansible.folder, "old", """echo '{"type":"version","ui":"1.0","version":"0.0.9","commit":"x"}'\n""")
    other = program(ansible.folder, "other", "echo usage >&2; exit 2\n")
    cut = program(ansible.folder, "cut", f'case "$1" in enable) cat; echo broken; exit 0 ;; esac; exec {IPLEASE} "$@"\n')
    unreached = {"binary": IPLEASE, "kubeconfig": str(ansible.folder / "nowhere")}
    ran = ansible.play(tasks(
        ("settings", "iplease_enable", {"binary": IPLEASE, "settings": BAD}),
        ("of doctor", "iplease_doctor", {"binary": IPLEASE, "settings": BAD}),
        ("arguments", "iplease_enable", {"setings": GOOD, "state": "gone", "accept_risks": {"a": 1}}),
        ("both", "iplease_enable", {"binary": IPLEASE, "settings": GOOD, "flags_file": "/flags.yaml"}),
        ("missing", "iplease_enable", {"binary": str(ansible.folder / "none"), "settings": GOOD}),
        ("old", "iplease_info", {"binary": old}),
        ("other", "iplease_info", {"binary": other}),
        ("cut", "iplease_enable", {"binary": cut, "settings": GOOD}),
        ("no file", "iplease_enable", {"binary": IPLEASE, "flags_file": str(ansible.folder / "no.yaml")}),
        ("enable", "iplease_enable", {**unreached, "settings": GOOD}),
        ("absent", "iplease_enable", {**unreached, "state": "absent"}),
        ("info", "iplease_info", unreached),
        ("doctor", "iplease_doctor", unreached),
        ("doctor fix", "iplease_doctor", {**unreached, "fix": True}),
    ), name="refused")
    for one in ran.results:
        assert one["outcome"] == "failed" and not one["result"].get("changed"), one
    for name in ("settings", "of doctor"):
        one = ran.of(name)
        assert sorted(problem["id"] for problem in one["problems"]) == BAD_IDS and one["exit_code"] == 2, one
        for key in ("id", "what", "cause", "fix"):
            assert all(problem[key] in one["msg"] for problem in one["problems"]), one["msg"]
    said = ran.of("arguments")["msg"]
    for part in ("Unsupported parameters: setings", "value of state must be one of: present, absent", "'accept_risks' is of type"):
        assert part in said, said
    assert "mutually exclusive" in ran.of("both")["msg"], ran.of("both")
    for name, parts in {"missing": ("is not on this host", "ip_leases_package"), "old": ("0.0.9, too old", "0.1.0 or newer"),
                        "other": ("does not answer as an iplease",), "cut": ("did not succeed (exit 0)",)}.items():
        assert all(part in ran.of(name)["msg"] for part in parts), ran.of(name)
    assert [one["id"] for one in ran.of("no file")["problems"]] == ["IPL-CLI-008"], ran.of("no file")
    for name in ("enable", "absent", "info", "doctor", "doctor fix"):
        one = ran.of(name)
        assert one["exit_code"] == 11, one
        [problem] = [problem for problem in one["problems"] if problem["id"] in ("IPL-CLU-001", "IPL-CLU-003")][:1]
        assert problem["cause"] and problem["fix"] and problem["id"] in one["msg"] and problem["fix"] in one["msg"], one
    assert ran.of("info")["status"]["state"] == "unreachable", ran.of("info")
    return [ran]


def recorded(ansible):
    """Check and diff mode on a recorded cluster, a whole run, and what is told of it; the documents are iplease's own."""
    folder = ansible.folder / "recorded"
    folder.mkdir()
    recordings(folder)
    env = at_work(folder)
    values = folder / "home" / "provider.yaml"
    here = {"binary": IPLEASE, "flags_file": env["IPLEASE_FILE"]}
    checked = ansible.play(tasks(("plan", "iplease_enable", here), ("blocked", "iplease_enable", {**here, "state": "absent"})),
                           "--check", "--diff", env=env, name="checked")
    plan = checked.of("plan")
    assert plan["changed"] and plan["run"] is None and plan["result"] is None, plan
    assert [one["stage"] for one in plan["stages"] if one["change"]] and all(one["ok"] is None for one in plan["stages"]), plan
    assert not values.exists() and not list((folder / "state").rglob("journal.jsonl")), "check mode wrote"
    diffs = [one for one in plan["diff"] if "prepared" in one]
    assert diffs and "+ipoperator: true" in diffs[0]["prepared"] and "+ipoperator: true" in checked.text, checked.text
    assert "CANARY" not in checked.text + json.dumps(checked.results), "a secret of the values is shown"
    idle = program(ansible.folder, "idle",
                   f"""case "$1" in enable) cat >/dev/null; echo '{IDLE}' ;; *) exec {IPLEASE} "$@" ;; esac\n""")
    ran = ansible.play(tasks(
        ("idle", "iplease_enable", {"binary": idle, "settings": GOOD}), ("enable", "iplease_enable", here),
        ("info", "iplease_info", here), ("doctor", "iplease_doctor", here),
        ("leased", "iplease_enable", {**here, "state": "absent"}),
        ("undo", "iplease_enable", {**here, "state": "absent", "accept_risks": ["undo.leases=1"]})), env=env, name="recorded")
    assert ran.of("idle")["outcome"] == "ok" and not ran.of("idle")["changed"], ran.of("idle")
    done = ran.of("enable")
    check("event", done["result"])
    assert done["changed"] and done["exit_code"] == 0 and done["run"] and all(one["ok"] for one in done["stages"]), done
    assert done["warnings"] and "IPL-" in done["warnings"][0], done
    assert check("status", ran.of("info")["status"])["state"] == "on" and not ran.of("info")["changed"], ran.of("info")
    doctor = ran.of("doctor")
    assert not doctor["healthy"] and doctor["sum"]["fail"] == len(doctor["problems"]) > 0 and not doctor["changed"], doctor
    leased = ran.of("leased")
    assert leased["outcome"] == "failed" and not leased["changed"] and leased["exit_code"] == 3, leased
    assert [one["id"] for one in leased["problems"]] == ["IPL-RUN-030"] and not leased["changed"], leased
    undone = ran.of("undo")
    assert undone["outcome"] == "ok" and undone["changed"] and undone["kept"] == [], undone
    return [checked, ran]


def role(ansible):
    """Installs a tarball, writes the flags file 0600, and keeps a vaulted value out of argv, screen, log and results."""
    folder = ansible.folder / "role"
    name = "iplease-0.1.0-linux-x86_64"
    (folder / name / "bin").mkdir(parents=True)
    (folder / "password").write_text(VAULT_PASSWORD, encoding="utf-8")
    program(folder / name / "bin", "iplease", f'echo "$@" >>{folder}/argv\nexec {IPLEASE} "$@"\n')
    with tarfile.open(folder / f"{name}.tar.gz", "w:gz") as tar:
        tar.add(folder / name, name)
    sealed = ansible.run("ansible-vault", "encrypt_string", "--vault-password-file", folder / "password", CANARY).stdout
    sealed = "\n".join(" " * 14 + line.strip() for line in sealed.strip().splitlines()[1:])
    flags = folder / "etc" / "flags.yaml"
    play = f"""
- hosts: localhost
  gather_facts: false
  roles: [iplease.provider.ip_leases]
  vars:
    ip_leases_package: {folder}/{name}.tar.gz
    ip_leases_prefix: {folder}/prefix
    ip_leases_package_folder: {folder}/packages
    ip_leases_flags_file: {flags}
    ip_leases_kubeconfig: {folder}/nowhere
    ip_leases_settings: {json.dumps(GOOD)}
    ip_leases_secret_settings:
      metallb:
        values:
          speaker:
            tlsPassword: !vault |
{sealed}
"""
    words = ("--vault-password-file", str(folder / "password"), "--diff", "-vvvv")
    first = ansible.play(play, "--check", *words, name="role-check", code=0)
    assert not (folder / "prefix").exists() and not flags.exists() and not (folder / "argv").exists(), "check mode wrote"
    assert "would be installed" in first.text, first.text
    ran = ansible.play(play, *words, name="role", code=2)
    assert ran.of("Turn IP leases on")["exit_code"] == 11, ran.text
    assert os.readlink(folder / "prefix" / "bin" / "iplease") == f"../lib/iplease/{name}/bin/iplease"
    assert stat.S_IMODE(flags.stat().st_mode) == 0o600 and stat.S_IMODE(flags.parent.stat().st_mode) == 0o700, "not private"
    wrote = yaml.safe_load(flags.read_text(encoding="utf-8"))
    assert wrote["metallb"]["values"]["speaker"]["tlsPassword"] == CANARY and wrote["pool"] == GOOD["pool"], wrote
    again = ansible.play(play, "--check", *words, name="role-again", code=2)
    assert again.recap()["changed"] == 0 and again.of("Turn IP leases on")["exit_code"] == 11, again.text
    argv = (folder / "argv").read_text(encoding="utf-8")
    assert "enable --yes" in argv and "plan -o json" in argv and "-f -" in argv and f"-f {flags}" in argv, argv
    played = {"check mode": first, "the play": ran, "the play again": again}
    for where, text in (("argv", argv), *((where, one.text + json.dumps(one.results)) for where, one in played.items())):
        assert CANARY not in text, f"{where} holds the secret"
    wrong = ansible.play([{"hosts": "localhost", "gather_facts": False, "roles": ["iplease.provider.ip_leases"], "vars": {
        "ip_leases_state": "gone", "ip_leases_settings": "text", "ip_leases_accept_risks": {"a": 1}}}], name="role-wrong", code=2)
    assert len(wrong.results[0]["result"]["argument_errors"]) == 3, wrong.text
    other = ansible.play([{"hosts": "localhost", "gather_facts": False, "roles": ["iplease.provider.ip_leases"], "vars": {
        "ip_leases_node": "another", "ip_leases_binary": "/nowhere"}}], name="role-elsewhere")
    assert other.recap()["changed"] == 0 and not [one for one in other.results if "iplease" in one["task"]
                                                  and one["outcome"] != "skipped" and "spec" not in one["task"]], other.text


def promised(ansible, plays):
    """Every key of a result is in the documentation of its module."""
    promises = returned(ansible)
    found = [(one["module"].split(".")[-1], set(one["result"])) for ran in plays for one in ran.results]
    for module, keys in found:
        if module in promises:
            more = keys - ANSIBLES - promises[module] - {"changed", "version"}
            assert not more, f"{module} returns {more}, which is not documented"
    seen = {(name, key) for name, keys in found for key in keys}
    never = {(name, key) for name in promises for key in promises[name]} - seen
    assert not never, f"never returned: {never}"


def main():
    """All parts, or those that are named after the program."""
    words = sys.argv[2:]
    with tempfile.TemporaryDirectory() as scratch:
        ansible = Ansible(scratch)
        built(ansible)
        plays = []
        for part in (documented, specified, refused, recorded, role):
            if words and part.__name__ not in words:
                continue
            began = time.monotonic()
            plays += part(ansible) or []
            print(f"{part.__name__}: {time.monotonic() - began:.1f} s", flush=True)
        if not words:
            promised(ansible, plays)


main()
