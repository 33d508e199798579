# SPDX-License-Identifier: Apache-2.0
"""A provider that keeps crashing after the upgrade. The wait reports it and ends early with the end of its log. After
the fix the same command continues. The provider is the stand-in, told to crash."""

import json
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from onlab import claim, iplease, kubectl, main, no_canary  # noqa: E402

SET = ("-n", "akash-services", "patch", "statefulset", "akash-provider")


def env(value):
    change = [] if value is None else [{"name": "STANDIN_FAULT", "value": value}]
    container = {"name": "provider", "env": change or [{"name": "STANDIN_FAULT", "$patch": "delete"}]}
    kubectl(*SET, "-p", json.dumps({"spec": {"template": {"spec": {"containers": [container]}}}}))


def test():
    env("crash")
    started = time.monotonic()
    told = iplease("enable", "--yes", "--timeout", "provider=20m", check=False)
    took = time.monotonic() - started
    claim(told.returncode != 0 and "IPL-CLU-058" in told.stderr, f"after {took:.0f} s: {told}")
    claim(took < 900, f"it gave up after {took:.0f} s only")
    claim("STAND-IN: crash on demand" in told.stderr, f"not the end of the log: {told.stderr}")
    claim("restarts" in told.stderr and "container provider" in told.stderr, told.stderr)
    waits = [line for line in told.stderr.splitlines() if "waiting" in line and "CrashLoopBackOff" in line]
    claim(waits, f"the wait did not say why: {told.stderr}")
    no_canary(told.stdout + told.stderr, "the crash")
    print(f"a crash loop is told after {took:.0f} s", flush=True)
    env(None)
    iplease("enable", "--yes", "--timeout", "provider=10m")
    print("cured: the same command goes on to the end", flush=True)


main(test)
