#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The stand-in against what was observed of Akash's own operator, on a cluster.

One MetalLB serves all tests. Each installs the operator again. STANDIN_* shorten real times (a hung lookup reports
every 60 s), except in long tests.
"""

import base64
import hashlib
import json
import re
import time
import unittest

import livelab
from livelab import ADDRESS, METALLB, OWNER, SERVICES, LiveTest, kubectl, long_only, run, stays, wait_for

DEPLOYMENT = "deployment/operator-ip"
EMPTY = {"Available": 0, "InUse": 0}


def set_env(*pairs, target=DEPLOYMENT):
    kubectl("-n", SERVICES, "set", "env", target, *pairs)


def restart(target=DEPLOYMENT):
    kubectl("-n", SERVICES, "rollout", "restart", target)
    kubectl("-n", SERVICES, "rollout", "status", target, "--timeout=60s")


def pod_state():
    """(ready, restarts) of the operator's pod; (False, 0) while there is not exactly one."""
    listed = json.loads(kubectl("-n", SERVICES, "get", "pods", "-l", "app.kubernetes.io/name=ip", "-o", "json"))
    pods = [pod for pod in listed["items"] if "deletionTimestamp" not in pod["metadata"]]
    if len(pods) != 1 or not pods[0]["status"].get("containerStatuses"):
        return False, 0
    container = pods[0]["status"]["containerStatuses"][0]
    return container["ready"], container["restartCount"]


def touch_config_map():
    kubectl("-n", METALLB, "create", "configmap", "nudge")
    kubectl("-n", METALLB, "delete", "configmap", "nudge")


def lease_namespace(owner, dseq):
    digest = hashlib.sha224(f"{owner}/{dseq}/1/1/{ADDRESS}".encode()).digest()
    return base64.b32hexencode(digest).decode().rstrip("=").lower()


def leased_ip(name, port, owner=OWNER, dseq=7):
    lease = {"owner": owner, "dseq": str(dseq), "gseq": 1, "oseq": 1, "provider": ADDRESS}
    spec = {
        "lease_id": lease, "service_name": "web", "port": 3000, "external_port": port, "protocol": "TCP",
        "sharing_key": f"{owner}-ip-myendpoint",
    }
    meta = {"name": name, "namespace": "lease"}
    livelab.apply(
        json.dumps({"apiVersion": "akash.network/v2beta2", "kind": "ProviderLeasedIP", "metadata": meta, "spec": spec})
    )


