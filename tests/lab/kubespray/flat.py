# SPDX-License-Identifier: Apache-2.0
"""A checkout of v2.21: flat variables and MetalLB 0.12, whose pool is in its ConfigMap. iplease does not migrate it,
and it works."""

import json

from standin import ARGS, RUN, healthy, manifests, nothing_more, old_checkout  # first: it sets the path
from onlab import claim, iplease, kubectl, lease_answers, main, usage


def left_over():
    """A pool as a custom resource, which MetalLB 0.12 ignores. It must not count as the pool in force."""
    types = [one for one in manifests().read_text(encoding="utf-8").split("\n---")
             if "name: ipaddresspools.metallb.io" in one or "name: l2advertisements.metallb.io" in one]
    claim(len(types) == 2, f"{len(types)} resource types of pools")
    kubectl("apply", "-f", "-", stdin="\n---".join(types))
    kubectl("wait", "--for=condition=Established", "crd/ipaddresspools.metallb.io", "--timeout=30s")
    kubectl("apply", "-f", "-", stdin=json.dumps(
        {"apiVersion": "metallb.io/v1beta1", "kind": "IPAddressPool", "metadata": {"name": "default", "namespace": "metallb-system"},
         "spec": {"addresses": ["198.51.100.0/28"], "autoAssign": False}}))


def test():
    old_checkout()
    iplease("enable", "--yes", *RUN)
    config = kubectl("-n", "metallb-system", "get", "configmap", "config", "-o", "jsonpath={.data.config}")
    claim("name: default" in config and "203.0.113.100-203.0.113.120" in config, f"the ConfigMap has {config}")
    claim("metallb.io" not in kubectl("get", "crd", "-o", "name"), "there are custom resources of MetalLB")
    claim(usage()["Available"] == 21, f"/usage says {usage()}")
    print("leased", lease_answers(), flush=True)
    healthy()
    left_over()
    healthy()
    kubectl("delete", "crd", "ipaddresspools.metallb.io", "l2advertisements.metallb.io")
    nothing_more()


main(test)
