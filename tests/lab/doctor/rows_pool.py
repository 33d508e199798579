# SPDX-License-Identifier: Apache-2.0
"""Faults of the pool, its advertisement and the Services that use it."""

import json
import time

from bench import IPLEASE, Row, apply, as_schema_says, claim, fresh, get, kubectl, patch, run

SPACE = "metallb-system"
POOL = "ipaddresspool/default"
ADVERTISEMENT = "l2advertisement/l2advertisement1"
KEPT = {}


def service(name, annotations=None):
    return {"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": name, "namespace": "default", "labels": {"test": "filler"}, "annotations": annotations or {}},
            "spec": {"type": "LoadBalancer", "selector": {"app": "nobody"}, "ports": [{"port": 80}]}}


def backed(name):
    """A Service with a ready pod behind it, so that a speaker announces its address."""
    lease = service(name)
    lease["metadata"]["namespace"] = "akash-services"
    lease["spec"].update(selector={"app": "akash-provider"}, ports=[{"port": 8443}])
    return lease


def drop_fillers():
    kubectl("delete", "service", "-A", "-l", "test=filler")


def fill():
    apply(*[backed(f"filler-{n}") for n in range(22)])


def network(unavailable):
    """The condition that a network plugin sets on its node."""
    condition = {"type": "NetworkUnavailable", "status": "True" if unavailable else "False", "reason": "Test", "message": ""}
    kubectl("patch", "node", "node1", "--subresource=status", "-p", json.dumps({"status": {"conditions": [condition]}}))


def node_without_network():
    network(True)
    apply(backed("filler-0"))  # a name used before: its old events belong to another Service


def network_back():
    network(False)
    drop_fillers()


def planned(verdict, word):
    """Checks stage pool of the plan, which must not add an L2Advertisement."""
    whole = as_schema_says("plan", json.loads(run(IPLEASE, "plan", "-o", "json", check=False).stdout))
    pool = next(one for one in whole["stages"] if one["stage"] == "pool")
    claim(pool["verdict"] == verdict and word in json.dumps(pool), f"stage pool: {pool}")
    claim(not pool["steps"], f"stage pool would write: {pool['steps']}")


def announced_by(kind, spec):
    """Another advertisement covers the pool in place of the guide's."""
    KEPT["advertisement"] = fresh(get("-n", SPACE, ADVERTISEMENT))
    apply({"apiVersion": "metallb.io/v1beta1", "kind": kind, "metadata": {"name": "public", "namespace": SPACE}, "spec": spec})
    kubectl("-n", SPACE, "delete", ADVERTISEMENT)


def by_label():
    kubectl("-n", SPACE, "label", POOL, "zone=public")
    announced_by("L2Advertisement", {"ipAddressPoolSelectors": [{"matchLabels": {"zone": "public"}}],
                                     "nodeSelectors": [{"matchLabels": {"kubernetes.io/hostname": "node1"}}]})
    planned("satisfied", "by L2Advertisement public from node1")


def by_bgp():
    apply({"apiVersion": "metallb.io/v1beta2", "kind": "BGPPeer", "metadata": {"name": "peer", "namespace": SPACE},
           "spec": {"myASN": 64500, "peerASN": 64501, "peerAddress": "192.0.2.1"}})
    announced_by("BGPAdvertisement", {"ipAddressPools": ["default"]})
    planned("blocked", "IPL-POOL-090")


def announced_as_before():
    apply(KEPT["advertisement"])
    kubectl("-n", SPACE, "delete", "l2advertisements,bgpadvertisements", "public", "--ignore-not-found")
    kubectl("-n", SPACE, "delete", "bgppeer", "peer", "--ignore-not-found")
    kubectl("-n", SPACE, "label", POOL, "zone-")


def second_pool():
    apply({"apiVersion": "metallb.io/v1beta1", "kind": "IPAddressPool", "metadata": {"name": "second", "namespace": SPACE},
           "spec": {"addresses": ["198.51.100.0/28"]}})


