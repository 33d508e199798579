# SPDX-License-Identifier: Apache-2.0
"""Faults of MetalLB, and of what leads to it."""

from bench import Row, apply, enable, get, kubectl, patch, run

SPACE = "metallb-system"
SPEAKER = "app.kubernetes.io/component=speaker"
REPOSITORY = "http://127.0.0.1:8879/metallb"
LABEL = "pod-security.kubernetes.io"


def delete_service():
    kubectl("-n", SPACE, "delete", "service", "controller")


def arg(add):
    """Adds an argument to the controller's program."""
    return lambda: patch(SPACE, "deployment/metallb-controller",
                         [{"op": "add", "path": "/spec/template/spec/containers/0/args/-", "value": add}], "json")


def roll_back(what):
    def back():
        kubectl("-n", SPACE, "rollout", "undo", what)
        kubectl("-n", SPACE, "rollout", "status", what, "--timeout=60s")
    return back


def target(port):
    patch(SPACE, "service/controller", [{"op": "replace", "path": "/spec/ports/0/targetPort", "value": port}], "json")


def scale(name, replicas):
    return lambda: kubectl("-n", SPACE, "scale", name, f"--replicas={replicas}")


def label(level):
    word = f"{LABEL}/enforce={level}" if level else f"{LABEL}/enforce-"
    return lambda: kubectl("label", "namespace", SPACE, word, "--overwrite")


def drop_ignore():
    speaker = get("-n", SPACE, "daemonset", "metallb-speaker")
    args = speaker["spec"]["template"]["spec"]["containers"][0]["args"]
    at = next(i for i, word in enumerate(args) if word.startswith("--ignore-exclude-lb"))
    patch(SPACE, "daemonset/metallb-speaker",
          [{"op": "remove", "path": f"/spec/template/spec/containers/0/args/{at}"}], "json")


def webhooks(**changes):
    """Sets keys of every webhook's entry, given as path__to__key."""
    hooks = get("validatingwebhookconfiguration", "metallb-webhook-configuration")["webhooks"]
    steps = [{"op": "replace", "path": f"/webhooks/{i}/{path.replace('__', '/')}", "value": value}
             for i in range(len(hooks)) for path, value in changes.items()]
    patch(SPACE, "validatingwebhookconfiguration/metallb-webhook-configuration", steps, "json")


def cut_webhook():
    """The API server keeps its connection to the pod, so point it to a Service that does not exist."""
    webhooks(clientConfig__service__name="nobody")


def mend_webhook():
    webhooks(clientConfig__service__name="metallb-webhook-service", failurePolicy="Fail")


def refuse_configuration():
    """Gets a pool past the webhook that would refuse it."""
    webhooks(clientConfig__service__name="nobody", failurePolicy="Ignore")
    apply({"apiVersion": "metallb.io/v1beta1", "kind": "IPAddressPool",
           "metadata": {"name": "broken", "namespace": SPACE}, "spec": {"addresses": ["nonsense"], "autoAssign": False}})
    mend_webhook()


def accept_configuration():
    """MetalLB keeps its stale mark even if the configuration is again the one that it uses, so restart it."""
    kubectl("-n", SPACE, "delete", "ipaddresspool", "broken", "--ignore-not-found")
    kubectl("-n", SPACE, "rollout", "restart", "deployment/metallb-controller")
    kubectl("-n", SPACE, "rollout", "status", "deployment/metallb-controller", "--timeout=60s")


def policy(name):
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name, "namespace": SPACE},
            "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}


def second_metallb():
    labels = {"app": "metallb", "component": "controller"}
    other = {"apiVersion": "apps/v1", "kind": "Deployment",
             "metadata": {"name": "controller", "namespace": "default", "labels": labels},
             "spec": {"replicas": 0, "selector": {"matchLabels": labels},
                      "template": {"metadata": {"labels": labels},
                                   "spec": {"containers": [{"name": "controller", "image": "example.com/metallb/controller:v0.14.8"}]}}}}
    apply(other)
    # doctor expects speakers with every MetalLB; these never start.
    speaker = {"app": "metallb", "component": "speaker"}
    apply({"apiVersion": "apps/v1", "kind": "DaemonSet",
           "metadata": {"name": "speaker", "namespace": "default", "labels": speaker},
           "spec": {"selector": {"matchLabels": speaker},
                    "template": {"metadata": {"labels": speaker},
                                 "spec": {"nodeSelector": {"nowhere": "true"},
                                          "containers": [{"name": "speaker", "image": "example.com/metallb/speaker:v0.14.8"}]}}}})


