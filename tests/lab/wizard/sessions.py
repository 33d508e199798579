# SPDX-License-Identifier: Apache-2.0
"""The interactive run, question by question, with every invalid answer, at 80x24 and 40 columns."""

import json
import os
import signal
import stat
import time

from talk import IPLEASE, MENU, POOL, STATE, Talk, flags_without_pool  # first: it adds onlab's folder to the path
from onlab import audit_mark, claim, main, shell, writes_since

QUESTION = "typed so far\r\n> "


def bad_answers(flags):
    talk = Talk("enable", "-f", flags).see(QUESTION)
    talk.answer("").answer("größe – 地址").answer("2001:db8::/64", then="Cancelled")
    talk.end(9).fits().golden("three-bad-answers")

    talk = Talk("enable", "-f", flags, size=(24, 40)).see(QUESTION)
    talk.answer("198.51.100.0/33").answer("198.51.100.9/28").answer("?").answer("!")
    talk.answer("203.0.113.96/28 !").keys("198.51.100.32/28\r\n198.51.100.64/28\r\n").see("cancel\r\n> ")
    talk.answer("7").answer("yes")
    talk.child.setwinsize(24, 80)  # a resize in the middle: the rest uses the new width
    talk.columns = 80
    talk.answer("2", then="goes back.\r\n> ").answer("1", then=QUESTION).answer(POOL, then=MENU)
    talk.answer("3", then=MENU).answer("6", then="Cancelled")
    talk.end(9).golden("narrow-then-resized")

    talk = Talk("enable", "-f", flags, size=(24, 40)).see(QUESTION).answer("203.0.113.8/29")
    talk.answer("yes").answer("").answer("10.0.0.0/28").answer("", then="answer.\r\n> ").keys("\x04").see("Cancelled")
    talk.end(9).fits().golden("risk-and-private")


def widths(flags):
    """The whole dialogue up to the review, at the two other usual widths."""
    for columns in (50, 120):
        talk = Talk("enable", "-f", flags, size=(24, columns)).see(QUESTION).answer("?").answer("198.51.100.0/33")
        talk.answer(POOL, then=MENU).answer("?", then="cancels.\r\n> ").answer("3", then=MENU).answer("6", then="Cancelled")
        talk.end(9).fits().golden(f"screens-{columns}")


def looks():
    """The commands for looking afterwards have no line wider than the window either, at any width."""
    for words in (("status",), ("plan",), ("doctor", "-v"), ("runs", "show"), ("config", "show"), ("verify",)):
        for columns in (50, 120) if words != ("verify",) else (50,):
            Talk(*words, size=(24, columns), env={"PAGER": "cat"}).end(0).fits()


def ways_out(flags):
    for place in range(3):
        for how, code in (("\x04", 9), ("\x03", 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)):
            talk = Talk("enable", "-f", flags).see(QUESTION)
            if place > 0:
                talk.answer(POOL, then=MENU)
            if place > 1:
                talk.answer("5", then="takes it\\)\r\n> ")
            if isinstance(how, str):
                talk.keys(how)
            else:
                os.kill(talk.child.pid, how)
            talk.end(code, timeout=20)
            claim("Nothing was changed." in talk.raw, talk.raw)
            if place and not os.environ.get("IPLEASE_LONG"):
                break  # one way out of the later places is enough; --long tries all


