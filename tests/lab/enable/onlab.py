# SPDX-License-Identifier: Apache-2.0
"""What the tests of iplease on a lab share. They run on the host. Each command goes through `labctl shell` (the node's
network) or `labctl client` (the second host)."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))  # json_schema

LABCTL = Path(__file__).resolve().parent.parent / "labctl"
IPLEASE = sys.argv[1]
EXIT_CODES = (Path(__file__).resolve().parents[3] / "docs" / "exit-codes.md").read_text(encoding="utf-8")
LONG = bool(os.environ.get("IPLEASE_LONG"))  # ./dev test --long
LAB = os.environ.get("IPLEASE_LAB_NAME", "default")
STATE = Path("/run/iplease-lab") / LAB
AUDIT = STATE / "audit" / "audit.log"
CANARIES = ("CANARY-WALLET-KEY-b7e1f04c", "CANARY-KEY-PASSWORD-93ac51d2", "canary-dns-token-5d20e8f7")
UNCHANGED = set(map(int, re.findall(r"^\| (\d+) \|[^|]*\|[^|]*\| no \|", EXIT_CODES, re.M)))
WRITES = {"create", "update", "patch", "delete", "deletecollection"}


def use_lab(name):
    """From now on the helpers work on another lab."""
    global LAB, STATE, AUDIT
    LAB = name
    STATE = Path("/run/iplease-lab") / LAB
    AUDIT = STATE / "audit" / "audit.log"


class Failed(Exception):
    """A claim that did not hold."""


def claim(holds, what):
    if not holds:
        raise Failed(what)


def shell(*argv, check=True, stdin=None, env=None):
    """Runs a command on the node's network, with the lab's kubectl and helm."""
    done = subprocess.run(
        [LABCTL, "shell", "--name", LAB, "--", *argv],
        input=stdin, capture_output=True, text=True, timeout=600, check=False, env=env,
    )
    if check:
        claim(done.returncode == 0, f"{' '.join(argv)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def client(*argv):
    """Runs a command on the second host of the wire."""
    return subprocess.run(
        [LABCTL, "client", "--name", LAB, "--", *argv], capture_output=True, text=True, timeout=120, check=False
    )


def iplease(*args, check=True, env=None):
    """Runs iplease. If its exit code says that nothing was changed (docs/exit-codes.md), claims that nothing was."""
    mark = audit_mark()
    done = shell(IPLEASE, *args, check=check, env=env)
    if done.returncode in UNCHANGED:
        wrote = writes_since(mark)
        claim(not wrote, f"iplease {' '.join(args)}: exit {done.returncode}, and it wrote {wrote}\n{done.stderr}")
    return done


def kubectl(*args, **rest):
    return shell("kubectl", *args, **rest).stdout


def as_printed(said, wanted, fill=None):
    """The command `wanted` as printed in `said`. Its words in capitals are holes. A hole is any word of `said`; if
    `said` has the capitals too (`--pool RANGE`), `fill` gives the value."""
    hole = r"(?:'[^']*'|[^\s'`|)]*[^\s'`|).,;:])"
    words = [hole if re.fullmatch("[A-Z]{2,}", word) else re.escape(word)
             for word in wanted.split(" ")]
    # A match that continues with an option is another command.
    found = re.search(r"(?<![\w/.-])" + " ".join(words) + r"(?![\w/-])(?! --?[a-z])", said)
    claim(found, f"`{wanted}` is not printed:\n{said}")
    told = found.group(0)
    for name in re.findall(r"(?<![^ ,])[A-Z]{2,}(?![^ ,])", wanted):
        if re.search(rf"(?<![^ ,]){name}(?![^ ,])", told):
            claim(name in (fill or {}), f"`{told}`: nothing to fill in for {name}")
            told = re.sub(rf"(?<![^ ,]){name}(?![^ ,])", lambda _: fill[name], told)
    return told


def follow(said, wanted, *, code=0, fill=None, more=(), folder="", **rest):
    """Runs a command that the program printed in `said`, exactly as printed, and claims its exit code (None: any).
    `more` is what a person adds: ("--yes",) answers a confirmation. curl runs on the second host, where tenants' users
    are. tests/provoked/printed.py looks for these calls."""
    told = as_printed(said, wanted, fill)
    if re.search("[|<>&]", told):  # needs a shell
        argv = ["sh", "-c", re.sub(r"\biplease(?= )", shlex.quote(IPLEASE), told)]
    else:
        argv = shlex.split(told)
        argv[0] = IPLEASE if argv[0] == "iplease" else argv[0]
    if argv[0] == "curl":
        done = client(*argv, *more)
    elif argv[0] == IPLEASE and not folder:
        done = iplease(*argv[1:], *more, check=False, **rest)
    else:
        done = shell(*(("env", "-C", folder) if folder else ()), *argv, *more, check=False, **rest)
    claim(code in (None, done.returncode), f"`{told}`: exit {done.returncode}, wanted {code}\n{done.stdout}\n{done.stderr}")
    return done


def api_server(number):
    """A signal to this lab's API server."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name = (folder / "comm").read_text(encoding="utf-8").strip()
            groups = (folder / "cgroup").read_text(encoding="utf-8")
        except OSError:
            continue  # it has ended meanwhile
        if name == "kube-apiserver" and f"/{LAB}/" in groups:
            os.kill(int(folder.name), number)
            return
    claim(False, "no API server")


