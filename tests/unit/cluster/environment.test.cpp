// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/fill.hpp>
#include <iplease/core/json.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

// Written by hand in the shape of the real objects, not recorded.
namespace {

WorkloadSeen daemon_set(std::string name,
                        std::map<std::string, std::string> labels = {},
                        std::map<std::string, std::string> env = {})
{
  return {.kind = "DaemonSet",
          .name_space = "kube-system",
          .name = std::move(name),
          .labels = std::move(labels),
          .env = std::move(env),
          .wanted = 1};
}

Observation without_proxy()
{
  Observation seen;
  seen.kube_proxy.config.look = Look::absent;
  seen.kube_proxy.daemon_set.look = Look::absent;
  return seen;
}

Observation with_node(const std::string& kubelet, const std::string& args = {})
{
  Observation seen = without_proxy();
  seen.nodes = {{.name = "n1", .kubelet_version = kubelet, .k3s_args = args}};
  return seen;
}

Observation with_controller(const std::string& image,
                            std::vector<std::string> args,
                            const std::string& name_space = "metallb-system")
{
  Observation seen;
  seen.metallb.controllers = {{.kind = "Deployment",
                               .name_space = name_space,
                               .name = "controller",
                               .images = {image},
                               .args = std::move(args)}};
  return seen;
}

nlohmann::json config_map(const std::string& name)
{
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", name}, {"namespace", "metallb-system"}}},
          {"data", {{"config", "address-pools: []\n"}}}};
}

} // namespace

TEST_CASE("What does kube-proxy's work is recognised", "[cluster][environment]")
{
  CHECK(recognise_proxy(with_node("v1.34.4"), false, "").empty());
  CHECK(recognise_proxy(with_node("v1.34.4"), false, "true") == "cilium");
  CHECK(recognise_proxy(with_node("v1.34.4"), false, "strict") == "cilium");
  CHECK(recognise_proxy(with_node("v1.34.4"), false, "false").empty());
  CHECK(recognise_proxy(with_node("v1.31.4+k3s1"), false, "") == "k3s");
  CHECK(recognise_proxy(with_node("v1.31.4+rke2r1"), false, "") == "rke2");
  CHECK(recognise_proxy(with_node("v1.31.4"), true, "") == "microk8s");

  Observation router = without_proxy();
  router.workloads = {daemon_set("kube-router")};
  CHECK(recognise_proxy(router, false, "") == "kube-router");
  router.kube_proxy.daemon_set.look = Look::seen; // kube-router is only the CNI here
  router.kube_proxy.daemon_set.value.wanted = 1;
  CHECK(recognise_proxy(router, false, "").empty());

  Observation calico = without_proxy();
  calico.workloads = {daemon_set("calico-node", {}, {{"FELIX_BPFENABLED", "true"}})};
  CHECK(recognise_proxy(calico, false, "") == "calico-ebpf");
  calico.workloads = {daemon_set("calico-node")};
  calico.kube_proxy.daemon_set = {.look = Look::seen, .value = daemon_set("kube-proxy")};
  CHECK(recognise_proxy(calico, false, "").empty());
  // Scheduled on no node, as Calico's documentation recommends.
  calico.kube_proxy.daemon_set.value.wanted = 0;
  CHECK(recognise_proxy(calico, false, "") == "calico-ebpf");
}

TEST_CASE("Others that hand out addresses are named", "[cluster][environment]")
{
  CHECK(recognise_service_lb(with_node("v1.34.4"), {}).empty());
  const auto k3s = [](const std::string& args) {
    return recognise_service_lb(with_node("v1.31.4+k3s1", args), {});
  };
  CHECK(k3s(R"(["server","--disable","traefik"])").size() == 1);
  CHECK(k3s(R"(["server","--disable","traefik,servicelb"])").empty());
  CHECK(k3s(R"(["server","--disable=servicelb"])").empty());
  CHECK(k3s(R"(["server","--disable","traefik","--disable","servicelb"])").empty());
  CHECK(k3s(R"(["agent"])").empty()); // only servers decide

  Observation seen = with_node("v1.31.4+k3s1", R"(["server"])");
  seen.workloads = {
      daemon_set("svclb-traefik-1", {{"svccontroller.k3s.cattle.io/svcname", "traefik"}}),
      daemon_set("kube-vip-ds"),
      daemon_set("kube-vip-cp", {}, {{"svc_enable", "false"}})};
  CHECK(recognise_service_lb(seen, {"pool-a"}) ==
        std::vector<std::string>{"k3s ServiceLB (DaemonSet kube-system/svclb-traefik-1)",
                                 "kube-vip (DaemonSet kube-system/kube-vip-ds)",
                                 "Cilium LB-IPAM (pool pool-a)"});
}

