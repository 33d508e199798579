# SPDX-License-Identifier: Apache-2.0
"""No fix makes things worse. If something that a fix depends on is broken, `doctor --fix` leaves the provider's pod
alone, says what comes first, and fixes it once that is done."""

import json
import sys

from bench import IPLEASE, claim, doctor, enable, get, kubectl, main, patch, run, until
from rows_operator import fault
from rows_provider import POD, REPOSITORY, SET, SPACE, VALUES, ready

KEYS = ("-n", SPACE, "secret", "akash-provider-keys")


def uid():
    return get("-n", SPACE, "pod", POD)["metadata"]["uid"]


def secret(change):
    patch(SPACE, "secret/akash-provider-keys", {"data": change})


def upgrade(*words, check=True):
    return run("helm", "-n", SPACE, "upgrade", "akash-provider", "provider", "--repo", REPOSITORY, "--version", "19.0.2",
               *words, check=check)


def another(change):
    """The StatefulSet gets a new template but does not replace the running pod."""
    def make():
        patch(SPACE, SET, {"spec": {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None}}})
        patch(SPACE, SET, [{"op": "add", "path": f"/spec/template/spec{path}", "value": value}
                           for path, value in change.items()], "json")
    return make


def same_again():
    """Helm does not remove a field that neither of its manifests has."""
    patch(SPACE, SET, {"spec": {"template": {"spec": {"nodeSelector": None}}}})
    upgrade("-f", VALUES)
    patch(SPACE, SET, {"spec": {"updateStrategy": {"type": "RollingUpdate"}}})


NODE = "node1"
KEPT = {}
# What is wrong besides the hanging provider, what doctor then says, and how to undo it.
HARMS = [
    ("an emptied Secret", lambda: secret(None), ("IPL-PRV-065",), lambda: secret(KEPT)),
    ("half a Secret", lambda: secret({"key-pass.txt": None}), ("IPL-PRV-065",), lambda: secret(KEPT)),
    ("a key that decodes to nothing", lambda: secret({"key.txt": "Cg=="}), ("IPL-PRV-065",), lambda: secret(KEPT)),
    ("no Secret", lambda: kubectl("delete", *KEYS), ("IPL-PRV-065",), lambda: upgrade("-f", VALUES)),
    ("a cordoned node", lambda: kubectl("cordon", NODE), (f"node {NODE} is cordoned",), lambda: kubectl("uncordon", NODE)),
    ("another image", another({"/containers/0/image": "ghcr.io/akash-network/provider:9.9.9"}),
     ("its node is not known to have image ghcr.io/akash-network/provider:9.9.9",), same_again),
    ("a node selector that no node has", another({"/nodeSelector": {"nowhere": "true"}}),
     ("has not the label nowhere=true",), same_again),
    ("requests of a larger machine", another({"/containers/0/resources/limits/memory": "9000Gi",
                                                      "/containers/0/resources/requests/memory": "9000Gi"}),
     ("it asks for other resources",), same_again),
]


def stays(name, before, says):
    """--fix leaves the provider's pod alone and says why."""
    done = run(IPLEASE, "doctor", "--fix", "--yes", check=False)
    told = " ".join((done.stdout + done.stderr).split())
    claim(done.returncode == 4, f"{name}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    claim(uid() == before, f"{name}: the pod was replaced\n{done.stdout}\n{done.stderr}")
    for word in says:
        claim(word in told, f"{name}: {word!r} is not told\n{done.stdout}\n{done.stderr}")


def test():
    enable()
    until(set(), "a healthy enabled cluster")
    KEPT.update(get(*KEYS)["data"])
    fault("hang", "app=akash-provider")()
    before = uid()
    for name, cause, says, undo in HARMS:
        if len(sys.argv) > 2 and not any(word in name for word in sys.argv[2:]):
            continue
        cause()
        stays(name, before, ("is not cured: to replace the provider's pod would do harm now", *says))
        events = [json.loads(line) for line in run(IPLEASE, "doctor", "--fix", "--yes", "-o", "json", check=False).stdout.splitlines()]
        held = [one for one in events if one["type"] == "warning" and "is not cured" in one["what"]]
        claim(held and all("@timestamp" in one for one in events), f"{name}: what is held back is not in the stream: {events}")
        _, found = doctor()
        fixes = " ".join(one.get("fix", "") for i, one in found.items() if i in ("IPL-PRV-012", "IPL-PRV-010"))
        claim("not yet: " in fixes, f"{name}: plain doctor offers it: {fixes}")
        undo()
        print(f"{name}: the pod stays, {says[0]} comes first", flush=True)
    # The provider cannot answer before its operator does, so there is no fix to hold back.
    kubectl("-n", SPACE, "scale", "deployment/operator-ip", "--replicas=0")
    until({"IPL-IPO-012"}, "an IP operator at 0")
    stays("an IP operator at 0", before, ("cure it first, then look again IPL-PRV-012",))
    kubectl("-n", SPACE, "scale", "deployment/operator-ip", "--replicas=1")
    print("an IP operator at 0: the pod stays", flush=True)
    until({"IPL-PRV-012"}, "only the provider hangs")
    done = run(IPLEASE, "doctor", "--fix", "--yes", "--strict", check=False)
    claim(done.returncode == 0 and uid() != before, f"all clear, not cured: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    ready()
    print("all clear: cured", flush=True)


main(test)
