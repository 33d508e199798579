# SPDX-License-Identifier: Apache-2.0
"""Existing MetalLBs are used as they are: a Helm release of another name, and manifests of 0.13.9. Nothing is
reinstalled or removed; pod UIDs and Helm revisions prove it. Also MetalLBs that cannot be used."""

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "kubespray"))
from standin import FLAGS, LAB, LABCTL, RUN, load, manifests, nothing_more, prepare, uids, write_flags  # noqa: E402  first: it sets the path
from onlab import audit_mark, claim, follow, iplease, kubectl, lease_answers, main, shell, usage, writes_since  # noqa: E402

REPO = "http://127.0.0.1:8879/metallb"
ADOPT = ("-f", str(FLAGS), "--metallb", "adopt")
PLAIN = ("-f", str(FLAGS))


def reset():
    subprocess.run([LABCTL, "reset", "--name", LAB], check=True, timeout=300, stdout=subprocess.DEVNULL)
    load("0.13.9", "0.14.9")
    write_flags()


def chart(release, name_space, *values):
    more = [word for value in ("speaker.frr.enabled=false", *values) for word in ("--set", value)]
    shell(
        "helm", "upgrade", "--install", release, "metallb", "--repo", REPO, "--version", "0.14.9", "-n", name_space,
        "--create-namespace", "--wait", "--timeout", "2m", *more,
    )


def revisions():
    """Only MetalLB's releases: the provider's is upgraded, as it should be."""
    releases = json.loads(shell("helm", "list", "-A", "-a", "-o", "json").stdout)
    return sorted((r["name"], r["revision"], r["status"]) for r in releases if r["chart"].startswith("metallb-"))


def refused(what, identity, *args):
    mark = audit_mark()
    told = iplease("enable", "--yes", *args, check=False)
    claim(told.returncode == 3 and identity in told.stderr, f"{what}: exit {told.returncode}, {told.stderr}")
    claim(writes_since(mark) == [], f"{what}: something was written: {writes_since(mark)}")
    claim(told.stderr.count("error IPL-") == 1, f"{what}: more than one error is told: {told.stderr}")
    print(f"{what}: {identity}, exit 3", flush=True)
    return told.stderr


def enabled(what, args, selector):
    """From the existing MetalLB to a lease, with all of MetalLB unchanged."""
    before, helm = uids(), revisions()
    told = iplease("enable", "--yes", *args)
    claim(uids() == before, f"{what}: MetalLB was touched\n{before}\n{uids()}")
    claim(revisions() == helm, f"{what}: Helm's releases were {helm} and are {revisions()}")
    got = json.loads(kubectl("-n", "metallb-system", "get", "service", "controller", "-o", "jsonpath={.spec.selector}"))
    claim(got == selector, f"{what}: Service controller selects {got}")
    claim(usage()["Available"] == 21, f"{what}: /usage says {usage()}")
    print(f"{what}: leased {lease_answers()}", flush=True)
    nothing_more(ADOPT, PLAIN)


def helm_of_another_name():
    refused("nothing to adopt", "IPL-MLB-012", *ADOPT)
    chart("lb", "metallb-system")
    prepare()
    refused("Kubespray over Helm", "IPL-KSP-013", *RUN)
    refused("every node is excluded", "IPL-MLB-016", *ADOPT)
    chart("lb", "metallb-system", "speaker.ignoreExcludeLB=true")
    names = {"name": "metallb", "instance": "lb", "component": "controller"}
    enabled("release lb", ADOPT, {f"app.kubernetes.io/{key}": value for key, value in names.items()})


def manifests_of_0_13_9():
    kubectl("apply", "-f", str(manifests()))
    for what in ("deployment/controller", "daemonset/speaker"):
        kubectl("-n", "metallb-system", "rollout", "status", what, "--timeout=120s")
    told = refused("Helm over manifests", "IPL-MLB-011", *PLAIN, "--metallb", "helm")
    plan = follow(told, "iplease enable --metallb adopt", more=(*PLAIN, "--dry-run")).stdout
    claim("used as it is" in plan, plan)
    plan = json.loads(iplease("plan", *PLAIN, "-o", "json").stdout)
    claim("used as it is" in json.dumps(plan), "the plan does not say that MetalLB is kept")
    enabled("manifests", PLAIN, {"app": "metallb", "component": "controller"})


def what_cannot_be_used():
    """On the manifests from before. Each fault is real, and only that fault is reported."""
    args = "/spec/template/spec/containers/0/args/-"
    ns = ("-n", "metallb-system")
    kubectl(*ns, "patch", "deployment", "controller", "--type=json", "-p", json.dumps([
        {"op": "add", "path": args, "value": "--lb-class=mine"}]))
    refused("a class", "IPL-MLB-014", *ADOPT)
    kubectl(*ns, "rollout", "undo", "deployment/controller")
    port = "/spec/template/spec/containers/0/ports/0"
    told = kubectl(*ns, "get", "deployment", "controller", "-o", "jsonpath={.spec.template.spec.containers[0].args}")
    kubectl(*ns, "patch", "deployment", "controller", "--type=json", "-p", json.dumps([
        {"op": "replace", "path": args.removesuffix("/-"), "value": json.loads(told.replace("--port=7472", "--port=7473"))},
        {"op": "replace", "path": f"{port}/containerPort", "value": 7473}]))
    refused("another port", "IPL-MLB-006", *ADOPT)
    kubectl(*ns, "rollout", "undo", "deployment/controller")
    kubectl("create", "namespace", "second")
    for whole in ("deployment/controller", "daemonset/speaker"):
        other = json.loads(kubectl(*ns, "get", whole, "-o", "json"))
        other["metadata"] = {"name": other["metadata"]["name"], "namespace": "second", "labels": other["metadata"]["labels"]}
        del other["status"]
        kubectl("create", "-f", "-", stdin=json.dumps(other))
    refused("two MetalLBs", "IPL-MLB-002", *ADOPT)
    refused("two MetalLBs, without being asked to adopt", "IPL-MLB-002", *PLAIN)
    kubectl("-n", "second", "delete", "deployment/controller", "daemonset/speaker")  # the namespace takes a while to go
    kubectl("delete", "namespace", "second", "--wait=false")
    kubectl(*ns, "delete", "daemonset", "speaker")
    refused("no speakers", "IPL-MLB-015", *ADOPT)


def another_namespace():
    chart("lb", "lb-system")
    refused("another namespace", "IPL-MLB-003", *ADOPT)
    refused("another namespace, without being asked to adopt", "IPL-MLB-003", *PLAIN)


def test():
    reset()
    helm_of_another_name()
    reset()
    manifests_of_0_13_9()
    what_cannot_be_used()
    reset()
    another_namespace()


main(test)