def no_such_interface():
    patch(SPACE, ADVERTISEMENT, {"spec": {"interfaces": ["nosuch0"]}})
    apply(backed("filler-0"))


def interface_back():
    drop_fillers()
    patch(SPACE, ADVERTISEMENT, {"spec": {"interfaces": None}})


def stale_view():
    """The IP operator counts while the pool is larger. Nothing tells it about the change afterwards."""
    addresses = get("-n", SPACE, POOL)["spec"]["addresses"]
    patch(SPACE, POOL, {"spec": {"addresses": [*addresses, "203.0.113.150/32"]}})
    limit, nudged = time.monotonic() + 30, 0.0
    usage = ""
    while '"Available":22' not in usage and time.monotonic() < limit:
        # Any event of a ConfigMap in metallb-system makes it count. Send one at a time: an event handled after the pool
        # is back would correct the count.
        if time.monotonic() - nudged > 2:
            nudged = time.monotonic()
            apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "nudge", "namespace": SPACE},
                   "data": {"at": str(nudged)}})
        usage = kubectl("get", "--raw", "/api/v1/namespaces/akash-services/services/operator-ip:rest/proxy/usage", check=False)
    patch(SPACE, POOL, {"spec": {"addresses": addresses}})


ROWS = [
    Row("pool default deleted", {"IPL-POOL-040"}, lambda: kubectl("-n", SPACE, "delete", POOL), fix=True),
    Row("pool does not assign", {"IPL-POOL-041"}, lambda: patch(SPACE, POOL, {"spec": {"autoAssign": False}}), fix=True, long=True),
    Row("pool for some namespaces", {"IPL-POOL-042"},
        lambda: patch(SPACE, POOL, {"spec": {"serviceAllocation": {"priority": 1, "namespaces": ["default"]}}}),
        cure=["kubectl", "-n", SPACE, "patch", "ipaddresspool", "default", "--type=json", "-p",
              '[{"op":"remove","path":"/spec/serviceAllocation"}]'], long=True),
    Row("advertisement deleted", {"IPL-POOL-043"}, lambda: kubectl("-n", SPACE, "delete", ADVERTISEMENT), fix=True),
    Row("advertisement of another pool", {"IPL-POOL-043"},
        lambda: patch(SPACE, ADVERTISEMENT, {"spec": {"ipAddressPools": ["defualt"]}}), fix=True, long=True),
    Row("advertisement for no node", {"IPL-POOL-044"},
        lambda: patch(SPACE, ADVERTISEMENT, {"spec": {"nodeSelectors": [{"matchLabels": {"nowhere": "true"}}]}}),
        undo=lambda: patch(SPACE, ADVERTISEMENT, [{"op": "remove", "path": "/spec/nodeSelectors"}], "json"), long=True),
    # Not faults, and none is reported.
    Row("the pool selected by its labels", set(), by_label, undo=announced_as_before),
    Row("the pool announced by BGP", set(), by_bgp, undo=announced_as_before),
    Row("advertisement on an interface that is not there", {"IPL-POOL-047"}, no_such_interface, undo=interface_back, long=True),
    Row("address that no node announces", {"IPL-POOL-048"}, node_without_network, undo=network_back,
        says="no ServiceL2Status"),
    Row("pool full", {"IPL-POOL-045"}, fill, undo=drop_fillers, long=True),
    Row("Service asks for an unknown pool", {"IPL-POOL-046"},
        lambda: apply(service("filler-0", {"metallb.universe.tf/address-pool": "nope"})), undo=drop_fillers, long=True),
    Row("second pool assigns", {"IPL-POOL-034"}, second_pool,
        undo=lambda: kubectl("-n", SPACE, "delete", "ipaddresspool", "second")),
    Row("pool changed behind the IP operator", {"IPL-IPO-003"}, stale_view, fix=True),
]
