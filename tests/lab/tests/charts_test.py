#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a real API server does with the fixture charts: the traps that Akash's charts have."""

import json
import re
import unittest
from datetime import datetime

from livelab import (
    REPOSITORY, SERVICES, LiveTest, good, helm, kubectl, long_only, newest_pod, run, stays, upgrade_provider, wait_for,
)

STATEFULSET = "statefulset/akash-provider"


def flag_in_main():
    return kubectl("-n", SERVICES, "get", "configmap", "akash-provider-main", "-o", "jsonpath={.data.AKASH_IP_OPERATOR}")


def flag_in_pod_template():
    query = 'jsonpath={.spec.template.spec.containers[0].env[?(@.name=="AKASH_IP_OPERATOR")].value}'
    return kubectl("-n", SERVICES, "get", STATEFULSET, "-o", query)


def revision():
    return kubectl("-n", SERVICES, "get", STATEFULSET, "-o", "jsonpath={.status.updateRevision}")


class ProviderCharts(LiveTest):
    """Each test installs the release that it needs. No test waits for pods."""

    def install(self, version, *more):
        run("helm", "-n", SERVICES, "uninstall", "akash-provider", "--wait", "--timeout", "60s")
        values = upgrade_provider("--install", *more, version=version)
        return values

    def flip(self, version):
        """(status, whether the pod template changed) after turning ipoperator on and changing nothing else."""
        status, _, error = self.install(version)
        self.assertEqual(status, 0, error)
        before = kubectl("-n", SERVICES, "get", STATEFULSET, "-o", "jsonpath={.metadata.generation}")
        status, _, error = upgrade_provider("--set", "ipoperator=true", version=version)
        self.assertEqual(status, 0, error)
        after = kubectl("-n", SERVICES, "get", STATEFULSET, "-o", "jsonpath={.metadata.generation}")
        return before != after

    def test_12_1_2_hides_the_flag_from_the_pod_template(self):
        self.assertFalse(self.flip("12.1.2"), "the template must not change")
        self.assertEqual(flag_in_main(), "true")
        self.assertEqual(flag_in_pod_template(), "")

    def test_19_0_2_shows_the_flag_in_both_places(self):
        self.assertTrue(self.flip("19.0.2"))
        self.assertEqual((flag_in_main(), flag_in_pod_template()), ("true", "true"))

    @long_only
    def test_older_and_newer_generations(self):
        for version in ("8.0.0", "11.6.3", "12.1.4", "15.0.2", "18.0.2"):
            with self.subTest(version):
                self.assertTrue(self.flip(version))
                self.assertEqual(flag_in_pod_template(), "true")

    @long_only
    def test_14_without_letsencrypt_hides_the_flag_too(self):
        status, _, error = self.install("14.0.8", "--set", "letsEncrypt.enabled=false")
        self.assertEqual(status, 0, error)
        before = revision()
        upgrade_provider("--set", "letsEncrypt.enabled=false,ipoperator=true", version="14.0.8")
        self.assertEqual((revision(), flag_in_main()), (before, "true"))

    def test_15_0_2_without_letsencrypt_is_refused_by_the_server_only(self):
        off = ("--set", "letsEncrypt.enabled=false")
        run("helm", "-n", SERVICES, "uninstall", "akash-provider", "--wait", "--timeout", "60s")
        status, _, error = upgrade_provider("--install", "--dry-run=server", *off, version="15.0.2")
        self.assertEqual(status, 0, f"helm's dry run sees nothing wrong: {error}")
        rendered = good(
            "helm", "template", "akash-provider", "provider", "--repo", f"{REPOSITORY}/akash", "--version", "15.0.2",
            "-n", SERVICES, "-f", "/dev/stdin", *off, stdin="domain: x.example\n",
        )
        status, _, error = run("kubectl", "apply", "--dry-run=server", "-f", "-", stdin=rendered)
        self.assertNotEqual(status, 0)
        self.assertRegex(error, r"unknown field .*envFrom\[1\]\.name")
        status, _, error = upgrade_provider("--install", *off, version="15.0.2")
        self.assertNotEqual(status, 0)
        self.assertIn('spec.template.spec.containers[0].envFrom', error)
        self.assertRegex(error, "must specify one of: `?configMapRef`? or `?secretRef")

    def test_from_11_to_12_is_refused_but_leaves_the_flag_in_main(self):
        self.assertEqual(self.install("11.6.3")[0], 0)
        status, _, error = upgrade_provider("--set", "ipoperator=true", version="12.1.2")
        self.assertNotEqual(status, 0)
        self.assertIn("updates to statefulset spec for fields other than", error)
        self.assertEqual((flag_in_main(), flag_in_pod_template()), ("true", "false"))
        listed = json.loads(helm("-n", SERVICES, "list", "-a", "-o", "json"))
        self.assertEqual([r["status"] for r in listed if r["name"] == "akash-provider"], ["failed"])

    def test_set_without_the_values_file_empties_the_wallet(self):
        self.assertEqual(self.install("11.6.3")[0], 0)
        keys = ("-n", SERVICES, "get", "secret", "akash-provider-keys", "-o", "jsonpath={.data}")
        self.assertIn("key.txt", kubectl(*keys))
        status, _, error = upgrade_provider("--set", "ipoperator=true", version="11.6.3", values=None)
        self.assertEqual(status, 0, error)
        self.assertEqual(kubectl(*keys), "")

    def test_16_wants_the_gateway_api_by_default(self):
        self.assertEqual(self.install("15.0.2")[0], 0)
        status, _, error = upgrade_provider("--set", "gatewayApi.enabled=true", version="19.0.2")
        self.assertNotEqual(status, 0)
        self.assertIn('no matches for kind "HTTPRoute" in version "gateway.networking.k8s.io/v1"', error)
        self.assertEqual(len(json.loads(helm("-n", SERVICES, "history", "akash-provider", "-o", "json"))), 1)

    @long_only
    def test_12_1_2_with_letsencrypt_alone_does_not_render(self):
        status, _, error = run(
            "helm", "template", "x", "provider", "--repo", f"{REPOSITORY}/akash", "--version", "12.1.2",
            "--set", "letsEncrypt.enabled=true",
        )
        self.assertNotEqual(status, 0)
        self.assertIn("nil pointer evaluating interface {}.cloudflare", error)