def audit_mark():
    return AUDIT.stat().st_size


def writes_since(mark):
    """The writing calls of kubectl and helm since the mark: without dry runs, access reviews and exec."""
    found = []
    with AUDIT.open(encoding="utf-8") as log:
        log.seek(mark)
        for line in log:
            event = json.loads(line)
            agent = event.get("userAgent", "").lower()
            uri = event.get("requestURI", "")
            quiet = "dryRun=All" in uri or "selfsubject" in uri or "/exec" in uri
            if event["verb"] in WRITES and not quiet and ("kubectl" in agent or "helm" in agent):
                found.append(f"{event['verb']} {uri}")
    return found


def end_state():
    """What enable promises, without what the server generates."""
    texts = []
    for what in (
        ("ns", "metallb-system", "{.metadata.labels}"),
        ("-n", "metallb-system", "ipaddresspool", "default", "{.spec}"),
        ("-n", "metallb-system", "l2advertisement", "l2advertisement1", "{.spec}"),
        ("-n", "metallb-system", "service", "controller", "{.spec.ports} {.spec.selector}"),
        ("-n", "metallb-system", "deployment", "metallb-controller", "{.spec.template.spec.containers[*].args}"),
        ("-n", "metallb-system", "daemonset", "metallb-speaker", "{.spec.template.spec.containers[*].args}"),
        ("-n", "akash-services", "configmap", "operator-ip", "{.data}"),
        ("-n", "akash-services", "configmap", "akash-provider-main", "{.data}"),
        ("-n", "akash-services", "statefulset", "akash-provider", "{.spec.template.spec.containers[*].env}"),
    ):
        texts.append(kubectl("get", *what[:-1], "-o", f"jsonpath={what[-1]}"))
    releases = json.loads(shell("helm", "list", "-A", "-a", "-o", "json").stdout)
    texts.append(json.dumps(sorted((r["name"], r["chart"], r["status"], r["revision"]) for r in releases)))
    return texts


def usage(service="operator-ip:rest"):
    return json.loads(kubectl("get", "--raw", f"/api/v1/namespaces/akash-services/services/{service}/proxy/usage"))


def lease_answers():
    """A LoadBalancer Service like that of a tenant's lease answers HTTP 200 on the second host."""
    service = {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "lease-like", "namespace": "akash-services"},
        "spec": {"type": "LoadBalancer", "selector": {"app": "akash-provider"}, "ports": [{"port": 8443}]},
    }
    kubectl("apply", "-f", "-", stdin=json.dumps(service))
    limit = time.monotonic() + 60
    address = code = ""
    while code != "200":
        claim(time.monotonic() < limit, f"no HTTP 200 from address {address!r}, last {code!r}")
        address = kubectl(
            "-n", "akash-services", "get", "service", "lease-like", "-o", "jsonpath={.status.loadBalancer.ingress[0].ip}"
        )
        if address:
            code = client(
                "curl", "-ks", "--max-time", "3", "-o", "/dev/null", "-w", "%{http_code}", f"https://{address}:8443/status"
            ).stdout
    last = int(address.rsplit(".", 1)[1])
    claim(address.startswith("203.0.113.") and 100 <= last <= 130, f"{address} is not of the pool")
    kubectl("-n", "akash-services", "delete", "service", "lease-like")
    return address


def no_canary(text, where):
    for canary in CANARIES:
        claim(canary not in text, f"{where} holds the secret {canary}")


def play(*cases, long=()):
    """Runs the cases in order, with their times; those in `long` only with IPLEASE_LONG. Words after the program name
    select cases."""
    words = sys.argv[2:]
    for case in cases:
        if case.__name__ in words if words else case not in long or LONG:
            began = time.monotonic()
            case()
            print(f"{case.__name__}: {time.monotonic() - began:.1f} s", flush=True)


def main(test):
    try:
        test()
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        sys.exit(1)
    print("passed")
