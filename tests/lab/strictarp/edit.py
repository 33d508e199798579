# SPDX-License-Identifier: Apache-2.0
"""strictARP in ConfigMap kube-proxy. The samples and odd spellings become `true` with one edit and one restart of
kube-proxy. Nothing else changes, and races and kills end well."""

import os
import sys

from kube_proxy import (
    claim, config, data, iplease, kubectl, mount_the_real_one, pods, put, revisions, sample, stage, system, with_config,
)
from onlab import audit_mark, main, writes_since
from wrapped import enable_that_is_killed, tool_as_it_is, tool_that

LINE = "  strictARP: false\n"
LONG = os.environ.get("IPLEASE_LONG")


def one_edit(name, before, wanted, again=False, restart=False):
    put(before)
    old_pods, old_revisions, version = pods(), revisions(), system("configmap", "kube-proxy")["metadata"]["resourceVersion"]
    told = iplease("enable", "--yes", check=False)
    claim(told.returncode == 0, f"{name}: exit {told.returncode}\n{told.stdout}\n{told.stderr}")
    after = data()
    claim(after["config.conf"] == wanted, f"{name}: config.conf became\n{after['config.conf']}\nwanted\n{wanted}")
    claim(after["kubeconfig.conf"] == before["kubeconfig.conf"], f"{name}: kubeconfig.conf was touched")
    changed = wanted != before["config.conf"]
    restarts = changed or restart
    claim(revisions() - old_revisions == restarts, f"{name}: {revisions() - old_revisions} restarts")
    claim(bool(pods() & old_pods) != restarts, f"{name}: the pods are {'not new' if restarts else 'new'}")
    claim(len(pods()) == 1, f"{name}: pods {pods()}")
    if not changed:
        same = system("configmap", "kube-proxy")["metadata"]["resourceVersion"] == version
        claim(same, f"{name}: the ConfigMap was written though nothing was to change")
    if again:
        told = iplease("enable", "--yes")
        claim("nothing to do" in told.stdout, f"{name}: the second run: {told.stdout}{told.stderr}")
    print(f"{name}: {'edited, one restart' if changed else 'one restart' if restart else 'left alone'}", flush=True)


def samples():
    base = config()
    kubeadm = sample("kubeadm-default-mode-empty")
    one_edit("kubeadm, mode empty", kubeadm, kubeadm["config.conf"])
    one_edit("Kubespray's IPVS", with_config(base), base.replace(LINE, "  strictARP: true\n"), again=True)
    done = sample("kubespray-ipvs-after-sed-apply")
    # The guide does not restart kube-proxy, so it still runs with the text from before its sed.
    put(with_config(base))
    one_edit("after the guide's sed", done, done["config.conf"], again=True, restart=True)


def spellings():
    base = config()
    claim(base.count(LINE) == 1, "the sample is not as it was")
    for name, line, wanted in (
        ("absent", "", "  strictARP: true\n"),
        ("quoted, with a comment", '  "strictARP": "false" # as the guide left it\n', '  "strictARP": true # as the guide left it\n'),
        ("capital", "  strictARP: False\n", "  strictARP: true\n"),
        ("no", "  strictARP:  no   # never\n", "  strictARP:  true   # never\n"),
    ):
        put(with_config(base.replace(LINE, line)))
        if not LONG and name in ("capital", "no"):
            continue
        if name == "absent":  # one new line, anywhere below ipvs
            before = data()["config.conf"]
            iplease("enable", "--yes")
            added = [one for one in data()["config.conf"].splitlines() if one not in before.splitlines()]
            claim(added == ["  strictARP: true"], f"absent: added {added}")
            print("absent: added", flush=True)
        else:
            one_edit(name, with_config(base.replace(LINE, line)), base.replace(LINE, wanted))
    as_json = '{"apiVersion":"kubeproxy.config.k8s.io/v1alpha1","kind":"KubeProxyConfiguration","mode":"ipvs","ipvs":{"strictARP":false,"minSyncPeriod":"0s"}}\n'
    one_edit("JSON", with_config(as_json), as_json.replace('"strictARP":false', '"strictARP":true'))


