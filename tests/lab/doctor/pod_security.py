# SPDX-License-Identifier: Apache-2.0
"""An API server that enforces pod security in namespaces without a label. In its own lab, with IPLEASE_LONG."""

import os
import subprocess
import sys

from bench import LABCTL, Row, claim, doctor, enable, kubectl, main, play, until

SPACE = "metallb-system"
LABELS = [f"pod-security.kubernetes.io/{mode}" for mode in ("enforce", "audit", "warn")]


def unlabelled():
    """As after a cluster upgrade, or after a namespace was recreated: the next speaker is refused. Doctor also reports
    the missing labels (IPL-MLB-022). One fix covers both."""
    kubectl("label", "namespace", SPACE, *[f"{label}-" for label in LABELS])
    kubectl("-n", SPACE, "delete", "pod", "-l", "app.kubernetes.io/component=speaker", "--now")


def inside():
    code, found = doctor("--pre")
    claim(code == 0 and not found, f"before enable: exit {code}, {sorted(found)}")
    enable()
    until(set(), "enabled: the labels overrule the default")
    play(Row("pod security by default", {"IPL-CLU-052", "IPL-MLB-022"}, unlabelled, fix=True, says="PodSecurity"))


def outside():
    if not os.environ.get("IPLEASE_LONG"):
        print("only with IPLEASE_LONG=1 (./dev test --long)")
        sys.exit(125)
    lab = os.environ.get("IPLEASE_LAB_NAME", "default") + "-psa"
    env = {**os.environ, "IPLEASE_LAB_POD_SECURITY": "baseline"}
    try:
        subprocess.run([LABCTL, "up", "--tier", "cheap", "--name", lab], check=True, env=env)
        subprocess.run([LABCTL, "shell", "--name", lab, "--", sys.executable, "-B", *sys.argv], check=True)
    finally:
        subprocess.run([LABCTL, "down", "--name", lab], check=False)


if "IPLEASE_LAB_DIR" in os.environ:
    main(inside)
else:
    outside()
