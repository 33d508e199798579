# SPDX-License-Identifier: Apache-2.0
"""Every command that iplease prints in some state of a cluster runs there exactly as printed, and does what it
promises. looks.py has the commands that need no particular state. docs/testing.md, "Printed commands", has the table of
all.

follow.py IPLEASE [CASE...]"""

import json
import re
import shlex
import signal
import sys
import threading
from pathlib import Path

sys.dont_write_bytecode = True
for room in ("enable", "status", "wizard"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / room))

from talk import MENU, POOL, STATE, Talk, flags_without_pool  # noqa: E402
from onlab import (IPLEASE, as_printed, audit_mark, claim, follow, iplease, kubectl, main, play, shell,  # noqa: E402
                   usage, writes_since)
from inflight import go_on, kill_in, send_in  # noqa: E402
from leases import until  # noqa: E402

QUESTION = "typed so far\r\n> "
YES = ("--yes",)
SPACE = ("-n", "metallb-system")
AKASH = ("-n", "akash-services")
HOME = str(STATE / "home")
CURL = ("-s", "--max-time", "10")  # the test adds these to the printed words


def said(*args, code=0):
    """The whole output of a run. Claims its exit code."""
    done = iplease(*args, check=False)
    claim(done.returncode == code, f"{' '.join(args)}: exit {done.returncode}, wanted {code}\n{done.stdout}\n{done.stderr}")
    return done.stdout + done.stderr


def typed(printed, wanted, *more, fill=None):
    """Like `follow`, but at a terminal, so that the test can go on answering."""
    words = [*shlex.split(as_printed(printed, wanted, fill))[1:], *more]
    lab = () if "-f" in words else (f"IPLEASE_FILE={STATE}/iplease.yaml",)  # because Talk unsets it
    return Talk(argv=["env", "-C", HOME, *lab, IPLEASE, *words])


def screen(talk):
    return re.sub(r"\x1b\[[?\d;]*\w", "", talk.raw.replace("\r\n", "\n"))


def ours():
    return kubectl(*AKASH, "get", "services", "-l", "app.kubernetes.io/managed-by=iplease", "-o", "name")


def settled():
    """Claims that nothing is unfinished, owed or drifted, and that verify left nothing behind."""
    found = json.loads(iplease("status", "-o", "json").stdout)
    claim(found["state"] == "on" and found["healthy"] and not found["unfinished_run"], f"not settled: {found}")
    claim(found["owed"] == [] and found["drift"] == [] and not ours(), f"not settled: {found}\n{ours()}")


def patch_pool(*addresses):
    change = {"spec": {"addresses": addresses}}
    kubectl(*SPACE, "patch", "ipaddresspool", "default", "--type=merge", "-p", json.dumps(change))


def no_advertisement():
    kubectl(*SPACE, "delete", "l2advertisement", "l2advertisement1")


def planned_twice(*more):
    """Two plans for a cluster that nobody changes are equal, byte for byte."""
    for words in (("plan", *more), ("plan", "-o", "json", *more), ("plan", "-o", "sh", *more)):
        first, second = (iplease(*words).stdout for _ in range(2))
        claim(len(first) > 500, f"{' '.join(words)}: {first}")
        for at, (one, other) in enumerate(zip(first.splitlines(), second.splitlines())):
            claim(one == other, f"{' '.join(words)}: line {at + 1} was\n{one}\nand is\n{other}")
        claim(first == second, f"{' '.join(words)}: {len(first)} bytes, then {len(second)}")


def wrong_context():
    told = said("status", "--context", "nowhere", code=11)
    follow(told, "kubectl --context NAME get --raw /version", code=1)
    known = follow(told, "kubectl config get-contexts").stdout.split()
    name = next(word for word in known if "@" in word)
    follow(told, "iplease status --context NAME", fill={"NAME": name})
    why = follow(told, "iplease explain IPL-CLU-001").stdout
    claim(why.startswith("IPL-CLU-001: the cluster cannot be reached\n"), why)


