# SPDX-License-Identifier: Apache-2.0
"""Three providers in one inventory, each a lab of its own, by the play of the collection: one whose API server is stopped does
not stop the others; the same play again changes only that one; then nothing. Only with IPLEASE_LONG."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))
import onlab  # noqa: E402  (puts tests/support on the path)
from ansible_plays import Ansible  # noqa: E402
from onlab import IPLEASE, LABCTL, api_server, audit_mark, claim, main, no_canary, use_lab, writes_since  # noqa: E402

import yaml  # noqa: E402

LABS = {f"provider{number:02}": f"{onlab.LAB}{number}" for number in (1, 2, 3)}
BROKEN = "provider02"
SOUND = [host for host in LABS if host != BROKEN]
UNREACHED = 11


def each(what, hosts=LABS):
    """{host: what() with the helpers on that host's lab}."""
    found = {}
    for host in hosts:
        use_lab(LABS[host])
        found[host] = what()
    return found


def inventory(folder):
    """Each module runs on its lab's node, with the lab's environment: by the interpreter that Ansible is given."""
    hosts = {}
    for host, lab in LABS.items():
        use_lab(lab)
        python = folder / f"python-of-{host}"
        python.write_text(f'#!/bin/sh\nexec {LABCTL} shell --name {lab} -- /usr/bin/python3 "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        settings = yaml.safe_load((onlab.STATE / "iplease.yaml").read_text(encoding="utf-8"))
        hosts[host] = {"ansible_connection": "local", "ansible_python_interpreter": str(python), "ip_leases_binary": IPLEASE,
                       "ip_leases_flags_file": str(onlab.STATE / "home" / "etc" / "flags.yaml"), "ip_leases_settings": settings}
    file = folder / "hosts.yml"
    file.write_text(json.dumps({"providers": {"hosts": hosts}}), encoding="utf-8")
    return file


def played(ansible, hosts, *words, code=0):
    """The collection's play: what it said, what it told of each host, and the writes that each audit log has of it."""
    marks, began = each(audit_mark), time.monotonic()
    ran = ansible.play("iplease.provider.ip_leases", "-i", str(hosts), *words, code=None)
    print(f"  {' '.join(words) or 'play'}: {time.monotonic() - began:.0f} s", flush=True)
    claim(ran.code == code, f"exit {ran.code}, wanted {code}\n{ran.text}")
    no_canary(ran.text + json.dumps(ran.results), "the play")
    wrote = {}
    for host, mark in marks.items():
        use_lab(LABS[host])
        wrote[host] = writes_since(mark)
    return ran, wrote


def quiet(ran, wrote, hosts=LABS):
    for host in hosts:
        claim(ran.recap(host)["changed"] == 0 and not wrote[host], f"{host}: changed\n{wrote[host]}\n{ran.text}")


def three(folder):
    ansible = Ansible(folder)
    ansible.install()
    hosts = inventory(folder)
    ran, wrote = played(ansible, hosts, "--check", "--diff")
    claim(not any(wrote.values()), f"check mode wrote {wrote}")
    claim(all(ran.of("Turn IP leases on", host)["changed"] for host in LABS), f"check mode: {ran.text}")
    each(lambda: api_server(signal.SIGSTOP), [BROKEN])
    try:
        ran, wrote = played(ansible, hosts, code=2)
    finally:
        each(lambda: api_server(signal.SIGCONT), [BROKEN])
    failed = ran.of("Turn IP leases on", BROKEN)
    claim(failed["outcome"] == "failed" and failed["exit_code"] == UNREACHED, f"the broken one: {failed}")
    claim(not failed["changed"], f"the broken one: {failed}")
    claim(failed["problems"][0]["id"] in failed["msg"] and failed["problems"][0]["fix"], f"the broken one: {failed}")
    print(f"  {BROKEN}: {' '.join(failed['msg'].split())[:160]}", flush=True)
    for host in SOUND:
        claim(ran.of("Turn IP leases on", host)["changed"] and wrote[host], f"{host}: {ran.text}")
        claim(ran.recap(host)["failed"] == 0, f"{host}: {ran.text}")
        claim(ran.of("Look for what keeps them from answering", host)["healthy"], f"{host}: {ran.text}")
    claim(not wrote[BROKEN], f"the broken one was written to: {wrote[BROKEN]}")
    ran, wrote = played(ansible, hosts)
    quiet(ran, wrote, SOUND)
    claim(ran.of("Turn IP leases on", BROKEN)["changed"] and wrote[BROKEN], f"the second play left it: {ran.text}")
    quiet(*played(ansible, hosts))


def test():
    if not os.environ.get("IPLEASE_LONG"):
        print("only with IPLEASE_LONG=1 (./dev test --long)")
        sys.exit(125)
    try:
        for lab in LABS.values():
            subprocess.run([LABCTL, "up", "--tier", "cheap", "--name", lab], check=True, timeout=600)
        with tempfile.TemporaryDirectory() as scratch:
            three(Path(scratch))
    finally:
        for lab in LABS.values():
            subprocess.run([LABCTL, "down", "--name", lab], check=False, timeout=120)


main(test)
