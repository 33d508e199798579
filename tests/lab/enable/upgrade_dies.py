# SPDX-License-Identifier: Apache-2.0
"""The provider's upgrade dies while its release is `pending-upgrade`, or fails as Akash's charts fail. The same command
again (or resume) continues, with one start of the provider's pod. What somebody else's Helm left is left alone and
named. If their upgrade failed, a requested upgrade goes over it, and the emptied wallet is full again.

upgrade_dies.py IPLEASE [all | configmaps]"""

import base64
import json
import os
import subprocess
import sys
import time

from killing import restarts
from onlab import (LAB, LABCTL, STATE, audit_mark, claim, end_state, follow, iplease, kubectl, main, no_canary, shell,
                   writes_since)
from json_schema import check

KUBECTL, HELM = STATE / "bin" / "kubectl", STATE / "bin" / "helm"
TOOL = STATE / "home" / "dying-helm"
CHART = ("akash-provider", "provider", "--repo", "http://127.0.0.1:8879/akash", "--version", "19.0.2",
         "-n", "akash-services")
# The real Helm, slowed down so that the test can catch it: one call per second for each kind of object. $PPID is
# iplease.
DYING = f"""#!/bin/sh
case " $* " in *" upgrade akash-provider "*) ;; *) exec {HELM} "$@" ;; esac
HELM_QPS=1 HELM_BURST_LIMIT=1 {HELM} "$@" &
helm=$!
pending() {{
  {KUBECTL} -n akash-services get secrets,configmaps -l owner=helm,name=akash-provider,status=pending-upgrade -o name | grep -q .
}}
changed() {{
  {KUBECTL} -n akash-services get statefulset akash-provider -o yaml | grep -A1 AKASH_IP_OPERATOR | grep -q '"true"'
}}
until pending; do kill -0 $helm || exit 99; sleep 0.05; done
%(until)s
%(die)s
"""
KILL_HELM = "kill -9 $helm; wait $helm"
DEATHS = {
    "helm alone, by memory": f"{KILL_HELM}; kill -9 $$",
    "helm, which is told as exit 1": f"{KILL_HELM}; exit 1",
    "both": f"{KILL_HELM}; kill -9 $PPID",
    "iplease alone": "kill -9 $PPID; wait $helm",
    "three Ctrl-C": "trap '' INT TERM; for n in 1 2 3; do kill -INT $PPID; sleep 0.5; done; wait $helm",
}
LATE = "until changed; do kill -0 $helm || exit 99; sleep 0.05; done"


def reset():
    subprocess.run([LABCTL, "reset", "--name", LAB], check=True, timeout=300, stdout=subprocess.DEVNULL)


def keep_in_configmaps():
    """Moves Helm's release records to where HELM_DRIVER=configmap keeps them."""
    for secret in json.loads(kubectl("get", "secrets", "-A", "-l", "owner=helm", "-o", "json"))["items"]:
        meta = {key: secret["metadata"][key] for key in ("name", "namespace", "labels")}
        data = {"release": base64.b64decode(secret["data"]["release"]).decode()}
        kubectl("create", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}))
        kubectl("-n", meta["namespace"], "delete", "secret", meta["name"])


def helm(text):
    TOOL.write_text(text, encoding="utf-8")
    TOOL.chmod(0o755)
    return "--helm", str(TOOL)


def history():
    rows = json.loads(shell(str(HELM), "-n", "akash-services", "history", "akash-provider", "-o", "json").stdout)
    return [(row["revision"], row["status"]) for row in rows]


def wait_for_the_rest():
    """A helm that outlives iplease holds the lock. iplease reports that, and the helm ends by itself."""
    limit = time.monotonic() + 120
    while subprocess.run(["pgrep", "-f", f"^/bin/sh {TOOL}"], stdout=subprocess.DEVNULL, check=False).returncode == 0:
        claim(time.monotonic() < limit, "the dying helm does not end")
        time.sleep(0.2)


def same_end(undisturbed, mark, revisions, name):
    """The same as after an undisturbed run, except for the number of the provider's revision."""
    found = [*end_state(), restarts(mark)]
    for one, other in zip(undisturbed, found, strict=True):
        if one != other:
            plain = [json.loads(text) if text.startswith("[[") else text for text in (one, other)]
            for text in plain:
                if isinstance(text, list):
                    text[:] = [row[:3] if row[0] == "akash-provider" else row for row in text]
            claim(plain[0] == plain[1], f"{name}: it ended in\n{other}\nundisturbed\n{one}")
    claim(history() == revisions, f"{name}: helm's revisions are {history()}")


def dies(name, undisturbed, again=("enable", "--yes"), until=""):
    reset()
    if os.environ.get("HELM_DRIVER") == "configmap":
        keep_in_configmaps()
    mark = audit_mark()
    told = iplease("enable", "--yes", *helm(DYING % {"until": until, "die": DEATHS[name]}), check=False)
    claim(told.returncode not in (0, 99), f"{name}: exit {told.returncode}\n{told.stderr}")
    wait_for_the_rest()
    alone = name == "iplease alone"
    if name != "three Ctrl-C" and not alone:
        claim(history()[-1] == (2, "pending-upgrade"), f"{name}: it did not die in time: {history()}")
    if history()[-1][1] == "pending-upgrade":
        claim("our own interrupted helm left the release pending-upgrade" in iplease("plan", "--helm", str(HELM)).stdout,
              f"{name}: no healing is planned")
    left = history()
    if name == "three Ctrl-C":
        follow(told.stderr, "iplease resume", more=("--yes", "--helm", str(HELM)))
    told = iplease(*again, "--helm", str(HELM), check=False)
    claim(told.returncode == 0, f"{name}: again: exit {told.returncode}\n{told.stdout}\n{told.stderr}")
    failed = [(2, "failed"), (3, "deployed")] if left[-1] == (2, "failed") else [(2, "deployed")]
    same_end(undisturbed, mark, [(1, "superseded"), *failed], name)
    third = iplease("enable", "--yes", "--helm", str(HELM))
    claim("nothing to do" in third.stdout, f"{name}: a third run still found {third.stdout}")
    print(f"{name}{', late' if until else ''}: {left[-1][1]}, then healed: {history()}", flush=True)


