#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The cheap tier: up and fresh again within its time limits, no trace of an earlier test, and a clean machine."""

import json
import os
import shlex
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
import host  # noqa: E402
import marks  # noqa: E402
from labtest import claim, labctl, main, shell, timed  # noqa: E402

NAME = os.environ["IPLEASE_LAB_NAME"] = "cheaplife"
RUN = Path("/run/iplease-lab") / NAME


def provider_is_there() -> None:
    releases = [(r["name"], r["status"], r["revision"]) for r in json.loads(shell("helm list -A -o json"))]
    claim(releases == [("akash-provider", "deployed", "1")], f"releases: {releases}")
    told = shell("kubectl -n akash-services rollout status statefulset/akash-provider --timeout=30s", check=False)
    claim("complete" in told or "partitioned roll out" in told, f"the provider is not ready: {told!r}")


STUBBORN = {
    "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "stubborn"},
    "spec": {
        "terminationGracePeriodSeconds": 5,
        "containers": [{
            "name": "main", "image": "ghcr.io/akash-network/provider:0.16.2",
            "command": ["/bin/sh", "-c", "trap '' TERM; echo I stay; while :; do sleep 1; done"],
        }],
    },
}


def grace_period_is_given() -> None:
    """A pod that ignores SIGTERM stays Terminating for its whole grace period, and its log is readable until then."""
    shell(f"echo {shlex.quote(json.dumps(STUBBORN))} | kubectl apply -f -")
    shell("kubectl wait pod/stubborn --for=condition=Ready --timeout=30s")
    shell("kubectl delete pod stubborn --wait=false")
    began = time.monotonic()
    log = shell("sleep 2; kubectl logs stubborn")
    claim(log == "I stay", f"the log of a Terminating pod: {log!r}")
    shell("kubectl wait pod/stubborn --for=delete --timeout=30s")
    took = time.monotonic() - began
    claim(4 < took < 15, f"with 5 s to end it was there for {took:.1f} s")


def test() -> None:
    labctl("down")
    before = host.observe()
    timed(12, "up", "--tier", "cheap")
    provider_is_there()
    grace_period_is_given()
    identity = shell(marks.IDENTITY)
    for _ in range(3):
        marks.leave(RUN)
        timed(8, "reset")
        marks.are_gone(RUN, identity)
        provider_is_there()
    timed(10, "down")
    found = host.differences(before, host.observe()) + host.leftovers(NAME)
    claim(not found, "not as it was: " + "; ".join(found))


main(test)
