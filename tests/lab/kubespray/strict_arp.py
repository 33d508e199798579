# SPDX-License-Identifier: Apache-2.0
"""Kubespray's play does not change strictARP in a running cluster. One run of iplease writes the variable into the
inventory, has the play run, edits kube-proxy's ConfigMap and restarts kube-proxy once. If a later play resets the
field, iplease reports it; the long test also fixes it. strict_arp.py IPLEASE"""

import os
import sys

from standin import ARGS, FLAGS, HERE, INVENTORY, RUN, nothing_more, prepare  # first: it sets the path

sys.path.insert(0, str(HERE.parent / "strictarp"))
from kube_proxy import config, data, mount_the_real_one, pods, put, revisions, stage, with_config  # noqa: E402
from onlab import audit_mark, claim, iplease, main, writes_since  # noqa: E402

LONG = os.environ.get("IPLEASE_LONG")
OFF, ON = "  strictARP: false\n", "  strictARP: true\n"
CLUSTER = INVENTORY / "group_vars" / "k8s_cluster" / "k8s-cluster.yml"
PATCH, RESTART = "/configmaps/kube-proxy", "/daemonsets/kube-proxy"


def variable():
    lines = CLUSTER.read_text(encoding="utf-8").splitlines()
    return [line.partition(" #")[0] for line in lines if line.startswith("kube_proxy_strict_arp:")]


def one_restart(what, *args):
    """The run edits one field of the live ConfigMap and restarts kube-proxy once."""
    old, old_pods, mark = revisions(), pods(), audit_mark()
    told = iplease("enable", "--yes", *args)
    writes = writes_since(mark)
    for part in (PATCH, RESTART):
        count = sum(part in one for one in writes)
        claim(count == 1, f"{what}: {count} writes to {part}: {writes}")
    claim(data() == {**with_config(config()), "config.conf": config().replace(OFF, ON)}, f"{what}: the ConfigMap has {data()}")
    claim(revisions() - old == 1, f"{what}: {revisions() - old} restarts")
    claim(len(pods()) == 1 and not pods() & old_pods, f"{what}: pods were {old_pods} and are {pods()}")
    claim(variable() == ["kube_proxy_strict_arp: true"], f"{what}: the inventory has {variable()}")
    print(f"{what}: one edit, one restart", flush=True)
    return told, writes


def after_the_play():
    told, writes = one_restart("with the play", *RUN)
    claim("ansible-playbook" in told.stderr, f"no play was run: {told.stderr}")
    made = [place for place, one in enumerate(writes) if "/ipaddresspools" in one]
    edited = [place for place, one in enumerate(writes) if PATCH in one]
    claim(made and made[-1] < edited[0], f"not live after the play: {writes}")
    if LONG:
        nothing_more()


def set_back_by_a_later_play():
    """Stands in for an upgrade without the variable: Kubespray writes the whole ConfigMap from its variables."""
    CLUSTER.write_text(CLUSTER.read_text(encoding="utf-8").replace("kube_proxy_strict_arp: true", "kube_proxy_strict_arp: false"))
    put(with_config(config()))
    told = iplease("doctor", *ARGS, check=False)
    claim(told.returncode == 4 and "IPL-STR-004" in told.stdout, f"doctor: exit {told.returncode}\n{told.stdout}")
    claim("kube_proxy_strict_arp: true in its inventory" in told.stdout, f"the cure for good is not told:\n{told.stdout}")
    told = iplease("status", *ARGS, check=False)
    claim("strictARP" in told.stdout and "IP leases are on" not in told.stdout, f"status:\n{told.stdout}")
    notes = stage("-f", str(FLAGS))["notes"]
    claim(any("its next upgrade sets the field back" in note for note in notes), f"the plan does not warn: {notes}")
    if LONG:
        one_restart("after a later play", *ARGS)


def test():
    prepare()
    mount_the_real_one()
    put(with_config(config()))
    after_the_play()
    set_back_by_a_later_play()


main(test)
