# SPDX-License-Identifier: Apache-2.0
"""What tests on a lab share. They run on the node's network, on a fresh lab or one after the other:

    tests/lab/tests/run --fresh tests/lab/labctl shell -- python3 -B tests/lab/tests/charts_test.py
"""

import functools
import http.client
import json
import os
import re
import subprocess
import tempfile
import time
import unittest

REPOSITORY = "http://127.0.0.1:8879"
SERVICES = "akash-services"
METALLB = "metallb-system"
POOL = "203.0.113.100-203.0.113.120"
ADDRESS = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"
OWNER = "akash1hwmenz63dp59uve5ytea09suwgr47y3rn9902y"
HERE = os.path.dirname(os.path.abspath(__file__))
VALUES = os.path.join(HERE, "..", "akash", "provider-values.yaml")


def long_only(test):
    """Runs a test only with `./dev test --long`."""
    return unittest.skipUnless(os.environ.get("IPLEASE_LONG"), "only with --long")(test)


def run(*argv, stdin=None, timeout=180):
    """(exit status, standard output, standard error) of a command."""
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
    return done.returncode, done.stdout, done.stderr


def good(*argv, **rest):
    """The standard output of a command that must succeed."""
    status, out, err = run(*argv, **rest)
    if status:
        raise AssertionError(f"{' '.join(argv)}: exit {status}: {err.strip() or out.strip()}")
    return out


def kubectl(*args, **rest):
    return good("kubectl", *args, **rest)


def helm(*args, **rest):
    return good("helm", *args, **rest)


def apply(text):
    kubectl("apply", "-f", "-", stdin=text)


def wait_for(seconds, what, holds):
    """Polls until holds() is true and returns its value. `what` may be a function."""
    limit = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > limit:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.2)


def stays(seconds, holds):
    """Whether holds() stays true all the time."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if not holds():
            return False
        time.sleep(0.2)
    return True


class ApiProxy:
    """Raw HTTP to the API server: status and body as sent, which kubectl does not show."""

    def __init__(self):
        self._process = subprocess.Popen(
            ["kubectl", "proxy", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._port = int(re.search(r":(\d+)\s*$", self._process.stdout.readline()).group(1))

    def get(self, path, timeout=15):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def close(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


def install_metallb(*more):
    """Installs MetalLB as the guide does, and waits for it."""
    kubectl("create", "ns", METALLB)
    for mode in ("enforce", "audit", "warn"):
        kubectl("label", "ns", METALLB, f"pod-security.kubernetes.io/{mode}=privileged")
    helm(
        "install", "metallb", "metallb", "--repo", f"{REPOSITORY}/metallb", "--version", "0.14.8", "-n", METALLB,
        "--set", "speaker.ignoreExcludeLB=true,speaker.frr.enabled=false", "--wait", *more,
    )


def expose_controller(port_name="monitoring"):
    """The Service through which the operator finds MetalLB. None leaves its port without a name."""
    port = {"protocol": "TCP", "port": 7472}
    if port_name:
        port["name"] = port_name
    selector = {"app.kubernetes.io/name": "metallb", "app.kubernetes.io/component": "controller"}
    meta = {"name": "controller", "namespace": METALLB}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"selector": selector, "ports": [port]}}
    apply(json.dumps(service))


def make_pool(addresses=POOL, name="default", auto_assign=True):
    meta = {"name": name, "namespace": METALLB}
    spec = {"addresses": [addresses], "autoAssign": auto_assign}
    pool = {"apiVersion": "metallb.io/v1beta1", "kind": "IPAddressPool", "metadata": meta, "spec": spec}
    advertisement = {
        "apiVersion": "metallb.io/v1beta1", "kind": "L2Advertisement", "metadata": {**meta, "name": "l2"},
        "spec": {"ipAddressPools": [name]},
    }
    text = json.dumps(pool) + "\n---\n" + json.dumps(advertisement)
    answer = []

    def accepted():
        answer[:] = run("kubectl", "apply", "-f", "-", stdin=text)
        return answer[0] == 0

    wait_for(60, lambda: f"the pool is accepted: {answer}", accepted)


def install_operator(*more, version="19.0.2", address=ADDRESS, check=True):
    command = [
        "install", "akash-ip-operator", "akash-ip-operator", "--repo", f"{REPOSITORY}/akash", "--version", version,
        "-n", SERVICES, *(["--set", f"provider_address={address}"] if address else []), *more,
    ]
    return helm(*command) if check else run("helm", *command)


def remove_operator():
    run("helm", "-n", SERVICES, "uninstall", "akash-ip-operator", "--wait", "--timeout", "60s")


def newest_pod(selector):
    """The pod that is not terminating, or None. A stuck operator stays beside its successor for 30 s."""
    listed = json.loads(kubectl("-n", SERVICES, "get", "pods", "-l", selector, "-o", "json"))["items"]
    staying = [pod for pod in listed if "deletionTimestamp" not in pod["metadata"]]
    return max(staying, key=lambda pod: pod["metadata"]["creationTimestamp"], default=None)


def operator_log(selector="app.kubernetes.io/name=ip"):
    pod = newest_pod(selector)
    return run("kubectl", "-n", SERVICES, "logs", pod["metadata"]["name"], "--tail=-1")[1] if pod else ""


def plain(text):
    """The text without the escape codes in the provider's log."""
    return re.sub(r"\x1b\[[0-9]*m", "", text)


def upgrade_provider(*more, version, values=VALUES):
    return run(
        "helm", "upgrade", "akash-provider", "provider", "--repo", f"{REPOSITORY}/akash", "--version", version,
        "-n", SERVICES, *(["-f", values] if values else []), *more,
    )


@functools.cache
def scratch():
    return tempfile.mkdtemp(prefix="livelab.")


class LiveTest(unittest.TestCase):
    """A test case with an API proxy; `operator(path)` asks the IP operator through it."""

    @classmethod
    def setUpClass(cls):
        cls.api = ApiProxy()
        cls.addClassCleanup(cls.api.close)

    def operator(self, path, port="operator-ip:rest"):
        return self.api.get(f"/api/v1/namespaces/{SERVICES}/services/{port}/proxy/{path}")

    def operator_good(self, available=21):
        status, body = self.operator("usage")
        return status == 200 and json.loads(body)["Available"] == available

    def locked(self):
        """Whether the operator itself answers 503. Its body is empty; the API server's own 503 has one."""
        return self.operator("health") == (503, "")