class Repository(unittest.TestCase):
    """Versions by appVersion, which iplease must match."""

    def search(self, chart):
        helm("repo", "add", "--force-update", "akash", f"{REPOSITORY}/akash")
        return json.loads(helm("search", "repo", f"akash/{chart}", "--versions", "-o", "json"))

    def test_matching_versions(self):
        operators = {entry["app_version"]: entry["version"] for entry in self.search("akash-ip-operator")}
        providers = {entry["version"]: entry["app_version"] for entry in self.search("provider")}
        self.assertEqual(operators[providers["19.0.2"]], "19.0.2")
        self.assertEqual(operators[providers["14.0.8"]], "14.0.7")
        self.assertEqual(operators[providers["12.1.0"]], "12.1.1")
        for version in ("14.0.1", "14.0.2", "14.0.3"):
            self.assertNotIn(providers[version], operators)
        self.assertEqual(operators[providers["14.0.0"]], "14.0.0", "an older one is there")


class Shapes(unittest.TestCase):
    """Names and fields of every generation, rendered without a cluster."""

    def rendered(self, version, *more, chart="provider"):
        text = good(
            "helm", "template", "akash-provider", chart, "--repo", f"{REPOSITORY}/akash", "--version", version,
            "--set", "domain=lab.example", *more,
        )
        found = {}
        for part in text.split("\n---\n"):
            kind, name = (re.search(rf"^ *{key}: (\S+)$", part, re.M) for key in ("kind", "name"))
            if kind and name:
                found[f"{kind.group(1)}/{name.group(1)}"] = part
        return found

    def test_ingress_and_route_come_with_letsencrypt_only(self):
        ingress, route = (f"{kind}/akash-provider-letsencrypt-challenge" for kind in ("Ingress", "HTTPRoute"))
        for version, default in (
            ("8.0.0", None), ("11.6.3", None), ("12.1.2", None), ("12.1.4", ingress), ("14.0.8", ingress),
            ("15.0.2", ingress), ("18.0.2", route), ("19.0.2", route),
        ):
            with self.subTest(version):
                found = {name for name in self.rendered(version) if name.startswith(("Ingress/", "HTTPRoute/"))}
                self.assertEqual(found, {default} - {None})
                off = self.rendered(version, "--set", "letsEncrypt.enabled=false")
                self.assertFalse([name for name in off if name.startswith(("Ingress/", "HTTPRoute/"))])
        self.assertIn(ingress, self.rendered("19.0.2", "--set", "gatewayApi.enabled=false"))

    def test_storage_scripts_and_program(self):
        for version, scripts, words, claim in (
            ("8.0.0", "boot", "command", False), ("11.6.3", "scripts", "args", False), ("12.1.2", "script", "args", True),
            ("14.0.8", "script", "args", True), ("19.0.2", "script", "args", True),
        ):
            with self.subTest(version):
                found = self.rendered(version)
                self.assertIn(f"ConfigMap/akash-provider-{scripts}", found)
                self.assertEqual("StorageClass/akash-provider-local-storage" in found, claim)
                shown = found["StatefulSet/akash-provider"]
                self.assertIn(f'{words}: ["/bin/bash", "/', shown)
                self.assertIn("path: /root/.akash/k8s-config", shown)
                self.assertEqual("storageClassName: akash-provider-local-storage" in shown, claim)
                self.assertEqual("containerPort: 8444" in shown, version != "8.0.0")
                self.assertRegex(shown, "! grep -q .* /tmp/provider.log" if version == "8.0.0" else "liveness_checks.sh")

    def test_an_attribute_names_the_class(self):
        classed = (
            "--set", "attributes[0].key=capabilities/storage/1/class,attributes[0].value=beta3",
            "--set", "attributes[1].key=capabilities/storage/1/persistent,attributes[1].value=true",
        )
        self.assertIn("storageClassName: beta3", self.rendered("19.0.2", *classed)["StatefulSet/akash-provider"])

    def test_the_old_operators_service_selects_by_component(self):
        service = self.rendered("8.0.0", chart="akash-ip-operator")["Service/akash-ip-operator"]
        self.assertRegex(service, r"selector:\n *akash.network/component: akash-ip-operator\n *ports:")


