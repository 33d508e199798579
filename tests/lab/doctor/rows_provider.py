# SPDX-License-Identifier: Apache-2.0
"""Faults of the provider. Its program is a stand-in, its chart a fixture made after Akash's."""

import os
import time

from bench import Row, claim, kubectl, patch, run
from rows_operator import fault

SPACE = "akash-services"
SET = "statefulset/akash-provider"
POD = "akash-provider-0"
REPOSITORY = "http://127.0.0.1:8879/akash"
VALUES = os.path.join(os.environ.get("HOME", "/"), "provider/provider.yaml")


def ready():
    kubectl("-n", SPACE, "rollout", "status", SET, "--timeout=120s")


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
    """The API server refuses the StatefulSet, after Helm has written its revision."""
    done = run("helm", "-n", SPACE, "upgrade", "akash-provider", "provider", "--repo", REPOSITORY, "--version", "19.0.2",
               "-f", VALUES, "--set", "resources.requests.cpu=-1", check=False)
    claim(done.returncode != 0, "the upgrade was meant to fail")


def no_node_takes_it():
    patch(SPACE, SET, {"spec": {"template": {"spec": {"nodeSelector": {"nowhere": "true"}}}}})


def a_node_takes_it():
    """A pod that was never Ready is not replaced by itself."""
    patch(SPACE, SET, [{"op": "remove", "path": "/spec/template/spec/nodeSelector"}], "json")
    kubectl("-n", SPACE, "delete", "pod", POD)
    ready()


ROWS = [
    Row("namespace lease deleted", {"IPL-PRV-003"}, lambda: kubectl("delete", "namespace", "lease"),
        cure=["kubectl", "create", "namespace", "lease"]),
    Row("provider hangs", {"IPL-PRV-012"}, fault("hang", "app=akash-provider"), fix=True),
    Row("pod of an older revision", {"IPL-PRV-010"}, old_revision,
        cure=["kubectl", "-n", SPACE, "delete", "pod", POD, "--wait=false"], undo=rolling),
    Row("attributes lost", {"IPL-PRV-022"}, drop_attributes, undo=upgrade),
    Row("switch lost", {"IPL-PRV-021"}, lambda: upgrade("--set", "ipoperator=false"), undo=upgrade),
    Row("upgrade of the provider failed", {"IPL-PRV-002"}, failed_upgrade,
        undo=lambda: run("helm", "-n", SPACE, "rollback", "akash-provider")),
    Row("no node takes the provider", {"IPL-PRV-020"}, no_node_takes_it, undo=a_node_takes_it),
]
