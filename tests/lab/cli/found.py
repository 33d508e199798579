# SPDX-License-Identifier: Apache-2.0
"""Findings of doctor that no other test makes. found.py IPLEASE"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "enable"))
from onlab import claim, iplease, kubectl, main, shell  # noqa: E402

SPACE = ("-n", "akash-services")


def expect(identity, told, wanted):
    claim(told.returncode == wanted and identity in told.stdout + told.stderr,
          f"exit {told.returncode}, wanted {wanted} and {identity}\n{told.stdout}\n{told.stderr}")
    print(f"{identity}, exit {wanted}", flush=True)


def test():
    iplease("enable", "--yes")
    claim(iplease("doctor", check=False).returncode == 0, "doctor finds something right after enable")

    kubectl(*SPACE, "scale", "statefulset", "akash-provider", "--replicas=0")
    kubectl(*SPACE, "wait", "--for=delete", "pod/akash-provider-0", "--timeout=60s")
    expect("IPL-PRV-020", iplease("doctor", check=False), 4)
    kubectl(*SPACE, "scale", "statefulset", "akash-provider", "--replicas=1")

    # An upgrade by hand that fails leaves the release in status failed.
    broken = shell("helm", "upgrade", "akash-ip-operator", "akash-ip-operator", "--repo", "http://127.0.0.1:8879/akash",
                   "--version", "19.0.2", *SPACE, "--reuse-values", "--set", "image.tag=none", "--wait", "--timeout", "4s",
                   check=False)
    claim(broken.returncode != 0, "the upgrade was meant to fail")
    expect("IPL-IPO-011", iplease("doctor", check=False), 4)


main(test)
