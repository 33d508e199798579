# SPDX-License-Identifier: Apache-2.0
"""What only the IP operator knows about leases. `verify` does not say "verified" while it is locked, and a lease that
it gave up on is reported with its owner and the last error. ignored.py IPLEASE"""

import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))

from onlab import audit_mark, claim, iplease, kubectl, main, writes_since  # noqa: E402
from leases import OWNER, PROVIDER, until  # noqa: E402

SPACE = "akash-services"


def usage():
    return kubectl("get", "--raw", f"/api/v1/namespaces/{SPACE}/services/operator-ip:rest/proxy/usage", check=False)


def locked():
    """MetalLB's controller is missing when the operator looks again: the barrier locks, but the pod stays Ready."""
    kubectl("-n", "metallb-system", "scale", "deployment", "metallb-controller", "--replicas=0")
    kubectl("-n", "metallb-system", "wait", "--for=delete", "pod", "-l", "app.kubernetes.io/component=controller",
            "--timeout=60s")
    kubectl("-n", SPACE, "rollout", "restart", "deployment/operator-ip")
    kubectl("-n", SPACE, "rollout", "status", "deployment/operator-ip", "--timeout=60s")
    until("the barrier is locked", lambda: "Available" not in usage())
    mark = audit_mark()
    told = iplease("verify", check=False)
    claim(told.returncode == 3 and "IPL-VER-085" in told.stderr, f"wanted IPL-VER-085: {told}")
    claim("verified" not in told.stdout and writes_since(mark) == [], f"{told}\n{writes_since(mark)}")
    kubectl("-n", "metallb-system", "scale", "deployment", "metallb-controller", "--replicas=1")
    kubectl("-n", "metallb-system", "rollout", "status", "deployment/metallb-controller", "--timeout=60s")
    until("the barrier is open again", lambda: "Available" in usage(), 60)
    claim(iplease("verify").stdout.startswith("verified: "), "not verified with an open barrier")
    print("locked: not verified", flush=True)


def ignored():
    """A lease whose namespace is gone. Its Service cannot be created, and after some tries the operator gives up."""
    spec = {"lease_id": {"owner": OWNER, "dseq": "99", "gseq": 1, "oseq": 1, "provider": PROVIDER},
            "service_name": "web", "port": 3000, "external_port": 80, "protocol": "TCP",
            "sharing_key": f"{OWNER}-ip-gone-99"}
    kubectl("apply", "-f", "-", stdin=json.dumps({
        "apiVersion": "akash.network/v2beta2", "kind": "ProviderLeasedIP",
        "metadata": {"name": "gone", "namespace": "lease"}, "spec": spec}))
    path = f"/api/v1/namespaces/{SPACE}/services/operator-ip:rest/proxy/ignored-leases"
    # Each failed try closes the barrier for a moment, even the last one.
    until("the lease is ignored and the barrier open",
          lambda: OWNER in kubectl("get", "--raw", path, check=False) and "Available" in usage(), 90)
    doctor = iplease("doctor", check=False).stdout
    claim("IPL-IPO-085" in doctor and OWNER in doctor and "last with:" in doctor, doctor)
    status = iplease("status", check=False).stdout
    claim(OWNER in status and "ignores" in status, status)
    verified = iplease("verify").stdout
    claim(OWNER in verified and verified.startswith("verified: "), verified)
    kubectl("-n", "lease", "delete", "providerleasedip", "gone")
    print("ignored: told by doctor, status and verify", flush=True)


def test():
    iplease("enable", "--yes")
    locked()
    ignored()


main(test)
