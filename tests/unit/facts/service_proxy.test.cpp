// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/flags.hpp>
#include <iplease/facts/service_proxy.hpp>

#include <catch2/catch.hpp>

#include "clusters.hpp"

using namespace iplease;
using facts::service_proxy;
using facts::Sure;
using test::cluster_of;

namespace {

/// The modes, and what lacks strict ARP, in a k3s cluster whose nodes have these arguments.
facts::ServiceProxy k3s(const std::vector<std::string>& args)
{
  Observation seen = cluster_of("k3s");
  seen.nodes.clear();
  for (const std::string& one : args) {
    seen.nodes.push_back({.name = "node" + std::to_string(seen.nodes.size() + 1),
                          .ready = true,
                          .kubelet_version = "v1.31.4+k3s1",
                          .k3s_args = one});
  }
  const auto proxy = service_proxy(seen);
  CHECK(proxy.sure == Sure::seen);
  return proxy.value;
}

Observation with_flags(std::vector<std::string> words)
{
  Observation seen = cluster_of("kubeadm");
  seen.kube_proxy.config = {.look = Look::absent};
  seen.kube_proxy.daemon_set.value.args = std::move(words);
  return seen;
}

} // namespace

TEST_CASE("Flags are read as Go reads them: the last one counts, and its value", "[facts][proxy]")
{
  using facts::flag_value;
  CHECK(flag_value({"--proxy-mode=ipvs"}, "proxy-mode") == "ipvs");
  CHECK(flag_value({"--proxy-mode", "ipvs"}, "proxy-mode") == "ipvs");
  CHECK(flag_value({"sh", "-c", "exec kube-proxy --proxy-mode=ipvs --v=2"}, "proxy-mode") ==
        "ipvs");
  CHECK(flag_value({"--strict=false", "--strict"}, "strict") == "true");
  CHECK(flag_value({"--strict", "--strict=false"}, "strict") == "false");
  CHECK_FALSE(flag_value({"--proxy-mode-x=ipvs"}, "proxy-mode"));
  CHECK(facts::kube_proxy_flags(R"(["server","--kube-proxy-arg","proxy-mode=ipvs"])") ==
        std::vector<std::string>{"--proxy-mode=ipvs"});
  CHECK(facts::kube_proxy_flags(R"(["agent","--kube-proxy-arg=ipvs-strict-arp"])") ==
        std::vector<std::string>{"--ipvs-strict-arp"});
  CHECK(facts::kube_proxy_flags("no list").empty());
}

TEST_CASE("k3s and RKE2: every node counts, and the value of the flag", "[facts][proxy]")
{
  const std::string ipvs = R"(["agent","--kube-proxy-arg","proxy-mode=ipvs"])";
  const std::string strict =
      R"(["server","--kube-proxy-arg","proxy-mode=ipvs","--kube-proxy-arg","ipvs-strict-arp=true"])";
  const std::string off =
      R"(["server","--kube-proxy-arg","proxy-mode=ipvs","--kube-proxy-arg","ipvs-strict-arp=false"])";
  CHECK(k3s({strict, strict}).without.empty());
  CHECK(k3s({strict, ipvs}).without == std::vector<std::string>{"node node2"});
  CHECK(k3s({off, ipvs}).without == std::vector<std::string>{"node node1", "node node2"});
  CHECK(k3s({off, ipvs})
            .where_to_set.find("/etc/rancher/k3s/config.yaml on node node1, node node2") !=
        std::string::npos);
  CHECK(k3s({R"(["server"])"}).mode == "iptables");

  Observation seen = cluster_of("RKE2");
  seen.nodes.push_back({.name = "silent", .kubelet_version = "v1.31.4+rke2r1"});
  CHECK_FALSE(service_proxy(seen).known());
  CHECK(service_proxy(seen).why.find("silent") != std::string::npos);
  seen.nodes.back().k3s_args = R"(["agent","--kube-proxy-arg","config=/etc/kp.yaml"])";
  CHECK_FALSE(service_proxy(seen).known());
  // kube-proxy is disabled, so its replacement counts.
  for (NodeSeen& node : seen.nodes) {
    node.k3s_args = R"(["server","--disable-kube-proxy"])";
  }
  CHECK_FALSE(service_proxy(seen).known());
  seen.workloads = {{.kind = "DaemonSet", .name = "cilium"}};
  CHECK(service_proxy(seen).value.replaced_by == "Cilium");
}

TEST_CASE("A DaemonSet that is told by flags counts as it is told", "[facts][proxy]")
{
  const auto ipvs = service_proxy(with_flags({"kube-proxy", "--proxy-mode=ipvs", "--v=2"}));
  CHECK(ipvs.value.told == facts::ProxyTold::flags);
  CHECK(ipvs.value.without == std::vector<std::string>{"DaemonSet kube-proxy"});
  CHECK(ipvs.value.where_to_set.find("cluster.proxy.extraArgs") != std::string::npos);
  CHECK(service_proxy(with_flags({"kube-proxy", "--proxy-mode=ipvs", "--ipvs-strict-arp=false"}))
            .value.without.size() == 1);
  CHECK(service_proxy(with_flags({"kube-proxy", "--proxy-mode=ipvs", "--ipvs-strict-arp"}))
            .value.without.empty());
  CHECK(service_proxy(with_flags({"kube-proxy", "--v=2"})).value.mode == "iptables");
  // With --config the other flags do not count, and iplease cannot see the file.
  CHECK_FALSE(
      service_proxy(with_flags({"kube-proxy", "--config=/x", "--proxy-mode=ipvs"})).known());
  Observation seen = cluster_of("Kubespray");
  seen.kube_proxy.config.value.clear(); // a ConfigMap without this key
  CHECK_FALSE(service_proxy(seen).known());
}