def unattended(flags):
    home = STATE / "home"
    told = shell("env", "-u", "IPLEASE_FILE", IPLEASE, "enable", "-f", flags, check=False)
    claim(told.returncode == 2 and "--pool VALUE" in told.stderr and "`pool.addresses:" in told.stderr, told.stderr)
    # Differing values and a missing address are listed together with it.
    values = home / "provider" / "provider.yaml"
    kept = values.read_text(encoding="utf-8")
    values.write_text(kept.replace("domain: ", "domain: other-"), encoding="utf-8")
    began = time.monotonic()
    told = open_pipe(flags)
    claim(time.monotonic() - began < 30, "it waited for input")
    for words in ("pool.addresses", "--pool", "provider.valuesFrom", "--provider-values-from"):
        claim(words in told.stderr, f"{words} is not listed:\n{told.stderr}")
    claim(told.returncode == 2, f"exit {told.returncode}")
    values.write_text(kept, encoding="utf-8")
    talk = Talk("enable", "-f", flags, argv=["env", "CI=true", IPLEASE, "enable", "-f", flags])
    talk.end(2)
    claim("--pool VALUE" in talk.raw, talk.raw)
    # `curl | sh`: standard input is a pipe, but a person sits at the terminal.
    talk = Talk(argv=["sh", "-c", f"sleep 30 | {IPLEASE} enable -f {flags}"]).see(QUESTION)
    talk.answer("", then="> ").keys("\x04").see("Cancelled")
    talk.child.close(force=True)


def open_pipe(flags):
    """Standard input is a pipe that stays open and sends nothing."""
    import subprocess

    from talk import LAB, LABCTL

    with subprocess.Popen(
        [str(LABCTL), "shell", "--name", LAB, "--", "env", "-u", "IPLEASE_FILE", IPLEASE, "enable", "-f", flags],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as run:
        run.wait(60)
        return subprocess.CompletedProcess(run.args, run.returncode, run.stdout.read(), run.stderr.read())


def without_redrawing(flags):
    for env, args in (({}, ("--accessible",)), ({"ACCESSIBLE": "1"}, ()), ({"TERM": "dumb"}, ()), ({}, ("--plain",))):
        talk = Talk("enable", "-f", flags, *args, env=env, size=(24, 40)).see(QUESTION)
        talk.keys("198.51.100.32/28, 198.51.100.64/28, 198.51.100.96/28" + "\x7f" * 20)
        talk.keys("\x15").answer(POOL, then="cancel\r\n> ").answer("6", then="Cancelled").end(9)
        claim("\x1b" not in talk.raw, f"an escape code: {talk.raw!r}")
        claim("\r" not in talk.raw.replace("\r\n", ""), f"a carriage return: {talk.raw!r}")
        if "dumb" not in env.values() and args != ("--plain",):
            claim("\r\n  2) change a setting\r\n  3) show diff\r\n" in talk.raw, "choices are not one a line")


def round_trip(flags):
    talk = Talk("enable", "-f", flags).see(QUESTION).answer(POOL, then=MENU)
    talk.answer("5", then="takes it\\)\r\n> ").answer("~/answers.yaml", then="Saved").end(0)
    answers = STATE / "home" / "answers.yaml"
    claim(stat.S_IMODE(answers.stat().st_mode) == 0o600, f"mode {answers.stat().st_mode:o}")
    planned = json.loads(
        shell("env", "-u", "IPLEASE_FILE", IPLEASE, "plan", "-f", str(answers), "--no-input", "-o", "json").stdout
    )
    return planned


def main_run(flags, planned):
    talk = Talk("enable", "-f", flags).see(QUESTION).answer(POOL, then=MENU).answer("", then="done: ")
    talk.end(0).fits().golden("main-run")
    recorded = sorted((STATE / "home" / ".local" / "state" / "iplease").rglob("plan.json"))[-1]
    ran = json.loads(recorded.read_text(encoding="utf-8"))
    for part in ("cluster", "stages", "blocked", "changes"):
        claim(json.dumps(planned[part]) == json.dumps(ran[part]), f"replayed answers plan other {part}")
    values = [(one["key"], one["value"]) for one in planned["settings"]]
    claim(values == [(one["key"], one["value"]) for one in ran["settings"]], "replayed answers give other settings")
    Talk("enable", "-f", flags).see("nothing to do").end(0)
    Talk().see("Next:").end(0)
    looks()


def test():
    flags = flags_without_pool()
    mark = audit_mark()
    bad_answers(flags)
    widths(flags)
    ways_out(flags)
    unattended(flags)
    without_redrawing(flags)
    planned = round_trip(flags)
    claim(writes_since(mark) == [], f"something was written before a confirmation: {writes_since(mark)}")
    main_run(flags, planned)


main(test)
