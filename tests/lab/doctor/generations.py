# SPDX-License-Identifier: Apache-2.0
"""No false alarm on any generation of the provider chart: before enable, after it, and with the old names of charts up
to 8. Only with IPLEASE_LONG, in its own labs."""

import os
import subprocess
import sys

from bench import LABCTL, RESTARTS, Row, claim, doctor, enable, kubectl, main, play, run, until

SPACE = "akash-services"
SET = "statefulset/akash-provider"
REPOSITORY = "http://127.0.0.1:8879/akash"
VALUES = os.path.join(os.environ.get("HOME", "/"), "provider/provider.yaml")


def upgrade_12(switch):
    run("helm", "-n", SPACE, "upgrade", "akash-provider", "provider", "--repo", REPOSITORY, "--version", "12.1.2",
        "-f", VALUES, "--set", f"ipoperator={switch}")


def trap_of_12():
    """Only a ConfigMap carries the switch, so the pod keeps the value it started with."""
    upgrade_12("false")
    kubectl("-n", SPACE, "rollout", "restart", SET)
    kubectl("-n", SPACE, "rollout", "status", SET, "--timeout=120s")
    upgrade_12("true")


def inside(generation):
    code, found = doctor("--pre")
    claim(code == 0 and not found, f"chart {generation} before enable: exit {code}, {sorted(found)}")
    enable()
    until(set(), f"chart {generation}, enabled")
    print(f"chart {generation}: no finding before and after enable", flush=True)
    name = RESTARTS[generation]
    play(Row(f"chart {generation}: {name} stopped", {"IPL-IPO-012"},
             lambda: kubectl("-n", SPACE, "scale", name, "--replicas=0"),
             cure=["kubectl", "-n", SPACE, "scale", name, "--replicas=1"]))
    if generation == "12":
        play(Row("chart 12: the switch reaches no pod", {"IPL-PRV-011"}, trap_of_12, fix=True))


def outside():
    if not os.environ.get("IPLEASE_LONG"):
        print("only with IPLEASE_LONG=1 (./dev test --long)")
        sys.exit(125)
    lab = os.environ.get("IPLEASE_LAB_NAME", "default") + "-gen"
    try:
        for generation in sorted(RESTARTS, key=int):
            subprocess.run([LABCTL, "up", "--tier", "cheap", "--provider", generation, "--name", lab], check=True)
            subprocess.run(
                [LABCTL, "shell", "--name", lab, "--", sys.executable, "-B", sys.argv[0], sys.argv[1], generation], check=True)
    finally:
        subprocess.run([LABCTL, "down", "--name", lab], check=False)


if "IPLEASE_LAB_DIR" in os.environ:
    main(lambda: inside(sys.argv[2]))
else:
    outside()