TEST_CASE("kube-proxy that is no object of the cluster is not seen, and never taken for harmless",
          "[facts][proxy]")
{
  Observation seen = cluster_of("outside");
  const auto none = service_proxy(seen);
  CHECK_FALSE(none.known());
  CHECK(none.look == Look::absent);
  CHECK(none.look_by_hand.find("localhost:10249/proxyMode") != std::string::npos);
  CHECK(none.look_by_hand.find("arp_ignore") != std::string::npos);

  seen = cluster_of("outside");
  seen.workloads = {{.kind = "DaemonSet", .name = "kube-router"}};
  CHECK(service_proxy(seen).value.replaced_by == "kube-router");
  seen.workloads.front().args = {"--run-service-proxy=false"};
  CHECK_FALSE(service_proxy(seen).known());
  seen.kube_proxy.environment = "cilium";
  CHECK(service_proxy(seen).value.replaced_by == "Cilium");
}

TEST_CASE("Calico's eBPF, as its own page has it, leaves kube-proxy on no node", "[facts][proxy]")
{
  Observation seen = cluster_of("Kubespray");
  seen.workloads = {
      {.kind = "DaemonSet", .name = "calico-node", .env = {{"FELIX_BPFENABLED", "true"}}}};
  CHECK(service_proxy(seen).value.replaced_by == "Calico eBPF");
  seen.workloads.front().env.clear();
  CHECK(service_proxy(seen).value.replaced_by.empty());
  seen.kube_proxy.daemon_set.value.wanted = 0;
  CHECK(service_proxy(seen).value.replaced_by == "Calico eBPF");
  seen.workloads.clear();
  CHECK(service_proxy(seen).value.on_no_node);
}

TEST_CASE("Static pods of kube-proxy count as each is told", "[facts][proxy]")
{
  Observation seen = cluster_of("outside");
  CHECK(facts::system_pods_tell(seen));
  const auto pod = [](std::vector<std::string> args) {
    return SystemPodSeen{.name = "kube-proxy-node1",
                         .node = "node1",
                         .of_node = true,
                         .images = {"registry.k8s.io/kube-proxy:v1.31.4"},
                         .args = std::move(args)};
  };
  seen.system_pods = {pod({"kube-proxy", "--proxy-mode=ipvs"})};
  CHECK(service_proxy(seen).value.without == std::vector<std::string>{"pod kube-proxy-node1"});
  seen.system_pods = {pod({"kube-proxy", "--proxy-mode=ipvs", "--ipvs-strict-arp"})};
  CHECK(service_proxy(seen).known());
  CHECK(service_proxy(seen).value.without.empty());
  seen.nodes.push_back({.name = "node2"}); // has no such pod; it may run kube-proxy as a process
  CHECK_FALSE(service_proxy(seen).known());
  seen.nodes.pop_back();
  seen.system_pods = {pod({"kube-proxy", "--config=/etc/kp.yaml"})};
  CHECK_FALSE(service_proxy(seen).known());
  CHECK_FALSE(facts::system_pods_tell(cluster_of("kubeadm")));
  CHECK_FALSE(facts::system_pods_tell(cluster_of("MicroK8s")));
}

TEST_CASE("A kube-proxy older than its ConfigMap owes a restart, whoever wrote it",
          "[facts][proxy]")
{
  Observation seen = cluster_of("kubeadm");
  seen.kube_proxy.config.value = "mode: ipvs\nipvs:\n  strictARP: true\n";
  CHECK(facts::system_pods_tell(seen));
  seen.kube_proxy.config_written = "2026-11-29T10:00:00Z";
  seen.system_pods_look = Look::seen;
  const auto pod = [](const char* name, const char* created) {
    return SystemPodSeen{.name = name, .node = "node1", .created = created};
  };
  seen.system_pods = {pod("kube-proxy-b", "2026-11-29T10:00:01Z"),
                      pod("kube-proxy-a", "2026-11-29T09:59:59Z"),
                      pod("kube-vip-a", "2026-01-01T00:00:00Z")};
  const auto owed = facts::proxy_runs(seen);
  REQUIRE(owed.known());
  CHECK(owed.value.owes_restart);
  CHECK(owed.value.oldest == "kube-proxy-a");
  CHECK(to_text(owed.evidence).find("creationTimestamp 2026-11-29T09:59:59Z") != std::string::npos);
  // Created after the edit, or in the same second.
  seen.system_pods[1].created = "2026-11-29T10:00:00Z";
  CHECK_FALSE(facts::proxy_runs(seen).value.owes_restart);
  CHECK(facts::proxy_runs(seen).known());

  // In another mode strictARP does not matter, and nothing is read.
  Observation iptables = cluster_of("kubeadm");
  CHECK(facts::proxy_runs(iptables).known());
  CHECK_FALSE(facts::proxy_runs(iptables).value.owes_restart);

  SECTION("the API server noted no time")
  {
    seen.kube_proxy.config_written.clear();
    CHECK_FALSE(facts::proxy_runs(seen).known());
  }
  SECTION("no such pod")
  {
    seen.system_pods.clear();
    CHECK_FALSE(facts::proxy_runs(seen).known());
  }
  SECTION("the pods were not read")
  {
    const Look look = GENERATE(Look::forbidden, Look::unreachable, Look::failed, Look::not_looked);
    seen.system_pods_look = look;
    CHECK_FALSE(facts::proxy_runs(seen).known());
    CHECK(facts::proxy_runs(seen).look == look);
    CHECK(facts::proxy_runs(seen).look_by_hand.find("arp_ignore") != std::string::npos);
  }
}
