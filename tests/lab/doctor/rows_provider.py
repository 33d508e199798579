# SPDX-License-Identifier: Apache-2.0
"""Faults of the provider. Its program is a stand-in, its chart a fixture made after Akash's."""

import os
import time

from bench import Row, kubectl, patch, run
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


ROWS = [
    Row("namespace lease deleted", {"IPL-PRV-003"}, lambda: kubectl("delete", "namespace", "lease"),
        cure=["kubectl", "create", "namespace", "lease"]),
    Row("provider hangs", {"IPL-PRV-012"}, fault("hang", "app=akash-provider"), fix=True),
    Row("pod of an older revision", {"IPL-PRV-010"}, old_revision,
        cure=["kubectl", "-n", SPACE, "delete", "pod", POD, "--wait=false"], undo=rolling),
    Row("attributes lost", {"IPL-PRV-022"}, drop_attributes, undo=upgrade),
    Row("switch lost", {"IPL-PRV-021"}, lambda: upgrade("--set", "ipoperator=false"), undo=upgrade),
]