def off():
    """What is printed before leases are on, except for the interview, which turns them on."""
    told = said("status")
    planned_twice("--pool", POOL)
    plan = follow(told, "iplease plan --pool RANGE", fill={"RANGE": POOL}).stdout
    claim("\nPlan: " in plan and POOL in plan, plan)
    claim("healthy: " in follow(told, "iplease doctor --pre").stdout, "doctor --pre says nothing")
    script = follow(plan, "iplease plan -o sh --pool RANGE").stdout
    claim(script.startswith("#!/bin/sh") and "helm" in script, script)
    typed(plan, "iplease enable --pool RANGE").see(MENU).answer("6", then="Nothing was changed").end(9)
    told = said("verify", code=3)
    claim("error IPL-VER-005" in told, told)
    claim("leases are off" in follow(told, "iplease status").stdout, "status after IPL-VER-005")
    typed(told, "iplease enable --pool RANGE", fill={"RANGE": POOL}).see(MENU).answer("6", then="Nothing was changed").end(9)
    told = said("status", "--wait", "1s", code=6)
    claim("IPL-PRV-025" in follow(told, "iplease doctor", code=4).stdout, "what is missing is not told")


def answered():
    """What the interview prints: what to type after leaving it, and after saving its answers."""
    flags = flags_without_pool()
    told = said("status")
    kubectl("create", "service", "loadbalancer", "theirs", "--tcp=80")  # a risk that nobody accepts
    talk = typed(told, "iplease enable", "-f", flags).see(QUESTION).answer(POOL, then="IPL-LBC-002").see("> ")
    left = screen(talk.answer("", then="saved").end(9))
    kubectl("delete", "service", "theirs")
    talk = typed(left, "iplease enable -f FILE").see(MENU).answer("5", then="takes it\\)\r\n> ")
    saved = screen(talk.answer("~/saved.yaml", then="Saved").end(0))
    told = follow(saved, "iplease enable -f FILE --yes").stderr
    claim(usage()["Available"] == 21, f"not what was answered: {usage()}")
    last_words(told)


def last_words(told):
    """After a successful enable: `told` has the address and the next commands."""
    claim(re.search(r"^verified: 203\.0\.113\.\d+ from pool default, announced by node1, answers$", told, re.M), told)
    shown = follow(told, "iplease verify --keep").stdout
    claim("IP leases are on\n" in follow(told, "iplease status").stdout, "status after enable")
    claim("healthy: " in follow(told, "iplease doctor").stdout, "doctor after enable")
    claim(len(ours().split()) == 2, ours())
    for line in [line for line in shown.splitlines() if "curl" in line]:
        claim('"cluster"' in follow(line, "curl -k URL", more=CURL).stdout, line)
    claim(shown.count("curl") == 2, shown)
    plain = follow(shown, "iplease verify").stdout
    claim(not ours(), f"what was kept stays: {ours()}")
    follow(plain, "iplease verify --keep")
    said("verify")


def on():
    told = said("status")
    claim("verified: " in follow(told, "iplease verify").stdout, "verify")
    claim("healthy: " in follow(told, "iplease doctor").stdout, "doctor")
    listed = follow(told, "iplease runs list").stdout
    claim("  enable  " in listed and "  verify  " in listed, listed)
    planned_twice()
    planned_twice("--pool", "203.0.113.100-203.0.113.125")
    settled()


def killed():
    no_advertisement()
    kill_in("pool/proof", "enable", *YES)
    told = said("status")
    run = as_printed(told, "iplease runs log RUN").split()[-1]
    claim("info stage pool" in follow(told, "iplease runs log RUN").stdout, "the log")
    found = follow(told, "iplease doctor").stdout
    claim("IPL-RUN-021" in found, found)
    steps = follow(found, "iplease runs show RUN").stdout
    claim(f"run {run} of iplease" in steps and "pool/proof" in steps, steps)
    claim(as_printed(told[told.index("go on with: "):], "iplease resume") == as_printed(found, "iplease resume"), found)
    follow(told, "iplease resume", more=YES)
    settled()


