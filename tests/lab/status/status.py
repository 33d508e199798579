# SPDX-License-Identifier: Apache-2.0
"""`iplease status` in every state that an operator may meet. It never writes, neither on the cluster nor on the
machine."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))

from onlab import IPLEASE, LAB, LABCTL, STATE, audit_mark, claim, iplease, kubectl, main, no_canary, play, shell, writes_since  # noqa: E402
from inflight import kill_in, our_pids, send_in  # noqa: E402
from leases import OWNER, lease, until  # noqa: E402
from json_schema import check  # noqa: E402


def state_files():
    home = STATE / "home"
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*") if path.is_file() and "/.cache/" not in str(path) and "/.kube/" not in str(path)
    }


def status(*args, code=0, idle=True):
    """Runs it with text output. Claims the exit code, 80 columns, and that nothing was written."""
    mark, before = audit_mark(), state_files() if idle else None
    told = iplease("status", *args, check=False)
    where = f"status {' '.join(args)}: {told.stdout}{told.stderr}"
    claim(told.returncode == code, f"exit {told.returncode}, wanted {code}: {where}")
    if idle:
        claim(writes_since(mark) == [], f"it wrote {writes_since(mark)}")
        claim(state_files() == before, f"it wrote files: {where}")
    claim("-o" in args or all(len(line) <= 80 for line in told.stdout.splitlines()), f"wider than 80: {where}")
    no_canary(told.stdout + told.stderr, where)
    return told


def as_json(*args, code=0, idle=True):
    return check("status", json.loads(status("-o", "json", *args, code=code, idle=idle).stdout))


def part(told, stage):
    return next(one for one in told["parts"] if one["stage"] == stage)


def off():
    told = status("--detailed-exitcode").stdout
    claim(told.startswith("IP leases are off\n") and "iplease enable" in told, told)
    found = as_json()
    claim(found["state"] == "off" and found["applied"] is None, found)
    claim(part(found, "metallb")["present"] == "no" and found["versions"]["metallb"] is None, found)
    claim(found["versions"]["provider"]["chart"] == "19.0.2", found["versions"])
    waited = status("--wait", "1s", code=6)
    claim("IPL-RUN-006" in waited.stderr and "waiting (at most 1s): MetalLB: not installed" in waited.stderr, waited.stderr)
    claim("IPL-CLI-003" in status("--wait", "soon", code=2).stderr, "--wait soon")


def unreachable():
    claim("IPL-CLU-001" in status("--context", "nowhere", code=11).stderr, "no such context")
    found = as_json("--context", "nowhere", code=11)
    claim(found["state"] == "unreachable" and found["cluster"]["uid"] is None, found)
    claim("IPL-CLU-003" in status("--kubectl", "/nonexistent/kubectl", "--wait", "5m", code=11).stderr, "no kubectl")
    claim("IPL-CLU-005" in status("--expect-cluster", "other", code=7).stderr, "another cluster")


def unfinished():
    run = send_in("pool/proof", signal.SIGSTOP, "enable", "--yes")
    at_work = as_json(idle=False)["unfinished_run"]
    claim(at_work and "pid" in (at_work["at_work"] or ""), f"a run at work: {at_work}")
    kill_stopped(run)
    told = status("--detailed-exitcode", code=20).stdout
    claim("partly on; missing: ip-operator, provider" in told, told)
    claim("go on with: iplease resume" in told and told.count("verify, until a temporary Service") == 1, told)
    found = as_json()
    claim(found["unfinished_run"]["at_work"] is None and found["next"][0]["command"] == "iplease resume", found)
    iplease("resume", "--yes")


def kill_stopped(run):
    for pid in our_pids(run):
        os.kill(pid, signal.SIGKILL)
    run.communicate(timeout=60)


def on():
    told = status("--wait", "5m", "--detailed-exitcode")
    claim("waiting (" not in told.stderr, f"--wait waits though all is well: {told.stderr}")
    claim(told.stdout.startswith("IP leases are on\n") and "none since run" in told.stdout, told.stdout)
    found = as_json()
    claim(found["healthy"] and found["drift"] == [] and found["owed"] == [], found)
    claim(found["usage"] == {"available": 21, "in_use": 0}, found["usage"])
    claim(found["pools"] == [{
        "name": "default", "addresses": ["203.0.113.100-203.0.113.120"], "size": 21, "in_use": 0, "free": 21,
        "auto_assign": True}], found["pools"])
    claim(found["versions"]["metallb"] == "0.14.8", found["versions"])


def leased():
    """Two ports of one lease share an address; a Service of somebody else has another."""
    lease("one", 80)
    lease("two", 81)
    other = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "other", "namespace": "default"},
             "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}
    kubectl("apply", "-f", "-", stdin=json.dumps(other))
    found = until("three Services with addresses", lambda: (
        told := as_json(), sum(bool(one["addresses"]) for one in told["services"]) == 3 and told)[1])
    claim(found["pools"][0]["in_use"] == 2 and found["pools"][0]["free"] == 19, found["pools"])
    tenant = [one for one in found["services"] if one["lease"]]
    claim([one["lease"] for one in tenant] == [f"{OWNER}/7/1/1"] * 2, tenant)
    claim(tenant[0]["addresses"] == tenant[1]["addresses"] and tenant[0]["manifest_service"] == "web", tenant)
    # Neither has a backend, so no node announces it. MetalLB 0.14.8 records that exactly.
    claim(all(one["announced"] == "no" for one in found["services"]), found["services"])
    text = status().stdout
    claim(f"lease {OWNER}/7/1/1" in text and "web-ip-81-tcp 81/TCP" in text and "default/other" in text, text)
    # A Service with a backend.
    kubectl("-n", "akash-services", "apply", "-f", "-", stdin=json.dumps({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "backed"},
        "spec": {"type": "LoadBalancer", "selector": {"app": "akash-provider"}, "ports": [{"port": 8443}]}}))
    until("who announces it", lambda: [one for one in as_json()["services"]
                                       if one["name"] == "backed" and one["announced_by"] == ["node1"]])
    kubectl("-n", "akash-services", "delete", "service", "backed")
    kubectl("delete", "service", "other")
    kubectl("-n", "lease", "delete", "providerleasedip", "one", "two")


def drifted_details():
    """Drift that the first lines of status do not show. It is found with the run's saved plan."""
    helm = ("helm", "-n", "akash-services", "upgrade", "akash-ip-operator", "akash-ip-operator", "--reuse-values",
            "--repo", "http://127.0.0.1:8879/akash", "--version")
    kubectl("-n", "metallb-system", "patch", "ipaddresspool", "default", "--type", "merge", "-p", '{"spec":{"avoidBuggyIPs":true}}')
    kubectl("-n", "metallb-system", "patch", "l2advertisement", "l2advertisement1", "--type", "merge", "-p",
            '{"spec":{"interfaces":["eth0"]}}')
    shell(*helm, "19.0.1")
    what = [f"{one['what']}: {one['applied']}, {one['live']}" for one in as_json("--detailed-exitcode", code=20)["drift"]]
    claim(what == ["avoidBuggyIPs of pool default: false, true", "interfaces of the L2Advertisement: all, eth0",
                   "chart of release akash-ip-operator: 19.0.2, 19.0.1"], what)
    kubectl("-n", "metallb-system", "patch", "ipaddresspool", "default", "--type", "merge", "-p", '{"spec":{"avoidBuggyIPs":null}}')
    kubectl("-n", "metallb-system", "patch", "l2advertisement", "l2advertisement1", "--type", "merge", "-p",
            '{"spec":{"interfaces":null}}')
    shell(*helm, "19.0.2")
    claim(as_json("--wait", "1m", "--detailed-exitcode")["drift"] == [], "drift after it was taken back")