def image(tag):
    return lambda: kubectl("-n", SPACE, "set", "image", "deployment/metallb-controller",
                           f"controller=quay.io/metallb/controller:{tag}")


def rename_port():
    ports = get("-n", SPACE, "deployment", "metallb-controller")["spec"]["template"]["spec"]["containers"][0]["ports"]
    at = next(i for i, port in enumerate(ports) if port["name"] == "monitoring")
    patch(SPACE, "deployment/metallb-controller",
          [{"op": "replace", "path": f"/spec/template/spec/containers/0/ports/{at}/name", "value": "metricshttps"}], "json")


def other_port():
    """Sets the chart's prometheus.metricsPort."""
    container = get("-n", SPACE, "deployment", "metallb-controller")["spec"]["template"]["spec"]["containers"][0]
    args = [one.replace("--port=7472", "--port=7473") for one in container["args"]]
    at = next(i for i, port in enumerate(container["ports"]) if port["name"] == "monitoring")
    path = "/spec/template/spec/containers/0"
    patch(SPACE, "deployment/metallb-controller",
          [{"op": "replace", "path": f"{path}/args", "value": args},
           {"op": "replace", "path": f"{path}/ports/{at}/containerPort", "value": 7473}], "json")


def no_node_for_speakers():
    patch(SPACE, "daemonset/metallb-speaker", {"spec": {"template": {"spec": {"nodeSelector": {"nowhere": "true"}}}}})


def speakers_back():
    patch(SPACE, "daemonset/metallb-speaker",
          [{"op": "remove", "path": "/spec/template/spec/nodeSelector/nowhere"}], "json")


def keep_speakers_out():
    """Running pods stay, so delete the speaker."""
    label("restricted")()
    restart_pods(SPEAKER)


def chart(*words):
    """MetalLB's chart, with what iplease sets on this cluster, whose only node is excluded by label."""
    run("helm", *words, "metallb", "--repo", REPOSITORY, "--set",
        "speaker.frr.enabled=false,frrk8s.enabled=false,speaker.ignoreExcludeLB=true")


def real_0_16():
    """The chart as it is. The lab has no images of that version."""
    chart("-n", SPACE, "upgrade", "metallb", "--version", "0.16.2")


def elsewhere():
    """Uninstalled, and installed again in another namespace. The resource types and the pools are lost."""
    run("helm", "-n", SPACE, "uninstall", "metallb", "--wait")
    chart("-n", "lb-system", "install", "lb", "--version", "0.14.8", "--create-namespace", "--wait")


def two_elsewhere():
    elsewhere()
    second_metallb()


def only_home():
    kubectl("-n", "default", "delete", "deployment/controller", "daemonset/speaker")
    back_home()


def back_home():
    run("helm", "-n", "lb-system", "uninstall", "lb", "--wait")
    kubectl("delete", "namespace", "lb-system")
    enable()


def restart_pods(selector):
    kubectl("-n", SPACE, "delete", "pod", "-l", selector, "--now")


def take_port():
    """Another pod takes the speaker's port on the node. The scheduler counts it even if the pod does not work."""
    no_node_for_speakers()
    kubectl("-n", SPACE, "wait", "--for=delete", "pod", "-l", SPEAKER, "--timeout=60s")
    apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "port-taker", "namespace": "default"},
           "spec": {"nodeName": "node1", "containers": [
               {"name": "a", "image": "example.com/none", "ports": [{"containerPort": 7472, "hostPort": 7472}]}]}})
    speakers_back()


def give_port():
    kubectl("-n", "default", "delete", "pod", "port-taker", "--now", "--ignore-not-found")


def no_secret():
    """The controller creates the speakers' Secret, and it is scaled to 0."""
    scale("deployment/metallb-controller", 0)()
    kubectl("-n", SPACE, "delete", "secret", "metallb-memberlist")
    restart_pods(SPEAKER)