def refusals():
    base = config()
    for name, text in (
        ("tabs", base.replace(LINE, "\tstrictARP: false\n")),
        ("an alias", base.replace("ipvs:\n", "x: &x {strictARP: false}\nipvs:\n  <<: *x\n").replace(LINE, "")),
        ("twice", base.replace(LINE, LINE + LINE)),
    ):
        put(with_config(text))
        mark = audit_mark()
        told = iplease("enable", "--yes", check=False)
        claim(told.returncode == 3 and "IPL-STR-002" in told.stderr, f"{name}: {told}")
        claim(writes_since(mark) == [], f"{name}: a refusal wrote {writes_since(mark)}")
        leave = iplease("enable", "--yes", "--set", "strictARP=leave")
        claim("nothing to do" in leave.stdout, f"{name}, left: {leave}")
        print(f"{name}: IPL-STR-002, nothing written", flush=True)


def warned():
    put(with_config(config()))
    plan = stage()
    claim(any("kube_proxy_strict_arp: true" in note for note in plan["notes"]), f"no word of Kubespray: {plan['notes']}")


def race():
    """Somebody writes between our read and our edit. The server refuses ours, and the next run succeeds."""
    put(with_config(config()))
    old = revisions()
    tool = tool_that(
        "*'patch configmap kube-proxy'*",
        "$real -n kube-system annotate configmap kube-proxy --overwrite somebody=else >&2; exec $real \"$@\"",
    )
    told = iplease("enable", "--yes", "--kubectl", tool, check=False)
    claim(told.returncode == 1 and "IPL-CLU-051" in told.stderr, f"a lost race: {told}")
    claim(told.stderr.count("error IPL-CLU-051") == 1 and "several times" not in told.stderr, f"told once: {told.stderr}")
    claim("(7 of 11); stages 1 to 6 are done, this one changed nothing" in told.stderr, f"where it stands: {told.stderr}")
    claim(data() == with_config(config()), "the lost race wrote")
    tool_as_it_is()
    iplease("enable", "--yes")
    claim(data()["config.conf"] == config().replace(LINE, "  strictARP: true\n"), "not edited after the race")
    claim(system("configmap", "kube-proxy")["metadata"]["annotations"].get("somebody") == "else", "the other's word is lost")
    claim(revisions() - old == 1, f"{revisions() - old} restarts after the race")
    print("a lost race: refused, then edited, one restart", flush=True)


def kills():
    for name, when, what in (
        ("between edit and restart", "*'patch configmap kube-proxy'*", '$real "$@"; kill -9 $iplease'),
        ("before the edit", "*'patch configmap kube-proxy'*", "kill -9 $iplease"),
        ("before the restart", "*'rollout restart'*", "kill -9 $iplease"),
        ("after the restart", "*'rollout restart'*", '$real "$@"; kill -9 $iplease'),
    ):
        put(with_config(config()))
        old, old_pods = revisions(), pods()
        enable_that_is_killed(name, "--kubectl", tool_that(when, what))
        tool_as_it_is()
        iplease("enable", "--yes")
        claim(data()["config.conf"] == config().replace(LINE, "  strictARP: true\n"), f"{name}: not edited")
        claim(revisions() - old == 1, f"killed {name}: {revisions() - old} restarts")
        claim(not pods() & old_pods, f"killed {name}: an old pod runs")
        again = iplease("enable", "--yes")
        claim("nothing to do" in again.stdout, f"killed {name}: a third run: {again.stdout}{again.stderr}")
        print(f"killed {name}: one restart", flush=True)
        if not LONG:
            break


PARTS = {
    "samples": samples, "spellings": spellings, "refusals": refusals, "warned": warned, "race": race, "kills": kills,
}


def test():
    mount_the_real_one()
    iplease("enable", "--yes")
    for part in sys.argv[2:] or PARTS:
        PARTS[part]()
    kubectl("-n", "kube-system", "rollout", "status", "daemonset/kube-proxy", "--timeout=30s")


main(test)
