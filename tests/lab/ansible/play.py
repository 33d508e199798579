# SPDX-License-Identifier: Apache-2.0
"""The Ansible collection on a cluster: the plays of docs/guide/ansible.md and the modules, by the real ansible-core on the
node's network. What they say they changed is compared with the API server's audit log."""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))
from onlab import IPLEASE, LAB, LABCTL, STATE, audit_mark, claim, iplease, kubectl, lease_answers, main, no_canary, play, \
    writes_since  # noqa: E402
from ansible_plays import Ansible, example, tasks  # noqa: E402  (onlab has put tests/support on the path)
from wrapped import killing, tool_as_it_is, tool_that  # noqa: E402

import yaml  # noqa: E402

HOME = STATE / "home"
FLAGS = HOME / "etc" / "flags.yaml"
SETTINGS = {key: value for key, value in yaml.safe_load((STATE / "iplease.yaml").read_text(encoding="utf-8")).items()
            if key not in ("apiVersion", "kind")}
USUAL, WIDER = "203.0.113.100-203.0.113.120", "203.0.113.100-203.0.113.125"
PATCH = "*'patch ipaddresspools.metallb.io'*"
PLAY = example("yaml", "serial: 5")
OTHER_CLUSTER = "6f0c9a3e-0000-4000-8000-00000000000f"
# On the lab the guide's only provider is the lab's node, on which ansible runs; Akash's role is a stand-in.
INVENTORY = {"providers": {"hosts": {"provider01": {"ansible_connection": "local", "ip_leases_binary": IPLEASE,
                                                    "ip_leases_flags_file": str(FLAGS), "ip_leases_settings": SETTINGS}}}}
ansible = Ansible(HOME / "ansible-test", before=[LABCTL, "shell", "--name", LAB, "--"])


def at(addresses):
    return {**SETTINGS, "pool": {"addresses": [addresses]}}


def pool():
    return json.loads(kubectl("-n", "metallb-system", "get", "ipaddresspool", "default", "-o", "jsonpath={.spec.addresses}"))


def played(text, *words, code=0, **rest):
    return ansible.play(text, "-i", ansible.folder / "hosts.yml", *words, code=code, **rest)


def module(name, *words, code=0, settings=SETTINGS, **arguments):
    """One task; the result, and the writes that the audit log has of it."""
    mark = audit_mark()
    ran = ansible.play(tasks(("it", name, {"binary": IPLEASE, "settings": settings, **arguments})), *words, name=name, code=code)
    found, wrote = ran.of("it"), writes_since(mark)
    no_canary(ran.text + json.dumps(ran.results), "the play")
    claim(found.get("changed") == bool(wrote) or "--check" in words and not wrote,
          f"{name} {words} {arguments}: says changed {found.get('changed')}, the audit log has {wrote}\n{ran.text}")
    return found


def install():
    (ansible.folder / "roles" / "provider" / "tasks").mkdir(parents=True)
    (ansible.folder / "roles" / "provider" / "tasks" / "main.yml").write_text(
        "- ansible.builtin.debug: {msg: here Akash's role installs the provider}\n", encoding="utf-8")
    (ansible.folder / "hosts.yml").write_text(json.dumps(INVENTORY), encoding="utf-8")
    ansible.install()


def checked():
    """Check mode on a fresh provider: a plan, its diffs, and not one write."""
    install()
    mark, values = audit_mark(), (HOME / "provider" / "provider.yaml").read_bytes()
    ran = played(PLAY, "--check", "--diff", "-vvvv")
    found = ran.of("Turn IP leases on")
    claim(found["changed"] and found["run"] is None, f"check mode: {found}")
    claim([one["stage"] for one in found["stages"]][0] == "namespace", f"stages: {found['stages']}")
    claim("+ipoperator: true" in ran.text and "203.0.113.100-203.0.113.120" in ran.text, f"no diff: {ran.text}")
    claim(writes_since(mark) == [], f"check mode wrote {writes_since(mark)}")
    claim((HOME / "provider" / "provider.yaml").read_bytes() == values and not FLAGS.exists(), "check mode wrote a file")
    claim(not list((HOME / ".local" / "state").rglob("journal.jsonl")), "check mode left a journal")
    no_canary(ran.text + json.dumps(ran.results), "check mode")


def first():
    """After Akash's role in one play: on, proved, asserted by the doctor; nothing secret is said."""
    mark = audit_mark()
    ran = played(example("yaml", "    - provider\n"), "-vvvv", "--diff")
    found = ran.of("Turn IP leases on")
    claim(found["changed"] and found["exit_code"] == 0 and found["result"]["changed"], f"first: {found}")
    claim(found["verified"]["address"].startswith("203.0.113."), f"not verified: {found}")
    claim(all(one["ok"] and one["result"] for one in found["stages"]), f"stages: {found['stages']}")
    claim(ran.of("Look for what keeps them from answering")["healthy"], "the doctor is not content")
    claim(FLAGS.stat().st_mode & 0o777 == 0o600, "the flags file is not private")
    claim(len(writes_since(mark)) > 5, f"the audit log has only {writes_since(mark)}")
    no_canary(ran.text + json.dumps(ran.results), "the play")
    print(f"  leased: {lease_answers()}")


def second():
    """The same play again, in check mode too: nothing changed, nothing written."""
    for words in ((), ("--check", "--diff")):
        mark = audit_mark()
        ran = played(PLAY, *words)
        claim(ran.recap("provider01")["changed"] == 0, f"a second play changes: {ran.text}")
        claim(writes_since(mark) == [], f"a second play wrote {writes_since(mark)}")
    info = module("iplease_info")
    claim(info["status"]["state"] == "on" and info["status"]["healthy"], f"info: {info}")