def fails(undisturbed):
    """The API server refuses the StatefulSet after the rest was written. Helm reports it with exit 1."""
    reset()
    mark = audit_mark()
    refused = f"""#!/bin/sh
case " $* " in *" upgrade akash-provider "*) exec {HELM} "$@" --set resources.requests.cpu=-1 ;; esac
exec {HELM} "$@"
"""
    told = iplease("enable", "--yes", *helm(refused), check=False)
    claim(told.returncode == 1, f"a refused StatefulSet: exit {told.returncode}\n{told.stderr}")
    claim(history()[-1] == (2, "failed"), f"the release is not failed: {history()}")
    status = check("status", json.loads(iplease("status", "-o", "json", check=False).stdout))
    claim(not status["healthy"], f"a failed release is told as healthy: {status}")
    told = iplease("resume", "--yes", "--helm", str(HELM), check=False)
    claim(told.returncode == 0, f"resume over our failed release: exit {told.returncode}\n{told.stdout}\n{told.stderr}")
    same_end(undisturbed, mark, [(1, "superseded"), (2, "failed"), (3, "deployed")], "failed by us")
    print(f"failed by our own hand: resumed: {history()}", flush=True)


def keys():
    data = json.loads(kubectl("-n", "akash-services", "get", "secret", "akash-provider-keys", "-o", "json")).get("data") or {}
    return sorted(key for key, value in data.items() if value)


def spoil():
    """A common mistake: an upgrade without the values file, which the API server refuses half-way."""
    done = shell(str(HELM), "upgrade", *CHART, "--set", "ipoperator=true", "--set", "domain=example.com",
                 "--set", "gatewayApi.enabled=false", "--set", "resources.requests.cpu=-1", check=False)
    claim(done.returncode != 0 and history()[-1][1] == "failed", f"it was meant to fail: {history()}\n{done.stderr}")
    claim(not keys(), f"it was meant to empty the wallet's Secret, which has {keys()}")


def others_failed(*cure):
    spoil()
    mark = audit_mark()
    told = iplease("enable", "--yes", check=False)
    claim(told.returncode == 3 and "error IPL-PRV-002" in told.stderr, f"exit {told.returncode}\n{told.stderr}")
    claim("it has emptied the wallet's Secret: key.txt, key-pass.txt" in told.stderr, f"not looked at:\n{told.stderr}")
    claim(writes_since(mark) == [], f"it wrote {writes_since(mark)}")
    command = next(line for line in told.stderr.splitlines() if "upgrade akash-provider provider --repo" in line)
    claim("--version 19.0.2" in command and " -f " in command, f"not the whole command: {command}")
    status = iplease("status", "-o", "json", check=False).stdout
    claim(not json.loads(status)["healthy"] and "is failed (revision" in status, f"status says {status}")
    if cure == ("by hand",):
        by_hand = command[command.index("by hand: ") + len("by hand: "):]
        done = shell("sh", "-c", by_hand)
    elif cure == ("doctor --fix",):
        done = follow(told.stderr, "iplease doctor --fix", more=("--yes",))
    else:
        done = follow(told.stderr, "iplease enable --accept-risk IPL-PRV-002", more=("--yes",))
    claim(history()[-1][1] == "deployed" and keys() == ["key-pass.txt", "key.txt"], f"{history()}, keys {keys()}")
    no_canary(told.stderr + status + done.stdout + done.stderr, f"{' '.join(cure)}")
    print(f"failed by somebody else: {' '.join(cure)}: {history()}, the wallet is whole", flush=True)


def others_pending():
    """The same death without iplease. The release is somebody else's, so it is left alone and named."""
    helm(DYING % {"until": "", "die": f"{KILL_HELM}; exit 0"})
    values = STATE / "home" / "provider" / "provider.yaml"
    shell(str(TOOL), "upgrade", *CHART, "-f", str(values), check=False)
    claim(history()[-1][1] == "pending-upgrade", f"not pending: {history()}")
    mark = audit_mark()
    told = iplease("enable", "--yes", check=False)
    claim(told.returncode == 8 and "error IPL-HELM-002" in told.stderr, f"exit {told.returncode}\n{told.stderr}")
    claim(writes_since(mark) == [], f"it wrote {writes_since(mark)}")
    print("pending by somebody else: left alone", flush=True)


def test():
    everything = "all" in sys.argv or os.environ.get("IPLEASE_LONG")
    mark = audit_mark()
    iplease("enable", "--yes")
    undisturbed = [*end_state(), restarts(mark)]
    if "configmaps" in sys.argv:
        os.environ["HELM_DRIVER"] = "configmap"
        dies("both", undisturbed)
        return
    others_failed("doctor --fix")
    dies("both", undisturbed)
    fails(undisturbed)
    if everything:
        for name in DEATHS:
            dies(name, undisturbed, again=("resume", "--yes"))
        for name in ("both", "helm, which is told as exit 1"):
            dies(name, undisturbed, until=LATE)
        os.environ["HELM_DRIVER"] = "configmap"
        dies("both", undisturbed)
        del os.environ["HELM_DRIVER"]
        reset()
        others_failed("enable --accept-risk")
        reset()
        others_failed("by hand")
        reset()
        others_pending()


main(test)