def drifted():
    pool = '{"spec":{"addresses":["203.0.113.100-203.0.113.110"]}}'
    kubectl("-n", "metallb-system", "patch", "ipaddresspool", "default", "--type", "merge", "-p", pool)
    kubectl("-n", "metallb-system", "delete", "l2advertisement", "l2advertisement1")
    kubectl("-n", "metallb-system", "patch", "service", "controller", "--type", "json", "-p",
            '[{"op":"replace","path":"/spec/ports/0/name","value":"metrics"}]')
    shell("sh", "-c", "sed -i 's/^ipoperator:.*/ipoperator: false/' $HOME/provider/provider.yaml")
    status()  # 0, because it could read everything
    told = status("--detailed-exitcode", code=20).stdout
    claim("pool default: was 203.0.113.100-203.0.113.120, is" in told, told)
    found = as_json()
    what = [one["what"] for one in found["drift"]]
    claim(what[:3] == ["Service controller", "pool default", "advertisement of pool default"], what)
    claim(what[3].startswith("ipoperator in /") and what[3].endswith("provider.yaml"), what)
    claim(found["state"] == "partly" and part(found, "expose")["present"] == "no", found["parts"])
    shell("sh", "-c", "sed -i 's/^ipoperator:.*/ipoperator: true/' $HOME/provider/provider.yaml")
    iplease("enable", "--yes")
    claim(as_json("--wait", "1m")["drift"] == [], "drift after enable")


