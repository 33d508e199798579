# SPDX-License-Identifier: Apache-2.0
"""Everything on the cluster, to compare before and after."""

import hashlib
import json

import onlab
from onlab import audit_mark, claim, iplease, kubectl, writes_since

# Made by controllers and by Helm for its own use. Helm's history grows with every upgrade.
MADE_UP = {
    "events", "events.events.k8s.io", "pods", "endpoints", "endpointslices.discovery.k8s.io", "replicasets.apps",
    "controllerrevisions.apps", "leases.coordination.k8s.io", "componentstatuses",
    "servicel2statuses.metallb.io",  # written by a speaker, which removes it some time after the Service is gone
}
OF_SERVER = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink")


def values_file():
    return onlab.STATE / "home" / "provider" / "provider.yaml"


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
    """Every object by kind and name. Each field is a hash of its value, because Secrets are included."""
    kinds = [kind for kind in kubectl("api-resources", "--verbs=list", "-o", "name").split() if kind not in MADE_UP]
    found = {}
    for one in json.loads(kubectl("get", ",".join(kinds), "-A", "-o", "json"))["items"]:
        if one.get("type") == "helm.sh/release.v1":
            continue
        meta = one["metadata"]
        name = f'{one["kind"]} {meta.get("namespace", "")}/{meta["name"]}'
        for path, value in fields(without_server(one)):
            found[name, path] = hashlib.sha256(json.dumps(value).encode()).hexdigest()
    values = values_file()
    found["file", str(values)] = values.read_text(encoding="utf-8") if values.exists() else None
    return found


def fields(value, path=""):
    if isinstance(value, dict) and value:
        for key in sorted(value):
            yield from fields(value[key], f"{path}.{key}")
    else:
        yield path, value


def same(what, before, after, but=()):
    differs = [key for key in {*before, *after} if before.get(key) != after.get(key) and not key[0].startswith(tuple(but))]
    claim(not differs, f"{what}: not as before: {sorted(differs)[:30]}")


def undo(*args, code=0):
    told = iplease("undo", *args, check=False)
    claim(told.returncode == code, f"undo {args}: exit {told.returncode}, wanted {code}\n{told.stdout}\n{told.stderr}")
    return told


def nothing_left(what, *args):
    mark = audit_mark()
    again = undo("--yes", *args)
    claim("nothing to undo" in again.stdout, f"{what}: the second undo: {again.stdout}{again.stderr}")
    claim(writes_since(mark) == [], f"{what}: the second undo wrote {writes_since(mark)}")
    owed = iplease("status", "-o", "json", check=False)
    claim('"verify"' not in json.dumps(json.loads(owed.stdout).get("owed", [])), f"{what}: owed: {owed.stdout}")