def taint():
    kubectl("taint", "node", "node1", "test=taken:NoSchedule", "--overwrite")
    restart_pods("app.kubernetes.io/component=controller")


ROWS = [
    Row("Service controller deleted", {"IPL-MLB-023"}, delete_service, fix=True),
    Row("port monitoring renamed", {"IPL-MLB-024"},
        lambda: patch(SPACE, "service/controller", [{"op": "replace", "path": "/spec/ports/0/name", "value": "metrics"}], "json"),
        fix=True, long=True),
    Row("selector of another installation", {"IPL-MLB-025"},
        lambda: patch(SPACE, "service/controller", [{"op": "replace", "path": "/spec/selector", "value": {"app": "metallb"}}], "json"),
        fix=True, long=True),
    Row("MetalLB's controller stopped", {"IPL-MLB-020"}, scale("deployment/metallb-controller", 0),
        cure=["kubectl", "-n", SPACE, "scale", "deployment/metallb-controller", "--replicas=1"]),
    Row("pod security restricted", {"IPL-MLB-022"}, label("restricted"), fix=True),
    Row("pod security labels missing", {"IPL-MLB-022"}, label(""), fix=True, long=True),
    Row("pod security keeps the speakers out", {"IPL-MLB-022"}, keep_speakers_out, fix=True, long=True),
    Row("no node runs a speaker", {"IPL-MLB-021"}, no_node_for_speakers, undo=speakers_back, long=True),
    Row("a speaker's port is taken", {"IPL-MLB-021"}, take_port, undo=give_port, says="free ports", long=True),
    Row("the speakers' Secret is missing", {"IPL-MLB-020", "IPL-MLB-021"}, no_secret,
        cure=["kubectl", "-n", SPACE, "scale", "deployment/metallb-controller", "--replicas=1"], long=True),
    Row("no node takes MetalLB's controller", {"IPL-MLB-020"}, taint,
        undo=lambda: kubectl("taint", "node", "node1", "test-"), says="untolerated taint", long=True),
    Row("every node excluded", {"IPL-MLB-016"}, drop_ignore, fix=True),
    Row("MetalLB of a loadBalancerClass", {"IPL-MLB-014"}, arg("--lb-class=example.com/metallb"),
        undo=roll_back("deployment/metallb-controller"), long=True),
    Row("webhook cut off", {"IPL-MLB-004"}, cut_webhook, undo=mend_webhook),
    Row("configuration refused", {"IPL-MLB-026"}, refuse_configuration, undo=accept_configuration),
    Row("network policy over the metrics", {"IPL-MLB-027"}, lambda: apply(policy("default-deny")),
        undo=lambda: kubectl("-n", SPACE, "delete", "networkpolicy", "default-deny"), long=True),
    Row("two MetalLBs", {"IPL-MLB-002"}, second_metallb,
        undo=lambda: kubectl("-n", "default", "delete", "deployment/controller", "daemonset/speaker")),
    Row("MetalLB 0.16 by its image", {"IPL-MLB-001"}, image("v0.16.2"), undo=roll_back("deployment/metallb-controller"), long=True),
    # Another vendor's chart names the container's port differently. Akash reads the Service's name.
    Row("metrics port of another name", set(), rename_port, undo=roll_back("deployment/metallb-controller"), long=True),
    Row("metrics on another port", {"IPL-MLB-006"}, other_port, undo=roll_back("deployment/metallb-controller"), long=True),
    Row("metrics port closed behind the Service", {"IPL-MLB-005"}, lambda: target(9120), undo=lambda: target(7472)),
    # The lab has no images of it: the old controller stays, and a speaker does not start.
    Row("the real chart of MetalLB 0.16.2", {"IPL-MLB-001", "IPL-MLB-021"}, real_0_16,
        undo=lambda: run("helm", "-n", SPACE, "rollback", "metallb", "--wait", "--timeout", "60s"), long=True),
    Row("MetalLB in another namespace", {"IPL-MLB-003"}, elsewhere, undo=back_home, long=True),
    Row("two MetalLBs in other namespaces", {"IPL-MLB-002", "IPL-MLB-003"}, two_elsewhere, undo=only_home, long=True),
]
