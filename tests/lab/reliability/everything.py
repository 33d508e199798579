# SPDX-License-Identifier: Apache-2.0
"""Every object of the API server, and provider.yaml, as they can be compared before and after."""

import hashlib
import json

from onlab import STATE, claim, kubectl

VALUES = STATE / "home" / "provider" / "provider.yaml"
# Made by controllers and by Helm for itself; Helm's history grows with every upgrade.
MADE_UP = {
    "events", "events.events.k8s.io", "pods", "endpoints", "endpointslices.discovery.k8s.io", "replicasets.apps",
    "controllerrevisions.apps", "leases.coordination.k8s.io", "componentstatuses",
    # A speaker's word about a Service, which it takes back some time after the Service went.
    "servicel2statuses.metallb.io",
}
OF_SERVER = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink")


def without_server(one):
    one.pop("status", None)
    meta = one["metadata"]
    for key in OF_SERVER:
        meta.pop(key, None)
    (meta.get("annotations") or {}).pop("deprecated.daemonset.template.generation", None)
    template = one.get("spec", {}).get("template")
    if isinstance(template, dict):  # the mark that a restart leaves
        notes = template.get("metadata", {}).get("annotations") or {}
        notes.pop("kubectl.kubernetes.io/restartedAt", None)
        if not notes:
            template.get("metadata", {}).pop("annotations", None)
    return one


def dump():
    """Every object by kind and name, each field by a hash of its value: Secrets are in it."""
    kinds = [kind for kind in kubectl("api-resources", "--verbs=list", "-o", "name").split() if kind not in MADE_UP]
    found = {}
    for one in json.loads(kubectl("get", ",".join(kinds), "-A", "-o", "json"))["items"]:
        if one.get("type") == "helm.sh/release.v1":
            continue
        meta = one["metadata"]
        name = f'{one["kind"]} {meta.get("namespace", "")}/{meta["name"]}'
        for path, value in fields(without_server(one)):
            found[name, path] = hashlib.sha256(json.dumps(value).encode()).hexdigest()
    found["file", str(VALUES)] = VALUES.read_text(encoding="utf-8") if VALUES.exists() else None
    return found


def fields(value, path=""):
    if isinstance(value, dict) and value:
        for key in sorted(value):
            yield from fields(value[key], f"{path}.{key}")
    else:
        yield path, value


def same(what, before, after, but=()):
    differs = [key for key in {*before, *after}
               if before.get(key) != after.get(key) and not key[0].startswith(tuple(but))]
    claim(not differs, f"{what}: not as before: {sorted(differs)[:30]}")