def owed():
    kill_in("verify/address", "verify")
    told = status("--detailed-exitcode", code=20).stdout
    claim("remove-verify-service, until Service" in told and "go on with: iplease resume" in told, told)
    iplease("verify")
    found = as_json("--detailed-exitcode")
    claim(found["owed"] == [] and found["unfinished_run"] is None, found)


def waited():
    """Says why it waits, and ends once the cause is gone."""
    kubectl("-n", "akash-services", "scale", "deployment", "operator-ip", "--replicas=0")
    until("the operator is away", lambda: not as_json()["healthy"])
    claim(status().stdout.startswith("IP leases are on, but not well\n"), "exit 0 says that it could look, not what it saw")
    waiting = subprocess.Popen(
        [LABCTL, "shell", "--name", LAB, "--", IPLEASE, "status", "--wait", "2m"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    first = waiting.stderr.readline()
    claim(first.startswith("waiting (at most 2m): ip-operator: /usage does not answer"), first)
    kubectl("-n", "akash-services", "scale", "deployment", "operator-ip", "--replicas=1")
    out, err = waiting.communicate(timeout=120)
    claim(waiting.returncode == 0 and out.startswith("IP leases are on\n"), out + err)


def kubeconfig_of(account):
    """A kubeconfig of a ServiceAccount, beside the lab's own."""
    token = kubectl("create", "token", account, "-n", "default").strip()
    path = STATE / f"{account}.kubeconfig"
    shell("sh", "-c", f"cp $KUBECONFIG {path}")
    user = kubectl("config", "view", "--kubeconfig", str(path), "-o", "jsonpath={.contexts[0].context.user}")
    kubectl("config", "unset", f"users.{user}", "--kubeconfig", str(path))
    kubectl("config", "set-credentials", user, f"--token={token}", "--kubeconfig", str(path))
    return str(path)


def forbidden():
    for account in ("nobody", "viewer"):
        kubectl("create", "serviceaccount", account, "-n", "default")
    kubectl("create", "clusterrolebinding", "viewer", "--clusterrole=view", "--serviceaccount=default:viewer")
    nobody = status("--kubeconfig", kubeconfig_of("nobody"), code=3)
    claim("IP leases: not known" in nobody.stdout and "IPL-CLU-002" in nobody.stderr, nobody)
    found = as_json("--kubeconfig", kubeconfig_of("nobody"), code=3)
    claim(found["state"] == "unknown" and not any(one["present"] == "no" for one in found["parts"]), found["parts"])
    viewer = as_json("--kubeconfig", kubeconfig_of("viewer"), code=3)
    claim(part(viewer, "metallb")["present"] == "yes" and part(viewer, "ip-operator")["present"] == "yes", viewer["parts"])
    claim(part(viewer, "pool")["present"] == "unknown" and viewer["drift"] == [], viewer)
    claim(any("secrets" in one for one in viewer["could_not_look"]) or viewer["versions"]["provider"] is None, viewer)


def without_provider():
    shell("helm", "-n", "akash-services", "uninstall", "akash-provider", "--wait")
    found = as_json()
    claim(found["state"] == "partly" and found["versions"]["provider"] is None, found)
    claim(part(found, "provider")["detail"] == "no StatefulSet of the provider in akash-services", found["parts"])


def test():
    play(off, unreachable, unfinished, on, leased, drifted_details, drifted, owed, waited, forbidden, without_provider,
         long=(unreachable, drifted_details, without_provider))


main(test)
