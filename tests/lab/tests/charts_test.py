#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a real API server does with the fixture charts: the traps that Akash's charts have."""

import json
import unittest

from livelab import REPOSITORY, SERVICES, LiveTest, good, helm, kubectl, long_only, run, upgrade_provider

STATEFULSET = "statefulset/akash-provider"


def flag_in_main():
    return kubectl("-n", SERVICES, "get", "configmap", "akash-provider-main", "-o", "jsonpath={.data.AKASH_IP_OPERATOR}")


def flag_in_pod_template():
    query = 'jsonpath={.spec.template.spec.containers[0].env[?(@.name=="AKASH_IP_OPERATOR")].value}'
    return kubectl("-n", SERVICES, "get", STATEFULSET, "-o", query)


def revision():
    return kubectl("-n", SERVICES, "get", STATEFULSET, "-o", "jsonpath={.status.updateRevision}")


class ProviderCharts(LiveTest):
    """Each test installs the release it needs; no test waits for pods."""

    def install(self, version, *more):
        run("helm", "-n", SERVICES, "uninstall", "akash-provider", "--wait", "--timeout", "60s")
        values = upgrade_provider("--install", *more, version=version)
        return values

    def flip(self, version):
        """(status, whether the pod template changed) of turning ipoperator on and nothing else."""
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
        for version in ("8.0.0", "11.6.3", "12.1.4", "15.0.2"):
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
    """Versions by appVersion, as the wizard has to match them."""

    def search(self, chart):
        helm("repo", "add", "--force-update", "akash", f"{REPOSITORY}/akash")
        return json.loads(helm("search", "repo", f"akash/{chart}", "--versions", "-o", "json"))

    def test_matching_versions(self):
        operators = {entry["app_version"]: entry["version"] for entry in self.search("akash-ip-operator")}
        providers = {entry["version"]: entry["app_version"] for entry in self.search("provider")}
        self.assertEqual(operators[providers["19.0.2"]], "19.0.2")
        self.assertEqual(operators[providers["14.0.8"]], "14.0.7")
        self.assertEqual(operators[providers["12.1.0"]], "12.1.1")
        self.assertNotIn(providers["14.0.3"], operators)


if __name__ == "__main__":
    unittest.main()