TEST_CASE("A ConfigMap of 0.12 is in force only for a controller that reads it",
          "[cluster][legacy]")
{
  Observation old =
      with_controller("quay.io/metallb/controller:v0.12.1", {"--port=7472", "--config=config"});
  fill_legacy(old, config_map("config"));
  settle_legacy(old);
  REQUIRE(old.metallb.legacy.has_value());
  CHECK(old.metallb.legacy->in_force);
  CHECK(old.metallb.legacy->config == "address-pools: []\n");
  CHECK(parsed_json(old.metallb.legacy->object_json)["metadata"]["name"] == "config");

  Observation current = with_controller("quay.io/metallb/controller:v0.14.8", {"--port=7472"});
  fill_legacy(current, config_map("config"));
  settle_legacy(current);
  CHECK_FALSE(current.metallb.legacy->in_force);

  // The controller reads another ConfigMap, so the one found is a leftover.
  Observation other = with_controller("quay.io/metallb/controller:v0.12.1", {"--config=metallb"});
  fill_legacy(other, config_map("config"));
  settle_legacy(other);
  CHECK_FALSE(other.metallb.legacy->in_force);

  Observation empty;
  nlohmann::json without = config_map("config");
  without.erase("data");
  fill_legacy(empty, without);
  settle_legacy(empty);
  CHECK_FALSE(empty.metallb.legacy.has_value());
}

TEST_CASE("Of several ConfigMaps the one that is read rules, then the one a migration copied",
          "[cluster][legacy]")
{
  auto copy = config_map(k_legacy_copy);
  copy["metadata"]["annotations"] = {{k_copy_of, "metallb"}};
  const auto ruling = [](Observation seen, const std::vector<nlohmann::json>& found) {
    for (const nlohmann::json& one : found) {
      fill_legacy(seen, one);
    }
    settle_legacy(seen);
    return seen.metallb.legacy->name_space + "/" + seen.metallb.legacy->name;
  };
  const Observation reads_metallb = with_controller("x:v0.12.1", {"--config=metallb"});
  const Observation current = with_controller("x:v0.14.8", {"--port=7472"});
  CHECK(ruling(reads_metallb, {config_map("config"), config_map("metallb"), copy}) ==
        "metallb-system/metallb");
  CHECK(ruling(current, {config_map("config"), config_map("metallb"), copy}) ==
        "metallb-system/metallb");
  CHECK(ruling(current, {config_map("config"), copy}) ==
        std::string("metallb-system/") + k_legacy_copy);
  CHECK(ruling(current, {config_map("config"), config_map("metallb")}) == "metallb-system/config");

  auto elsewhere = config_map("config");
  elsewhere["metadata"]["namespace"] = "lb";
  CHECK(ruling(with_controller("x:v0.12.1", {"--config=config"}, "lb"),
               {config_map("config"), elsewhere}) == "lb/config");
}

TEST_CASE("Workloads of the manifests of 0.12 are read for the backup, Helm's are not",
          "[cluster][legacy]")
{
  Observation seen = with_controller("x:v0.12.1", {"--config=config"});
  CHECK(old_workload_names(seen).empty()); // the labels are Helm's
  seen.metallb.version = "0.12.1";
  seen.metallb.controllers.front().name = "controller";
  seen.metallb.controllers.front().kind = "Deployment";
  seen.metallb.controllers.front().labels = {{"app", "metallb"}, {"component", "controller"}};
  seen.metallb.speakers = {{.kind = "DaemonSet",
                            .name_space = "metallb-system",
                            .name = "speaker",
                            .labels = {{"app", "metallb"}, {"component", "speaker"}}}};
  CHECK(old_workload_names(seen) ==
        std::vector<std::string>{"deployment/controller", "daemonset/speaker"});
  seen.metallb.version = "0.13.9";
  CHECK(old_workload_names(seen).empty());
}

TEST_CASE("A ConfigMap whose name only the controller knows is asked for", "[cluster][legacy]")
{
  CHECK(unread_legacy(with_controller("x:v0.12.1", {"--config=config"})).name.empty());
  CHECK(unread_legacy(with_controller("x:v0.14.8", {"--port=7472"})).name.empty());
  CHECK(unread_legacy(with_controller("x:v0.12.1", {"--config=lb-metallb"})).name == "lb-metallb");
  const LegacyName elsewhere =
      unread_legacy(with_controller("x:v0.12.1", {"--config=config"}, "lb"));
  CHECK(elsewhere.name_space == "lb");
  CHECK(elsewhere.name == "config");
}
