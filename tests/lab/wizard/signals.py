# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C once, twice and three times, SIGTERM, and a lost terminal, while Helm runs or a wait is going on. Helm's own
commands are short, so a wrapper delays the one for MetalLB by some seconds and then runs the real Helm."""

import os
import signal

from talk import STATE, Talk, flags_without_pool, release_status, reset  # first: it adds onlab's folder to the path
from onlab import IPLEASE, LONG, claim, main, shell

FINISHING = r"finishing\s+`.*Ctrl-C\s+again\s+to\s+cancel\s+it"


def last_journal():
    journals = sorted((STATE / "home" / ".local" / "state" / "iplease").rglob("journal.jsonl"))
    return journals[-1].read_text(encoding="utf-8").splitlines()


def started(late, trap=""):
    """Starts enable, confirmed by a person, and waits until MetalLB's Helm command runs."""
    helm = STATE / "home" / "late-helm"
    helm.write_text(f'#!/bin/sh\n{trap}\ncase " $* " in *" upgrade "*" metallb "*) sleep {late} ;; esac\nexec helm "$@"\n')
    helm.chmod(0o755)
    talk = Talk("enable", "-f", flags_without_pool(), "--pool", "203.0.113.100-203.0.113.120", "--plain", "--helm", str(helm))
    return talk.see("cancel\r\n> ").keys("\r").see("metallb: \\$ ", timeout=30)


def stopped(talk, code):
    talk.end(code)
    claim("expose:" not in talk.raw, f"a later stage was begun:\n{talk.raw}")
    claim("iplease resume" in talk.raw, talk.raw)
    claim("interrupted" in last_journal()[-1], f"the journal ends in {last_journal()[-1]}")


def resumed(what):
    done = shell("env", "-u", "IPLEASE_FILE", IPLEASE, "resume", "--yes", "--helm", f"{STATE}/bin/helm", check=False)
    claim(done.returncode == 0, f"resume after {what}: exit {done.returncode}\n{done.stderr}")


def once(how, code):
    talk = started(4)
    if how == signal.SIGINT:
        talk.keys("\x03")
    else:
        os.kill(talk.child.pid, how)
    talk.see(FINISHING, timeout=30)
    stopped(talk, code)
    claim(release_status("metallb", "metallb-system") == "deployed", "the running command was not finished")


def twice():
    talk = started(60).keys("\x03").see(FINISHING, timeout=30)
    talk.keys("\x03").see("cancelling the command", timeout=30)
    stopped(talk, 130)
    claim(release_status("metallb", "metallb-system") == "none", "helm ran all the same")


def three_times():
    """The third Ctrl-C kills a command that ignores Ctrl-C."""
    talk = started(60, trap='trap "" INT').keys("\x03").see(FINISHING, timeout=30)
    talk.keys("\x03").see("cancelling the command", timeout=30)
    talk.keys("\x03").see("killing the command", timeout=30)
    stopped(talk, 130)
    claim('"ended":"signalled"' in "".join(last_journal()[-3:]), f"the journal says {last_journal()[-3:]}")
    claim(release_status("metallb", "metallb-system") == "none", "helm ran all the same")


def test():
    once(signal.SIGINT, 130)
    reset()
    if LONG:
        twice()
    three_times()
    resumed("three Ctrl-C")
    for how in (signal.SIGTERM, signal.SIGHUP) if LONG else ():
        reset()
        once(how, 143)


main(test)