class Operator(LiveTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if run("helm", "-n", METALLB, "status", "metallb")[0]:
            livelab.install_metallb()

    def setUp(self):
        kubectl("-n", METALLB, "rollout", "status", "deployment/metallb-controller", "--timeout=90s")
        livelab.expose_controller()
        livelab.make_pool()
        livelab.remove_operator()

    def good_operator(self):
        livelab.install_operator("--wait")
        wait_for(20, "the operator serves 21 addresses", self.operator_good)

    def stuck_operator(self, *env):
        """Starts an operator that cannot find MetalLB."""
        livelab.install_operator()
        if env:
            set_env(*env)
        wait_for(30, "the failed look-up", lambda: "dns discovery failed" in livelab.operator_log())
        kubectl("-n", SERVICES, "rollout", "status", DEPLOYMENT, "--timeout=30s")

    def test_good_answers(self):
        self.good_operator()
        self.assertEqual(self.operator("health"), (200, "OK"))
        self.assertEqual(self.operator("usage"), (200, '{"Available":21,"InUse":0}\n'))
        self.assertEqual(self.operator("state"), (200, "{}\n"))
        self.assertEqual(self.operator("ignored-leases"), (204, ""))
        self.assertEqual(self.operator(f"ip-lease-status/{OWNER}/1/1/1"), (204, ""))
        log = livelab.operator_log()
        self.assertIn("STAND-IN", log.splitlines()[0])
        self.assertRegex(log, r'<nil> INF dns discovery success addrs=\[\{"Target":"controller\.metallb-system\.svc\.cluster\.local\."')
        self.assertEqual(run("kubectl", "-n", SERVICES, "logs", "-l", "app=akash-ip-operator")[1], "")
        livelab.remove_operator()
        status, body = self.operator("health")
        self.assertEqual((status, json.loads(body)["kind"]), (404, "Status"))

    def test_missing_service_hangs_for_ever(self):
        kubectl("-n", METALLB, "delete", "service", "controller")
        self.stuck_operator("STANDIN_DEADLINE_SECONDS=2")
        self.assertTrue(self.locked())
        self.assertEqual(pod_state(), (True, 0), "the pod looks well")
        livelab.expose_controller()
        wait_for(10, "context deadline exceeded", lambda: "context deadline exceeded" in livelab.operator_log())
        self.assertTrue(stays(6, self.locked), "it must not recover by itself")
        log = livelab.operator_log()
        self.assertEqual(log.count("dns discovery"), 1)
        self.assertRegex(log, r"dns discovery failed .*lookup _monitoring\._TCP\.controller\.metallb-system\.svc\.cluster\.local on 10\.96\.0\.10:53: no such host")
        self.assertIn("barrier is locked, can't service request operator=ip path=/health", log)
        restart()
        wait_for(20, "the restart cures it", self.operator_good)

    def test_stuck_operator_outlives_its_sigterm(self):
        kubectl("-n", METALLB, "delete", "service", "controller")
        self.stuck_operator()
        old = livelab.newest_pod("app.kubernetes.io/name=ip")["metadata"]["name"]
        livelab.expose_controller()
        restart()
        ending = json.loads(kubectl("-n", SERVICES, "get", "pod", old, "-o", "json"))["metadata"]
        self.assertEqual(ending["deletionGracePeriodSeconds"], 30)
        began = time.monotonic()
        wait_for(20, "the successor works beside it", self.operator_good)
        self.assertIn("dns discovery failed", kubectl("-n", SERVICES, "logs", old), "the log of a Terminating pod")
        self.assertTrue(stays(max(0, began + 20 - time.monotonic()), lambda: not run("kubectl", "-n", SERVICES, "get", "pod", old)[0]))
        wait_for(25, "it is killed in the end", lambda: run("kubectl", "-n", SERVICES, "get", "pod", old)[0])

    def test_good_operator_ends_at_once(self):
        self.good_operator()
        old = livelab.newest_pod("app.kubernetes.io/name=ip")["metadata"]["name"]
        restart()
        wait_for(8, "the old pod is gone", lambda: run("kubectl", "-n", SERVICES, "get", "pod", old)[0])

    def test_ignored_lease_is_an_object(self):
        self.good_operator()
        self.addCleanup(run, "kubectl", "-n", "lease", "delete", "providerleasedips", "--all")
        leased_ip("homeless", 80, dseq=9)  # its namespace does not exist
        wait_for(40, "three failures", lambda: "ignoring event for" in livelab.operator_log())
        wait_for(10, "the barrier opens", self.operator_good)
        (lease, entry), = json.loads(self.operator("ignored-leases")[1]).items()
        self.assertEqual(lease, f"{OWNER}/9/1/1/{ADDRESS}")
        self.assertEqual(set(entry), {"hostnames", "last-error", "last-error-type", "failed-at", "failure-count", "namespace"})
        self.assertEqual((entry["failure-count"], entry["namespace"]), (3, lease_namespace(OWNER, 9)))
        self.assertRegex(entry["last-error"], 'namespaces "[a-z0-9]+" not found')

    @long_only
    def test_hung_operator_reports_each_minute(self):
        kubectl("-n", METALLB, "delete", "service", "controller")
        self.stuck_operator()
        time.sleep(130)
        stamps = kubectl("-n", SERVICES, "logs", DEPLOYMENT, "--timestamps", "--tail=-1").splitlines()
        times = [_seconds(line) for line in stamps if "context deadline exceeded" in line]
        self.assertEqual(len(times), 2)
        self.assertAlmostEqual(times[1] - times[0], 60, delta=1)

    def test_unnamed_port_is_as_bad_as_none(self):
        kubectl("-n", METALLB, "delete", "service", "controller")
        livelab.expose_controller(port_name=None)
        self.stuck_operator()
        path = f"/api/v1/namespaces/{METALLB}/services/controller:monitoring/proxy/metrics"
        status, body = self.api.get(path)
        self.assertEqual(status, 503)
        self.assertIn('no endpoints available for service', body)
        livelab.expose_controller()
        self.assertTrue(stays(4, self.locked), "naming the port later does not help")

    def test_provider_address(self):
        livelab.install_operator(address=None)
        wait_for(30, "the crash", lambda: pod_state()[1] >= 1)
        self.assertIn("Error: empty address string is not allowed: provider address must valid bech32", livelab.operator_log())
        status, body = self.operator("health")
        self.assertEqual((status, json.loads(body)["kind"]), (503, "Status"), "the API server speaks, not the operator")
        generation = ("-n", SERVICES, "get", DEPLOYMENT, "-o", "jsonpath={.metadata.generation}")
        before = kubectl(*generation)
        changed = ["akash-ip-operator", "--repo", f"{livelab.REPOSITORY}/akash", "--version", "19.0.2", "-n", SERVICES]
        livelab.helm("upgrade", "akash-ip-operator", *changed, "--set", f"provider_address={ADDRESS}")
        self.assertEqual(kubectl(*generation), before, "no annotation tells of the ConfigMap")
        restart()
        wait_for(20, "the right address", self.operator_good)

    def test_pool_changes_are_seen_at_a_config_map_event(self):
        self.good_operator()
        livelab.make_pool("203.0.113.100-203.0.113.130")
        self.assertTrue(stays(3, self.operator_good), "21 as before")
        touch_config_map()
        wait_for(5, "31", lambda: self.operator_good(31))

    def test_lease(self):
        self.good_operator()
        namespace = lease_namespace(OWNER, 7)
        kubectl("create", "ns", namespace)
        self.addCleanup(run, "kubectl", "delete", "ns", namespace, "--wait=false")
        leased_ip("one", 80)
        self.addCleanup(run, "kubectl", "-n", "lease", "delete", "providerleasedips", "--all")
        status = f"ip-lease-status/{OWNER}/7/1/1"
        answer = wait_for(20, "an address", lambda: self.operator(status)[0] == 200 and json.loads(self.operator(status)[1]))
        self.assertEqual({k: v for k, v in answer[0].items() if k != "IP"}, {"Port": 3000, "ExternalPort": 80, "ServiceName": "web", "Protocol": "TCP"})
        self.assertRegex(answer[0]["IP"], r"^203\.0\.113\.1[0-2][0-9]$")
        leased_ip("two", 81)
        both = wait_for(20, "the second port", lambda: self.operator(status)[0] == 200 and len(json.loads(self.operator(status)[1])) == 2 and json.loads(self.operator(status)[1]))
        self.assertEqual(both[0]["IP"], both[1]["IP"], "one sharing key, one address")
        wait_for(10, "InUse 1", lambda: json.loads(self.operator("usage")[1])["InUse"] == 1)
        kubectl("-n", "lease", "delete", "providerleasedip", "one")
        wait_for(10, "the Service is gone", lambda: run("kubectl", "-n", namespace, "get", "service", "web-ip-80-tcp")[0] != 0)

    def test_failing_refresh_locks_again(self):
        self.good_operator()
        back = ("kubectl", "-n", METALLB, "scale", "deployment/metallb-controller", "--replicas=1")
        self.addCleanup(run, *back)
        kubectl("-n", METALLB, "scale", "deployment/metallb-controller", "--replicas=0")
        wait_for(30, "MetalLB is gone", lambda: "controller" not in kubectl("-n", METALLB, "get", "pods", "-o", "name"))
        self.assertTrue(self.operator_good(), "old numbers are kept until a refresh")
        touch_config_map()
        wait_for(30, "the barrier closes", self.locked)
        self.assertIn("7472//metrics", livelab.operator_log())
        livelab.good(*back)
        kubectl("-n", METALLB, "rollout", "status", "deployment/metallb-controller", "--timeout=90s")
        wait_for(15, "it opens by itself", self.operator_good)

    @long_only
    def test_no_pool_and_wrong_pool(self):
        kubectl("-n", METALLB, "delete", "ipaddresspool,l2advertisement", "--all")
        livelab.install_operator("--wait")
        wait_for(20, "an open barrier", lambda: self.operator("health") == (200, "OK"))
        self.assertEqual(json.loads(self.operator("usage")[1]), EMPTY)
        self.assertIn("no pools configured on Metal LB", livelab.operator_log())
        livelab.make_pool(name="other")
        touch_config_map()
        wait_for(10, "the other name", lambda: "configured-pool-name=default" in livelab.operator_log())
        self.assertEqual(json.loads(self.operator("usage")[1]), EMPTY)
        kubectl("-n", METALLB, "delete", "ipaddresspool,l2advertisement", "--all")

    @long_only
    def test_missing_crd_and_namespace(self):
        crd = "providerleasedips.akash.network"
        definition = json.loads(kubectl("get", "crd", crd, "-o", "json"))
        kubectl("delete", "crd", crd)
        livelab.install_operator()
        missing = f"the server could not find the requested resource (get {crd})"
        wait_for(30, "the complaint", lambda: missing in livelab.operator_log())
        self.assertTrue(self.locked())
        definition["metadata"] = {"name": crd}
        livelab.apply(json.dumps(definition))
        wait_for(15, "it opens by itself", self.operator_good)
        kubectl("delete", "ns", "lease")
        kubectl("-n", SERVICES, "rollout", "restart", DEPLOYMENT)
        wait_for(30, "the exit", lambda: 'Error: kube: unable to fetch leases namespace: namespaces "lease" not found' in _any_log())
        kubectl("create", "ns", "lease")

    @long_only
    def test_bad_owner_at_start_and_later(self):
        self.good_operator()
        leased_ip("bad", 80, owner="nonsense1")
        self.addCleanup(run, "kubectl", "-n", "lease", "delete", "providerleasedips", "--all")
        wait_for(10, "passed over", lambda: "invalid owner address in provider host" in livelab.operator_log())
        self.assertTrue(self.operator_good())
        restart()
        wait_for(15, "locked", self.locked)
        kubectl("-n", "lease", "delete", "providerleasedip", "bad")
        wait_for(10, "open again", self.operator_good)

    @long_only
    def test_https_metrics_and_other_faults(self):
        self.good_operator()
        pod = kubectl("-n", SERVICES, "get", "pods", "-l", "app.kubernetes.io/name=ip", "-o", "jsonpath={.items[0].metadata.name}")
        fault = f"/api/v1/namespaces/{SERVICES}/pods/{pod}:9099/proxy/fault?mode="
        self.assertEqual(self.api.get(fault + "metrics-port&value=9443")[0], 200)
        touch_config_map()
        wait_for(10, "the barrier closes", self.locked)
        self.assertEqual(self.api.get(fault + "503")[0], 200)
        self.assertEqual(self.operator("usage"), (503, ""))
        self.api.get(fault + "slow&value=1500")
        began = time.monotonic()
        wait_for(10, "slow but good", self.operator_good)
        self.assertGreater(time.monotonic() - began, 1.5)
        self.api.get(fault + "crash")
        wait_for(20, "a restart", lambda: pod_state() == (True, 1))

    @long_only
    def test_old_release_has_old_names(self):
        livelab.install_operator("--wait", version="8.0.0")
        wait_for(20, "usage by the old names", lambda: self.operator("usage", "akash-ip-operator:api")[0] == 200)
        log = livelab.operator_log("app=akash-ip-operator")
        self.assertRegex(log, r"^I\[20\d\d-\d\d-\d\d\|")
        found = kubectl("-n", SERVICES, "get", "pods", "-l", "app=akash-ip-operator", "-o", "name")
        self.assertTrue(found)


def _seconds(line):
    hours, minutes, seconds = re.search(r"T(\d\d):(\d\d):([\d.]+)Z", line).groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _any_log():
    pods = kubectl("-n", SERVICES, "get", "pods", "-l", "app.kubernetes.io/name=ip", "-o", "name").split()
    return "".join("".join(run("kubectl", "-n", SERVICES, "logs", pod, *more)[1] for more in ((), ("-p",))) for pod in pods)


class Provider(LiveTest):
    """Leases are turned on in the provider before the operator exists (the guide's order)."""

    STATUS = "https://203.0.113.10:8443/status"

    def answers(self):
        return run("curl", "-ksf", "-m", "2", "-o", "/dev/null", self.STATUS)[0] == 0

    def test_hangs_without_the_operator_until_restarted(self):
        livelab.remove_operator()
        self.addCleanup(livelab.upgrade_provider, version="19.0.2")
        status, _, error = livelab.upgrade_provider("--set", "ipoperator=true", version="19.0.2")
        self.assertEqual(status, 0, error)
        kubectl("-n", SERVICES, "rollout", "status", "statefulset/akash-provider", "--timeout=90s")
        log = ("-n", SERVICES, "logs", "akash-provider-0", "-c", "provider")
        wait_for(20, "the failed look-up", lambda: "dns discovery failed" in kubectl(*log))
        time.sleep(3)
        self.assertRegex(kubectl(*log), r"(?m)^\x1b\[90m1?\d:\d\d[AP]M\x1b\[0m \x1b\[31mERR\x1b\[0m \x1b\[1mdns discovery failed\x1b\[0m ")
        text = livelab.plain(kubectl(*log))
        self.assertIn("lookup _rest._TCP.operator-ip.akash-services.svc.cluster.local", text)
        self.assertEqual(text.count("not yet ready"), 1, "one complaint, then silence")
        self.assertEqual(run("curl", "-ks", "-m", "2", self.STATUS)[0], 28, "connected, but no answer")
        if run("helm", "-n", METALLB, "status", "metallb")[0]:
            livelab.install_metallb()
        livelab.expose_controller()
        livelab.make_pool()
        livelab.install_operator("--wait")
        wait_for(20, "the operator", self.operator_good)
        self.assertTrue(stays(5, lambda: not self.answers()), "the operator alone does not help")
        kubectl("-n", SERVICES, "delete", "pod", "akash-provider-0", "--wait=false")
        wait_for(60, "the restart cures it", self.answers)
        self.assertIn("all waitables ready", kubectl(*log))

    @long_only
    def test_liveness_probe_kills_a_hung_provider(self):
        livelab.remove_operator()
        self.addCleanup(livelab.upgrade_provider, version="19.0.2")
        status, _, error = livelab.upgrade_provider("--set", "ipoperator=true", version="19.0.2")
        self.assertEqual(status, 0, error)
        kubectl("-n", SERVICES, "rollout", "status", "statefulset/akash-provider", "--timeout=90s")
        began = time.monotonic()
        restarts = ("-n", SERVICES, "get", "pod", "akash-provider-0", "-o", "jsonpath={.status.containerStatuses[0].restartCount}")
        # 240 s, up to one period of 30 s, and the probe's own 30 s. Measured: 334 s.
        wait_for(420, "a restart", lambda: kubectl(*restarts) != "0")
        self.assertGreater(time.monotonic() - began, 230, "not before the probe's initial delay")

    @long_only
    def test_waits_for_a_locked_operator_and_goes_on(self):
        if run("helm", "-n", METALLB, "status", "metallb")[0]:
            livelab.install_metallb()
        run("kubectl", "-n", METALLB, "delete", "service", "controller")
        livelab.remove_operator()
        livelab.install_operator("--wait")
        wait_for(20, "locked", self.locked)
        self.addCleanup(livelab.upgrade_provider, version="19.0.2")
        status, _, error = livelab.upgrade_provider("--set", "ipoperator=true", version="19.0.2")
        self.assertEqual(status, 0, error)
        kubectl("-n", SERVICES, "rollout", "status", "statefulset/akash-provider", "--timeout=90s")
        log = ("-n", SERVICES, "logs", "akash-provider-0", "-c", "provider")
        wait_for(20, "503", lambda: livelab.plain(kubectl(*log)).count("status=503") >= 2)
        self.assertIn('err="ip operator is not yet alive"', livelab.plain(kubectl(*log)))
        livelab.expose_controller()
        livelab.make_pool()
        restart()
        wait_for(30, "it goes on by itself", self.answers)


if __name__ == "__main__":
    unittest.main()
