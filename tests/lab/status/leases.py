# SPDX-License-Identifier: Apache-2.0
"""A lease, requested the way the provider asks its IP operator."""

import base64
import hashlib
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))

from onlab import claim, kubectl  # noqa: E402

OWNER = "akash16l4nf3z6xttgk673q536p873axmy8c7aggre3g"
PROVIDER = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"


def lease_namespace(dseq=7):
    digest = hashlib.sha224(f"{OWNER}/{dseq}/1/1/{PROVIDER}".encode()).digest()
    return base64.b32hexencode(digest).decode().rstrip("=").lower()


def lease(name, port, dseq=7):
    """One ProviderLeasedIP. All with one dseq share an address."""
    kubectl("apply", "-f", "-", stdin=json.dumps(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": lease_namespace(dseq)}}))
    spec = {
        "lease_id": {"owner": OWNER, "dseq": str(dseq), "gseq": 1, "oseq": 1, "provider": PROVIDER},
        "service_name": "web", "port": 3000, "external_port": port, "protocol": "TCP",
        "sharing_key": f"{OWNER}-ip-myendpoint-{dseq}",
    }
    kubectl("apply", "-f", "-", stdin=json.dumps({
        "apiVersion": "akash.network/v2beta2", "kind": "ProviderLeasedIP",
        "metadata": {"name": name, "namespace": "lease"}, "spec": spec,
    }))


def end_lease(name):
    kubectl("-n", "lease", "delete", "providerleasedip", name)


def until(what, holds, seconds=30):
    """Polls and returns the last answer."""
    limit = time.monotonic() + seconds
    while not (answer := holds()):
        claim(time.monotonic() < limit, f"not seen within {seconds} s: {what}")
        time.sleep(0.2)
    return answer
