# SPDX-License-Identifier: Apache-2.0
"""A pool enlarged later reaches the IP operator at once. A pool that would lose an address in use is refused. An
installed MetalLB is kept."""

from onlab import claim, iplease, kubectl, main, shell, usage

LARGER = "203.0.113.100-203.0.113.130"
SMALLER = "203.0.113.110-203.0.113.120"


def test():
    shell(
        "helm", "install", "metallb", "metallb", "--repo", "http://127.0.0.1:8879/metallb", "--version", "0.14.8",
        "-n", "metallb-system", "--create-namespace", "--set", "speaker.frr.enabled=false", "--wait",
    )
    iplease("enable", "--yes")
    revisions = shell("helm", "-n", "metallb-system", "list", "-o", "json").stdout
    claim('"chart":"metallb-0.14.8"' in revisions, f"MetalLB was not kept: {revisions}")
    iplease("enable", "--yes", "--pool", LARGER)
    claim(usage()["Available"] == 31, f"/usage after growing: {usage()}")
    told = iplease("verify", "--keep", check=False)
    claim(told.returncode == 0, f"verify --keep: {told}")
    kubectl("-n", "akash-services", "get", "service", "iplease-verify")
    refused = iplease("enable", "--yes", "--pool", SMALLER, check=False)
    claim(refused.returncode == 3 and "IPL-POOL-020" in refused.stderr, f"shrinking below an address in use: {refused}")


main(test)
