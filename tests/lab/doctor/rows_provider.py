# SPDX-License-Identifier: Apache-2.0
"""Faults of the provider. Its program is a stand-in, its chart a fixture modelled on Akash's."""

import os
import re
import time

from bench import PATIENCE, Row, apply, claim, fresh, get, kubectl, patch, run
from rows_operator import fault

SPACE = "akash-services"
SET = "statefulset/akash-provider"
POD = "akash-provider-0"
REPOSITORY = "http://127.0.0.1:8879/akash"
VALUES = os.path.join(os.environ.get("HOME", "/"), "provider/provider.yaml")


def ready():
    kubectl("-n", SPACE, "rollout", "status", SET, "--timeout=120s")


def another_pod():
    """The StatefulSet creates the pod again under the same name. On a busy machine `kubectl delete` has waited for
    ever."""
    uid = ("-n", SPACE, "get", "pod", POD, "--ignore-not-found", "-o", "jsonpath={.metadata.uid}")
    before = kubectl(*uid)
    kubectl("-n", SPACE, "delete", "pod", POD, "--wait=false")
    limit = time.monotonic() + 2 * PATIENCE
    while kubectl(*uid) in ("", before):
        claim(time.monotonic() < limit, "no pod came after the one that was deleted")
        time.sleep(0.2)


def upgrade(*words):
    run("helm", "-n", SPACE, "upgrade", "akash-provider", "provider", "--repo", REPOSITORY, "--version", "19.0.2",
        "-f", VALUES, *words)
    ready()


def drop_attributes():
    upgrade("--set-json", 'attributes=[{"key":"region","value":"us-east"}]')


def old_revision():
    patch(SPACE, SET, {"spec": {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None},
                                "template": {"metadata": {"annotations": {"test": str(time.time())}}}}})


def rolling():
    patch(SPACE, SET, {"spec": {"updateStrategy": {"type": "RollingUpdate"}}})


def failed_upgrade():
    """The API server refuses the StatefulSet after Helm has written its revision."""
    done = run("helm", "-n", SPACE, "upgrade", "akash-provider", "provider", "--repo", REPOSITORY, "--version", "19.0.2",
               "-f", VALUES, "--set", "resources.requests.cpu=-1", check=False)
    claim(done.returncode != 0, "the upgrade was meant to fail")


def no_node_takes_it():
    patch(SPACE, SET, {"spec": {"template": {"spec": {"nodeSelector": {"nowhere": "true"}}}}})


def a_node_takes_it():
    """A pod that was never Ready is not replaced by itself."""
    patch(SPACE, SET, [{"op": "remove", "path": "/spec/template/spec/nodeSelector"}], "json")
    another_pod()
    ready()


def waits_for_rpc():
    """Its init container waits for an RPC node that does not answer."""
    script = "#!/bin/bash\necho 'waiting for the RPC node http://akash-node-1:26657'\nsleep 600\n"
    patch(SPACE, "configmap/akash-provider-script", {"data": {"init.sh": script}})
    another_pod()


def rpc_answers():
    upgrade_alone()
    another_pod()
    ready()


def upgrade_alone():
    run("helm", "-n", SPACE, "upgrade", "akash-provider", "provider", "--repo", REPOSITORY, "--version", "19.0.2", "-f", VALUES)


def starts_before_operator():
    """It looks for the IP operator's Service once, at its start, when there is none."""
    kept = fresh(get("-n", SPACE, "service", "operator-ip"))
    kubectl("-n", SPACE, "delete", "service", "operator-ip")
    another_pod()
    limit = time.monotonic() + PATIENCE
    while "dns discovery failed" not in kubectl("-n", SPACE, "logs", POD, "-c", "provider", "--tail=-1", check=False):
        claim(time.monotonic() < limit, "the provider did not look for the IP operator")
        time.sleep(0.5)
    apply(kept)


def secret(change):
    return lambda: patch(SPACE, "secret/akash-provider-keys", {"data": change})


def key_name():
    """In the file and in the release `from` is the name of a key, so only the provider knows its address."""
    with open(VALUES, encoding="utf-8") as file:
        text = file.read()
    with open(VALUES, "w", encoding="utf-8") as file:
        file.write(re.sub(r"(?m)^from: \S+", "from: wallet", text))
    KEPT["values"] = text
    upgrade()


def address_again():
    with open(VALUES, "w", encoding="utf-8") as file:
        file.write(KEPT["values"])
    upgrade()


KEPT = {}


ROWS = [
    Row("namespace lease deleted", {"IPL-PRV-003"}, lambda: kubectl("delete", "namespace", "lease"),
        cure=["kubectl", "create", "namespace", "lease"]),
    Row("provider hangs", {"IPL-PRV-012"}, fault("hang", "app=akash-provider"), fix=True),
    Row("provider started before the IP operator", {"IPL-PRV-012"}, starts_before_operator, fix=True, long=True,
        says="dns discovery failed"),
    Row("pod of an older revision", {"IPL-PRV-010"}, old_revision,
        cure=["kubectl", "-n", SPACE, "delete", "pod", POD, "--wait=false"], undo=rolling, long=True),
    Row("attributes lost", {"IPL-PRV-022"}, drop_attributes, undo=upgrade, long=True),
    Row("switch lost", {"IPL-PRV-021"}, lambda: upgrade("--set", "ipoperator=false"), undo=upgrade),
    Row("upgrade of the provider failed", {"IPL-PRV-002"}, failed_upgrade,
        undo=lambda: run("helm", "-n", SPACE, "rollback", "akash-provider")),
    Row("provider's Secret emptied", {"IPL-PRV-065"}, secret(None), undo=upgrade_alone, says="Secret akash-provider-keys is empty"),
    Row("half of the provider's Secret", {"IPL-PRV-065"}, secret({"key-pass.txt": None}), undo=upgrade_alone,
        says="Secret akash-provider-keys has no key-pass.txt", long=True),
    Row("provider's key decodes to nothing", {"IPL-PRV-065"}, secret({"key.txt": "Cg=="}), undo=upgrade_alone,
        says="key.txt holds nothing", long=True),
    Row("provider waits for its RPC node", {"IPL-PRV-020"}, waits_for_rpc, undo=rpc_answers,
        says="waiting for the RPC node http://akash-node-1:26657", long=True),
    Row("the values name a key, only the provider knows the address", {"IPL-IPO-019"}, key_name, undo=address_again,
        says="8443/status"),
    Row("no node takes the provider", {"IPL-PRV-020"}, no_node_takes_it, undo=a_node_takes_it, long=True),
]