def at_work():
    no_advertisement()
    run = send_in("pool/proof", signal.SIGSTOP, "enable", *YES)
    going = threading.Thread(target=go_on, args=[run])
    try:
        told = said("status")
        claim(" is at work: " in told and "iplease enable" not in told, told)
        found = json.loads(iplease("status", "-o", "json").stdout)
        claim(found["unfinished_run"]["at_work"] and "enable" not in str(found["next"]), found)
        claim("info stage pool" in follow(told, "iplease runs log RUN").stdout, "the log of a run at work")
        follow(told, "iplease doctor", code=None)
    finally:
        going.start()
    done = follow(told, "iplease status --wait 5m").stdout
    going.join()
    claim(run.returncode == 0, f"the run that was waited for: exit {run.returncode}")
    claim(" is at work" not in done, f"it did not wait until it is done:\n{done}")
    settled()


def cured_beside():
    """There is something to fix, but another run is active: `doctor --fix` leaves it alone and writes nothing."""
    wrong = "pod-security.kubernetes.io/enforce=restricted"
    no_advertisement()
    run = send_in("pool/proof", signal.SIGSTOP, "enable", *YES)
    going = threading.Thread(target=go_on, args=[run])
    try:
        kubectl("label", "namespace", "metallb-system", wrong, "--overwrite")
        mark = audit_mark()
        for more in ((), ("-o", "json")):
            done = iplease("doctor", "--fix", *YES, *more, check=False)
            claim(done.returncode == 8 and "IPL-RUN-001" in done.stderr and "pid " in done.stderr, done)
        claim(json.loads(done.stdout.splitlines()[-1]) | {"exit": 8, "changed": False, "run": None}
              == json.loads(done.stdout.splitlines()[-1]), done.stdout)
        claim(not writes_since(mark), f"beside a run it wrote {writes_since(mark)}")
        claim(wrong in kubectl("get", "namespace", "metallb-system", "--show-labels"), "it was cured beside a run")
    finally:
        going.start()
        going.join()
    claim(run.returncode == 0, f"the run beside which it was tried: exit {run.returncode}")
    claim("healthy: " in said("doctor", "--fix", *YES), "not cured afterwards")
    claim(wrong not in kubectl("get", "namespace", "metallb-system", "--show-labels"), "not cured afterwards")
    settled()


def stopped():
    """Ctrl-C while a step is in flight."""
    no_advertisement()
    run = send_in("pool/proof", signal.SIGINT, "enable", *YES)
    out, told = run.communicate(timeout=120)
    claim(run.returncode == 130 and "IPL-RUN-005" in told and "Resume with:  iplease resume" in told, f"{out}{told}")
    claim("go on with: iplease resume" in told, told)
    follow(told, "iplease resume", more=YES)
    settled()


def timed_out():
    """No node takes the pod that enable waits for."""
    kubectl("cordon", "node1")
    shell("helm", *AKASH, "uninstall", "akash-ip-operator", "--wait")
    done = iplease("enable", *YES, "--timeout", "ip-operator=3s", check=False)
    kubectl("uncordon", "node1")
    claim(done.returncode == 6, done)
    follow(done.stderr, "iplease resume", more=YES)
    settled()


def unwell():
    """Leases are on, but the IP operator is gone."""
    kubectl(*AKASH, "scale", "deployment", "operator-ip", "--replicas=0")
    told = until("not well", lambda: (text := said("status"), "are on, but not well\n" in text and text)[1])
    found = follow(told, "iplease doctor", code=4).stdout
    claim("IPL-IPO-012" in found, found)
    follow(told, "iplease enable", more=YES, code=None)
    follow(found, "kubectl -n akash-services scale deployment/operator-ip --replicas=1")
    follow(told, "iplease status --wait 5m")
    settled()