class InitScript(LiveTest):
    """What keeps a provider's pod in Init:0/1."""

    POD = ("-n", SERVICES, "get", "pod", "akash-provider-0", "-o", "json")

    def setUp(self):
        run("helm", "-n", SERVICES, "uninstall", "akash-provider", "--wait", "--timeout", "60s")

    def provider(self, version):
        status, _, error = upgrade_provider("--install", version=version)
        self.assertEqual(status, 0, error)
        kubectl("-n", SERVICES, "rollout", "status", STATEFULSET, "--timeout=90s")
        return newest_pod("app=akash-provider")["metadata"]["uid"]

    def init(self, unlike):
        """The state of the init container in the pod after the pod `unlike`, or {} while there is none."""
        status, out, _ = run("kubectl", *self.POD)
        pod = json.loads(out) if status == 0 else {"metadata": {"uid": unlike}}
        if pod["metadata"]["uid"] == unlike:
            return {}
        return pod["status"].get("initContainerStatuses", [{"state": {}}])[0]["state"]

    def init_log(self):
        return run("kubectl", "-n", SERVICES, "logs", "akash-provider-0", "-c", "init")[1]

    def test_an_update_sleeps_ten_seconds_first(self):
        first = self.provider("19.0.2")
        inside = ("-n", SERVICES, "exec", "akash-provider-0", "-c", "provider", "--", "sh", "-c")
        kubectl(*inside, "echo 10 > /config/standin-pace")  # as long as the real one
        self.addCleanup(kubectl, *inside, "echo 0.2 > /config/standin-pace")
        status, _, error = upgrade_provider("--set", "domain=other.example", version="19.0.2")
        self.assertEqual(status, 0, error)
        wait_for(45, "the next pod's init is through", lambda: "terminated" in self.init(first))
        ended = self.init(first)["terminated"]
        began, over = (datetime.fromisoformat(ended[key].replace("Z", "+00:00")) for key in ("startedAt", "finishedAt"))
        self.assertGreaterEqual((over - began).total_seconds(), 9)  # both have whole seconds
        self.assertIn("Updating provider info in the blockchain in 10 seconds ...", self.init_log())
        kubectl("-n", SERVICES, "rollout", "status", STATEFULSET, "--timeout=90s")

    def test_a_silent_rpc_node_is_waited_for_ever(self):
        node = ("-n", SERVICES, "scale", "statefulset/akash-node-1")
        first = self.provider("19.0.2")
        self.addCleanup(kubectl, *node, "--replicas=1")
        kubectl(*node, "--replicas=0")
        kubectl("-n", SERVICES, "wait", "pod/akash-node-1-0", "--for=delete", "--timeout=60s")
        kubectl("-n", SERVICES, "delete", "pod", "akash-provider-0", "--wait=false")
        wait_for(45, "the script says so", lambda: "running" in self.init(first) and "Akash node not ready. Retrying" in self.init_log())
        self.assertTrue(stays(3, lambda: "running" in self.init(first)))
        kubectl(*node, "--replicas=1")
        kubectl("-n", SERVICES, "rollout", "status", STATEFULSET, "--timeout=90s")

    def test_an_empty_key_hangs(self):
        first = self.provider("11.6.3")
        status, _, error = upgrade_provider("--set", "ipoperator=true", version="11.6.3", values=None)
        self.assertEqual(status, 0, error)
        wait_for(45, "the key is missed", lambda: "running" in self.init(first) and "key.txt: no such file or directory" in self.init_log())
        self.assertTrue(stays(3, lambda: "running" in self.init(first)), "the script goes on, and waits for ever")


if __name__ == "__main__":
    unittest.main()
