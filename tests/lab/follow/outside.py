# SPDX-License-Identifier: Apache-2.0
"""Printed commands of other programs that reach outside the cluster, or remove something from it. Each runs in the
state in which doctor or enable prints it. internet.py plays the internet.

outside.py IPLEASE [CASE...]"""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
for room in ("enable", "status"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / room))

from onlab import LAB, LABCTL, STATE, claim, follow, iplease, kubectl, main, play, shell  # noqa: E402
from leases import until  # noqa: E402
from wrapped import tool_as_it_is, tool_that  # noqa: E402

HOME = STATE / "home"
AKASH = ("-n", "akash-services")


def found(identity):
    """Doctor's output, once it has that finding."""
    return until(identity, lambda: identity in (said := iplease("doctor", check=False).stdout) and said)


def cured(identity):
    until(f"{identity} is cured", lambda: identity not in iplease("doctor", check=False).stdout, 120)


def provider():
    """The provider's release as `status` shows it. The printed fixes refer to it."""
    return json.loads(iplease("status", "-o", "json").stdout)["versions"]["provider"]


@contextlib.contextmanager
def internet():
    """The environment in which that internet is reachable."""
    certificate, key = HOME / "internet.crt", HOME / "internet.key"
    names = "subjectAltName=DNS:github.com,DNS:akash-network.github.io"
    shell("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=internet", "-addext", names,
          "-keyout", str(key), "-out", str(certificate))
    program = Path(__file__).resolve().parent / "internet.py"
    served = subprocess.Popen(
        [LABCTL, "shell", "--name", LAB, "--", "python3", "-B", str(program), certificate, key, provider()["app"]],
        stdout=subprocess.PIPE, text=True)
    try:
        port = served.stdout.readline().strip()
        yield {**os.environ, "HTTPS_PROXY": f"http://127.0.0.1:{port}", "SSL_CERT_FILE": str(certificate),
               "NO_PROXY": "127.0.0.1,203.0.113.0/24"}
    finally:
        served.kill()
        served.wait()


def crd():
    kubectl("delete", "crd", "providerleasedips.akash.network")
    told = found("IPL-PRV-004").replace("VERSION", provider()["app"])
    with internet() as there:
        follow(told, "kubectl apply -f https://github.com/akash-network/provider/raw/"
               f"v{provider()['app']}/pkg/apis/akash.network/crd.yaml", env=there)
    cured("IPL-PRV-004")


def secret():
    kubectl(*AKASH, "patch", "secret", "akash-provider-keys", "--type=merge", "-p", '{"data": null}')
    release = provider()
    version = release["chart"].rpartition("-")[2]
    file = str(HOME / "provider" / "provider.yaml")
    told = found("IPL-PRV-065").replace("INSTALLED", version).replace("PROVIDER.YAML", file)
    with internet() as there:
        follow(told, f"helm -n akash-services upgrade {release['release']} provider "
               f"--repo https://akash-network.github.io/helm-charts --version {version} -f {file}", env=there)
    cured("IPL-PRV-065")


def node():
    """A node that has gone. Nothing is scheduled to it."""
    kubectl("apply", "-f", "-", stdin=json.dumps({
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": "gone"},
        "spec": {"taints": [{"key": "example.com/gone", "effect": "NoSchedule"}]}}))
    dead = {"type": "Ready", "status": "False", "reason": "KubeletNotReady", "message": "PLEG is not healthy"}
    kubectl("patch", "node", "gone", "--subresource=status", "--type=merge", "-p", json.dumps({"status": {"conditions": [dead]}}))
    told = found("IPL-CLU-090")
    claim("1 of 2 nodes is not Ready: gone" in " ".join(told.split()), told)
    looked = follow(told, "kubectl describe node NODE", fill={"NODE": "gone"}).stdout
    claim("KubeletNotReady" in looked or "NodeStatusUnknown" in looked, looked)
    follow(told, "kubectl delete node NODE", fill={"NODE": "gone"})
    cured("IPL-CLU-090")


def history():
    """Helm answers every command except one, about a failed release."""
    kubectl("cordon", "node1")
    kubectl(*AKASH, "delete", "pods", "-l", "app.kubernetes.io/instance=ip-service", "--wait=false")
    upgrade = shell("helm", *AKASH, "upgrade", "akash-ip-operator", "akash-ip-operator", "--repo",
                    "http://127.0.0.1:8879/akash", "--version", "19.0.2", "--reuse-values", "--wait", "--timeout", "2s", check=False)
    kubectl("uncordon", "node1")
    claim(upgrade.returncode != 0, "no node took the pod, and the upgrade was good")
    helm = tool_that('*" history "*|"history "*', "echo 'Error: no answer' >&2; exit 1", "helm")
    told = iplease("enable", "--yes", "--helm", helm, check=False)
    claim(told.returncode == 3 and "IPL-HELM-060" in told.stderr, told)
    past = follow(told.stderr, "helm history RELEASE -n NAMESPACE").stdout
    claim("akash-ip-operator-19.0.2" in past and "failed" in past, past)
    tool_as_it_is("helm")
    iplease("enable", "--yes", "--helm", helm)
    claim("IPL-HELM-060" not in iplease("doctor", check=False).stdout, "the history is not read again")


def test():
    iplease("enable", "--yes")
    play(crd, secret, node, history)


main(test)