def drifted():
    patch_pool("203.0.113.100-203.0.113.110")
    told = said("status")
    claim("pool default: was 203.0.113.100-203.0.113.120, is " in " ".join(told.split()), told)
    claim("\n  ~ pool " in follow(told, "iplease plan").stdout, "the plan does not change the pool")
    follow(told, "iplease doctor", code=None)
    follow(told, "iplease enable", more=YES)
    settled()


def finding():
    kubectl(*SPACE, "delete", "service", "controller")
    found = said("doctor", code=4)
    claim("IPL-MLB-023" in found, found)
    follow(found, "iplease explain IPL-MLB-023")
    told = follow(found, "iplease doctor --fix", more=YES).stdout
    claim("healthy: " in told, told)
    settled()


def owed():
    kill_in("verify/address", "verify")
    told = said("status")
    claim("remove-verify-service, until Service" in told, told)
    found = follow(told, "iplease doctor").stdout
    claim("IPL-RUN-020" in found, found)
    listed = follow(found, "iplease runs list").stdout
    claim(listed.splitlines()[-1].split()[1:3] == ["verify", "unfinished"], listed)
    follow(told, "iplease resume", more=YES)
    settled()


def full():
    """The only address is in use. What `verify` and `doctor` print enlarges the pool."""
    more = {"OLD": "203.0.113.100/32", "NEW": "203.0.113.101-203.0.113.120"}
    for command, code, identity in (("verify", 3, "IPL-VER-009"), ("doctor", 4, "IPL-POOL-045")):
        patch_pool("203.0.113.100/32")
        kubectl("create", "service", "loadbalancer", "only", "--tcp=80")
        until("the last address", lambda: "203.0.113.100" in kubectl("get", "service", "only"))
        told = said(command, code=code)
        claim(identity in told, told)
        if command == "verify":
            claim("default/only" in follow(told, "iplease status").stdout, "who holds which")
            follow(told, "iplease enable --pool OLD,NEW", fill=more, more=YES)
        else:
            claim("default" in follow(told, "kubectl get services -A | grep LoadBalancer").stdout, "who holds which")
            follow(told, "iplease enable --pool OLD --pool NEW", fill=more, more=YES)
        claim(usage()["Available"] == 21, f"not enlarged: {usage()}")
        kubectl("delete", "service", "only")


def gone():
    """The example in a fix is a command too. It sets other addresses by hand."""
    kubectl(*SPACE, "delete", "ipaddresspool", "default")
    found = said("doctor", code=4)
    claim("IPL-POOL-040" in found, found)
    told = iplease("explain", "IPL-POOL-040").stdout
    follow(told, "iplease enable --pool 198.51.100.32/28", more=YES)
    claim(usage()["Available"] == 16, f"not what was given: {usage()}")
    said("enable", *YES)
    settled()


def secret():
    """Settings with a secret are not written down, so the run's flags file must be given again."""
    own = (STATE / "iplease.yaml").read_text(encoding="utf-8")
    file = STATE / "home" / "secret.yaml"
    file.write_text(own.replace("{frr: {enabled: false}}", "{frr: {enabled: false}, test: {password: canary}}"),
                    encoding="utf-8")
    no_advertisement()
    kill_in("pool/proof", "enable", *YES, "-f", str(file))
    done = shell("env", "-u", "IPLEASE_FILE", IPLEASE, "resume", *YES, check=False)
    claim(done.returncode == 2 and "IPL-RUN-071" in done.stderr and "canary" not in done.stderr, done)
    follow(done.stderr, "iplease resume -f FILE", fill={"FILE": str(file)}, more=YES)
    said("enable", *YES)
    settled()


def test():
    play(wrong_context, off, answered, on, killed, at_work, cured_beside, stopped, timed_out, unwell, drifted, finding, owed, full, gone,
         secret, long=(stopped, timed_out, full, gone, secret))


main(test)
