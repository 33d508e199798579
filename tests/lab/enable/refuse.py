# SPDX-License-Identifier: Apache-2.0
"""What is wrong is told by id before anything is changed; each fault is made for real."""

import json

from onlab import audit_mark, claim, iplease, kubectl, main, shell, writes_since


def refused(what, code, identity, *args):
    mark = audit_mark()
    told = iplease("enable", "--yes", *args, check=False)
    claim(
        told.returncode == code and identity in told.stderr,
        f"{what}: exit {told.returncode}, wanted {code} and {identity}\n{told.stdout}\n{told.stderr}",
    )
    claim(writes_since(mark) == [], f"{what}: something was written: {writes_since(mark)}")
    print(f"{what}: {identity}, exit {code}", flush=True)


def test():
    refused("a pool with a node's address", 3, "IPL-POOL-031", "--pool", "203.0.113.8/29")
    refused("another cluster", 7, "IPL-CLU-005", "--expect-cluster", "00000000-0000-0000-0000-000000000000")
    refused("no such context", 11, "IPL-CLU-001", "--context", "nowhere")
    refused("no kubectl", 11, "IPL-CLU-003", "--kubectl", "/nonexistent/kubectl")
    refused("no helm", 11, "IPL-CLU-004", "--helm", "/nonexistent/helm")
    refused("a typing error in the address", 2, "IPL-", "--provider-address", "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfy")
    refused("another release name", 3, "IPL-PRV-001", "--set", "provider.release=other-provider")
    refused("a MetalLB out of range", 2, "IPL-", "--metallb-version", "0.16.2")

    crd = kubectl("get", "crd", "providerleasedips.akash.network", "-o", "json")
    kubectl("delete", "crd", "providerleasedips.akash.network")
    refused("no CRD of leased addresses", 3, "IPL-PRV-004")
    kept = json.loads(crd)
    kept["metadata"] = {"name": kept["metadata"]["name"]}
    kept.pop("status", None)
    kubectl("create", "-f", "-", stdin=json.dumps(kept))

    service = {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "other", "namespace": "default"},
        "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
    }
    kubectl("apply", "-f", "-", stdin=json.dumps(service))
    refused("a Service that would take an address", 3, "IPL-LBC-002")
    kubectl("delete", "service", "other")

    kubectl("delete", "namespace", "lease")
    refused("no namespace lease", 3, "IPL-PRV-003")
    kubectl("create", "namespace", "lease")

    shell("sh", "-c", "sed -i 's/^domain:.*/domain: other.example.com/' $HOME/provider/provider.yaml")
    refused("file and release differ", 2, "IPL-VAL-010")


main(test)
