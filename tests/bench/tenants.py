# SPDX-License-Identifier: Apache-2.0
"""Objects of many tenants, as Akash makes them for a lease: a namespace, a Deployment without pods (only the number of
objects matters) and a ClusterIP Service. Run it on a lab's node network: tenants.py NUMBER"""

import json
import subprocess
import sys

PER_NAMESPACE = 50


def objects(number):
    """`number` Deployments and as many Services."""
    for index in range(number):
        space = f"tenants-{index // PER_NAMESPACE}"
        if index % PER_NAMESPACE == 0:
            yield {"apiVersion": "v1", "kind": "Namespace",
                   "metadata": {"name": space, "labels": {"akash.network": "true", "akash.network/namespace": space}}}
        labels = {"akash.network": "true", "akash.network/namespace": space, "akash.network/manifest-service": f"web-{index}"}
        here = {"name": f"web-{index}", "namespace": space, "labels": labels}
        containers = [{"name": "web", "image": "registry.example.com/tenant/web:1", "args": ["--port=80", "x" * 200]}]
        yield {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": here,
               "spec": {"replicas": 0, "selector": {"matchLabels": labels},
                        "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}}}}
        yield {"apiVersion": "v1", "kind": "Service", "metadata": here,
               "spec": {"type": "ClusterIP", "selector": labels, "ports": [{"name": "http", "port": 80}]}}


def make(number, size=500):
    """Creates them, `size` at a time."""
    made = list(objects(number))
    for start in range(0, len(made), size):
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": made[start : start + size]})
        subprocess.run(["kubectl", "create", "-f", "-"], input=text, text=True, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    make(int(sys.argv[1]))