def refused():
    """Another cluster: exit 7, nothing written."""
    found = module("iplease_enable", expect_cluster=OTHER_CLUSTER)
    claim(found["outcome"] == "failed" and found["exit_code"] == 7 and not found["changed"], f"another cluster: {found}")
    claim(found["problems"][0]["id"] == "IPL-CLU-005" and "IPL-CLU-005" in found["msg"], f"another cluster: {found}")


def interrupted():
    """Killed in the middle of its first write: the failure says changed, the same task resumes."""
    settings = {**at(WIDER), "tools": {"kubectl": [killing(PATCH, "before")]}}
    ran = ansible.play(tasks(("it", "iplease_enable", {"binary": IPLEASE, "settings": settings})), name="killed")
    found = ran.of("it")
    claim(found["outcome"] == "failed" and found["changed"] and found["result"] is None, f"killed: {found}")
    tool_as_it_is()
    found = module("iplease_enable", settings=settings)
    claim(found["changed"] and found["exit_code"] == 0, f"resumed: {found}")
    claim(pool() == [WIDER], f"the pool is {pool()}")


def two():
    """Two plays at once: the second fails with exit 8 and names the first, which ends well."""
    begun, hold = HOME / "begun", HOME / "hold"
    hold.touch()
    tool = tool_that(PATCH, f'touch {begun}; while [ -e {hold} ]; do sleep 0.1; done; exec "$real" "$@"')
    settings = {**at(WIDER if pool() == [USUAL] else USUAL), "tools": {"kubectl": [tool]}}
    wanted = {"binary": IPLEASE, "settings": settings}
    one = ansible.playing(tasks(("it", "iplease_enable", wanted)), name="one")
    limit = time.monotonic() + 120
    while not begun.exists():
        claim(time.monotonic() < limit and one[0].poll() is None, "the first play does not come to its write")
        time.sleep(0.1)
    try:
        late = ansible.play(tasks(("it", "iplease_enable", wanted)), name="late").of("it")
    finally:
        hold.unlink()
    early = ansible.ended(*one).of("it")
    claim(early["outcome"] == "ok" and early["changed"], f"the first play: {early}")
    claim(late["outcome"] == "failed" and late["exit_code"] == 8 and not late["changed"], f"the second play: {late}")
    claim(late["problems"][0]["id"] == "IPL-RUN-001", f"the second play: {late}")
    claim(early["run"] in late["msg"], f"it does not name {early['run']}: {late['msg']}")
    print(f"  {late['msg'].splitlines()[1][:120]}")


def cured():
    """doctor: a finding is no change; fix in check mode tells that there is something to cure; fix cures it, once."""
    kubectl("-n", "metallb-system", "delete", "service", "controller")
    found = module("iplease_doctor")
    claim(not found["healthy"] and "IPL-MLB-023" in [one["id"] for one in found["problems"]], f"doctor: {found['problems']}")
    found = module("iplease_doctor", "--check", fix=True)
    claim(found["changed"] and not found["healthy"], f"fix in check mode: {found}")
    found = module("iplease_doctor", fix=True)
    claim(found["changed"] and found["healthy"] and found["run"], f"fix: {found}")
    found = module("iplease_doctor", fix=True)
    claim(not found["changed"] and found["healthy"], f"fix again: {found}")


def absent():
    """undo: what somebody else widened is kept and told, twice; once it is as it was, all goes; then there is nothing."""
    wider = json.dumps({"spec": {"addresses": ["203.0.113.100-203.0.113.130"]}})
    narrow = json.dumps({"spec": {"addresses": pool()}})
    patch = ("-n", "metallb-system", "patch", "ipaddresspool", "default", "--type=merge", "-p")
    kubectl(*patch, wider)
    found = module("iplease_enable", "--check", state="absent")
    claim(found["changed"] and found["outcome"] == "ok", f"check mode of absent: {found}")
    for changed in (True, False):
        found = module("iplease_enable", state="absent")
        claim(found["outcome"] == "ok" and found["exit_code"] == 10 and found["changed"] == changed, f"kept: {found}")
        claim(all("IPAddressPool default" in str(found[key]) for key in ("kept", "warnings")), f"kept: {found}")
    kubectl(*patch, narrow)
    for changed in (True, False):
        found = module("iplease_enable", state="absent")
        claim(found["exit_code"] == 0 and found["changed"] == changed and found["kept"] == [], f"absent: {found}")
    claim("metallb-system" not in kubectl("get", "namespaces", "-o", "name"), "MetalLB's namespace is still there")
    claim(json.loads(iplease("status", "-o", "json", check=False).stdout)["state"] == "off", "status is not off")


def by_the_guide():
    """The guide's tasks one after the other: on, looked at, nothing to cure, off. The lab's settings stand beside its pool."""
    steps = yaml.safe_load(example("yaml", "iplease.provider.iplease_info:"))
    enable = steps[0]["iplease.provider.iplease_enable"]
    enable["settings"] = {**SETTINGS, **enable["settings"]}
    ran = ansible.play([{"hosts": "localhost", "gather_facts": False, "tasks": steps,
                         "module_defaults": {"group/iplease.provider.iplease": {"binary": IPLEASE}}}], name="guide")
    on, info, cure, off = (ran.of(step["name"]) for step in steps)
    claim(on["changed"] and on["verified"]["address"].startswith("198.51.100."), f"on: {on}")
    claim(info["status"]["healthy"] and not info["changed"], f"info: {info}")
    claim(cure["healthy"] and not cure["changed"], f"doctor: {cure}")
    claim(off["changed"] and off["exit_code"] == 0 and off["kept"] == [], f"off: {off}")


def test():
    began = time.monotonic()
    play(checked, first, second, refused, interrupted, two, cured, absent, by_the_guide)
    print(f"{time.monotonic() - began:.0f} s")


main(test)
