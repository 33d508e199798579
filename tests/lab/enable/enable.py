# SPDX-License-Identifier: Apache-2.0
"""From no MetalLB to an address that answers on another host, then again. No secret leaks."""

import os
import re
from pathlib import Path

from onlab import (
    IPLEASE, STATE, audit_mark, claim, iplease, lease_answers, main, no_canary, shell, usage, writes_since,
)


def dry_run_writes_nothing():
    mark = audit_mark()
    state = STATE / "home" / ".local" / "state"
    before = sorted(str(p) for p in state.rglob("*")) if state.exists() else []
    for args in (("plan",), ("enable", "--dry-run"), ("plan", "-o", "json"), ("plan", "-o", "sh")):
        told = iplease(*args)
        no_canary(told.stdout + told.stderr, " ".join(args))
        claim("provider/upgrade" in told.stdout, f"{args} does not show the upgrade")
    claim(writes_since(mark) == [], f"the dry run wrote: {writes_since(mark)}")
    after = sorted(str(p) for p in state.rglob("*")) if state.exists() else []
    claim(before == after, "the dry run wrote into the state directory")
    claim(iplease("plan", "--detailed-exitcode", check=False).returncode == 20, "a needed plan is not exit 20")


def unattended_needs_yes():
    told = iplease("enable", check=False)
    claim(told.returncode == 2 and "IPL-CLI-009" in told.stderr, f"enable without --yes off a terminal: {told}")


def enable_once():
    told = iplease("enable", "--yes")
    claim(told.stdout == "", f"stdout is for results only: {told.stdout!r}")
    no_canary(told.stdout + told.stderr, "enable's output")
    claim(usage()["Available"] == 21, f"/usage says {usage()}")
    print("leased", lease_answers())


def second_run_does_nothing():
    mark = audit_mark()
    told = iplease("enable", "--yes")
    claim("nothing to do" in told.stdout, f"second run: {told.stdout!r} {told.stderr!r}")
    claim(writes_since(mark) == [], f"the second run wrote: {writes_since(mark)}")


def nothing_secret_was_written():
    """The operator's own values file and its backup hold the secrets. None of our other files may."""
    state = STATE / "home" / ".local" / "state" / "iplease"
    files = [p for p in state.rglob("*") if p.is_file()]
    claim(any(p.name == "journal.jsonl" for p in files), f"no journal below {state}")
    for path in files:
        no_canary(path.read_text(encoding="utf-8", errors="replace"), str(path))
        claim(path.stat().st_mode & 0o077 == 0, f"{path} is readable by others")
    values = Path(STATE / "home" / "provider" / "provider.yaml")
    claim(values.stat().st_mode & 0o777 == 0o600, "provider.yaml is not 0600")
    claim("# " in values.read_text(encoding="utf-8"), "the comments of provider.yaml are gone")


def verify_again():
    told = iplease("verify")
    claim("verify" in told.stderr, f"verify: {told.stderr!r}")
    left = shell("kubectl", "-n", "akash-services", "get", "service", "iplease-verify", check=False)
    claim(left.returncode != 0, "verify left its Service")


def doctor_is_silent():
    """No false alarm on the real node, and a quick answer: the program prints how long it took."""
    for args in ((), ("--strict",)):
        told = iplease("doctor", *args).stdout
        claim("\nhealthy: " in told and "IPL-" not in told, f"doctor {args}:\n{told}")
        claim(not re.search("warning|failure|could not be looked at", told), told)
        took = re.search(r", in ([0-9.]+)(ms|s)$", told.strip())
        seconds = float(took[1]) / (1000 if took[2] == "ms" else 1) if took else 99
        claim(seconds <= 3 or os.getloadavg()[0] > 1.5 * os.cpu_count(), f"a full doctor took {seconds} s, at most 3 s")
        print(f"doctor {' '.join(args)}: silent, in {seconds} s", flush=True)


def test():
    claim(Path(IPLEASE).exists(), f"no {IPLEASE}")
    unattended_needs_yes()
    dry_run_writes_nothing()
    enable_once()
    second_run_does_nothing()
    nothing_secret_was_written()
    verify_again()
    doctor_is_silent()


main(test)
