#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`iplease config schema` against python3-jsonschema. On hundreds of flags files, good and bad, the validator and
`iplease config validate` agree. On the few that a schema cannot judge, only `config validate` refuses.
flags_schema.py IPLEASE [COUNT]"""

import copy
import json
import os
import random
import subprocess
import sys

try:
    import jsonschema
except ImportError as missing:
    print(f"{missing}; install python3-jsonschema")
    sys.exit(77)

IPLEASE = sys.argv[1]
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 2000 if os.environ.get("IPLEASE_LONG") else 250
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}

GOOD = {
    "cluster.kubeconfig": ["/etc/kubernetes/admin.conf"], "cluster.context": ["prod"], "cluster.uid": ["6f0c-1"],
    "metallb.install": ["helm", "kubespray", "adopt"], "metallb.version": ["0.14.8", "0.13.5", "0.15.3"],
    "metallb.values": [{"speaker": {"frr": {"enabled": False}}}, {}],
    "metallb.kubespray.inventory": ["/root/inventory"], "metallb.kubespray.dir": ["/root/kubespray"],
    "metallb.kubespray.version": ["v2.31.0"], "metallb.kubespray.run": [True, False],
    "pool.addresses": [["198.51.100.32/28"], ["198.51.100.1-198.51.100.9", "203.0.113.0/30"]],
    "pool.avoidBuggyIPs": [True, False], "pool.interfaces": [[], ["eth0", "bond0.100"]], "strictARP": ["auto", "leave"],
    "provider.release": ["akash-provider", "p1"], "provider.address": ["akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"],
    "provider.valuesFile": ["provider.yaml"], "provider.valuesFrom": ["file", "release", "merge"],
    "provider.chartVersion": ["installed", "19.0.2"], "provider.attributes": [["ip-lease"], ["a/b", "c.d"]],
    "provider.statusUrl": ["https://provider.example.com:8443/status", "http://x"],
    "ipOperator.chartVersion": ["auto", "19.0.2"], "repositories.metallb": ["https://example.com/c", "/srv/charts"],
    "repositories.akash": ["charts"], "timeouts.metallb": ["5m", "1h30m"], "timeouts.verify": ["90s"],
    "tools.kubectl": [["k3s", "kubectl"]], "tools.helm": [["helm"]], "acceptRisk": [[], ["IPL-POOL-031"]],
}
BAD = {
    "cluster.context": ["a b", ""], "cluster.kubeconfig": [""], "metallb.install": ["Helm", ""],
    "metallb.version": ["0.14", "v0.14.8", "0.16.0", "0.13.4", "1.0.0", "0.14.08"], "metallb.kubespray.version": ["2.31.0", "v2"],
    "pool.addresses": [[], ["nonsense"], [""]], "pool.interfaces": [["a b"], ["eth0", "eth0"], ["longer-than-fifteen"], [""]],
    "strictARP": ["on", True], "provider.release": ["A", "a_b", "-a", "a" * 54], "provider.address": ["akash1short", "cosmos1abc"],
    "provider.valuesFrom": ["both"], "provider.chartVersion": ["latest", "19.0"], "provider.attributes": [["a b"], [""], ["-x"]],
    "provider.statusUrl": ["provider.example.com", "https://a b/"], "ipOperator.chartVersion": ["newest"],
    "repositories.metallb": ["oci://example.com/x", ""], "timeouts.metallb": ["5", "m", "", "5s5m"],
    "tools.kubectl": [[], [""]], "acceptRisk": [["all"], ["IPL-NONE-001"], ["IPL-POOL-031", "IPL-POOL-031"]],
}
# What a schema cannot check: a checksum, whether a number makes sense, overlapping entries, a value inside chart
# values.
BEYOND = {
    "provider.address": ["akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfy"], "timeouts.metallb": ["0s", "25h"],
    "pool.addresses": [["198.51.100.33/28"], ["198.51.100.0/28", "198.51.100.4/30"], ["198.51.100.300/32"], ["10.0.0.0/8"]],
    "metallb.values": [{"loadBalancerClass": "x"}, {"prometheus": {"metricsPort": 1}}],
}
WRONG_TYPES = [None, 3, 1.5, True, "text", [], ["text"], [3], {}, {"a": 1}, [None]]


def base():
    return {"apiVersion": "iplease.akash.network/v1", "kind": "Enablement", "pool": {"addresses": ["198.51.100.32/28"]}}


def put(document, path, value):
    at = document
    *groups, last = path.split(".")
    for group in groups:
        at = at.setdefault(group, {})
        if not isinstance(at, dict):
            return
    at[last] = value


def schema_says(validator, document):
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message[:150]}" for e in validator.iter_errors(document)]


def iplease_says(document):
    done = subprocess.run([IPLEASE, "config", "validate", "-f", "-", "-o", "json"], input=json.dumps(document),
                          capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=30)
    answer = json.loads(done.stdout)
    assert (done.returncode == 0) == answer["valid"] and done.returncode in (0, 2), done
    return [f"{p['id']} {p['what']}" for p in answer["problems"] if p.get("severity") != "warning"] if not answer["valid"] else []


def combination(seed):
    """Several keys at once, each good, bad or of a wrong type."""
    chance = random.Random(seed)
    document = base()
    for path in chance.sample(sorted(GOOD), chance.randint(1, 6)):
        kind = chance.random()
        if kind < 0.75:
            put(document, path, chance.choice(GOOD[path]))
        elif kind < 0.85 and path in BAD:
            put(document, path, chance.choice(BAD[path]))
        elif kind < 0.95:
            put(document, path, chance.choice(WRONG_TYPES))
        else:
            put(document, path + chance.choice(["x", ".x"]), "x")
    return document


def documents():
    for name in ("apiVersion", "kind", "pool"):
        without = base()
        del without[name]
        yield without
        for value in (None, "x", {}, []):
            other = base()
            other[name] = value
            yield other
    for path, values in (*GOOD.items(), *BAD.items()):
        for value in values:
            document = base()
            put(document, path, value)
            yield document
    for path in GOOD:
        for value in WRONG_TYPES:
            document = base()
            put(document, path, value)
            yield document
    for group in ("", "cluster.", "metallb.", "metallb.kubespray.", "pool.", "provider.", "timeouts.", "tools."):
        document = base()
        put(document, group + "unknown", "x")
        yield document
    for seed in range(COUNT):
        yield combination(seed)


def main():
    schema = json.loads(subprocess.run([IPLEASE, "config", "schema"], capture_output=True, text=True, check=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    counts = {True: 0, False: 0}
    for document in documents():
        by_schema, by_us = schema_says(validator, document), iplease_says(copy.deepcopy(document))
        if bool(by_schema) != bool(by_us):
            print(json.dumps(document), "\nschema: ", by_schema, "\niplease:", by_us)
            return 1
        counts[not by_us] += 1
    for path, values in BEYOND.items():
        for value in values:
            document = base()
            put(document, path, value)
            if schema_says(validator, document) or not iplease_says(document):
                print(json.dumps(document), "is meant to be beyond a schema, and refused by iplease")
                return 1
    print(f"{counts[True]} good and {counts[False]} bad files: the same answer")
    return 0 if min(counts.values()) > 50 else 1


sys.exit(main())
