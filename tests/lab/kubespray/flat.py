# SPDX-License-Identifier: Apache-2.0
"""A checkout of v2.21: flat variables and MetalLB 0.12, whose pool is in its ConfigMap. That is not migrated, and works."""

from standin import ARGS, RUN, healthy, nothing_more, old_checkout  # first: it sets the path
from onlab import claim, iplease, kubectl, lease_answers, main, usage


def test():
    old_checkout()
    iplease("enable", "--yes", *RUN)
    config = kubectl("-n", "metallb-system", "get", "configmap", "config", "-o", "jsonpath={.data.config}")
    claim("name: default" in config and "203.0.113.100-203.0.113.120" in config, f"the ConfigMap has {config}")
    claim("metallb.io" not in kubectl("get", "crd", "-o", "name"), "there are custom resources of MetalLB")
    claim(usage()["Available"] == 21, f"/usage says {usage()}")
    print("leased", lease_answers(), flush=True)
    healthy()
    nothing_more()


main(test)
