// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/metallb.hpp>
#include <iplease/facts/pools.hpp>

#include <catch2/catch.hpp>

#include "clusters.hpp"

using namespace iplease;
using facts::MetallbMadeBy;

namespace {

Observation with_controller(std::map<std::string, int> ports, std::vector<std::string> args = {})
{
  Observation seen = test::cluster_of("kubeadm");
  seen.metallb.version = "0.14.8";
  seen.metallb.controllers = {{.kind = "Deployment",
                               .name_space = "metallb-system",
                               .name = "lb-controller",
                               .args = std::move(args),
                               .ports = std::move(ports)}};
  seen.metallb.speakers = {
      {.kind = "DaemonSet", .name_space = "metallb-system", .name = "lb-speaker"}};
  return seen;
}

ReleaseSeen release(const std::string& version, const std::string& app)
{
  return {.name = "lb",
          .name_space = "metallb-system",
          .chart = "metallb-" + version,
          .chart_name = "metallb",
          .chart_version = version,
          .app_version = app};
}

} // namespace

TEST_CASE("Whose chart MetalLB is of, and under which names", "[facts][metallb]")
{
  Observation seen = with_controller({});
  const auto maker = [&] { return facts::metallb(seen).value.made_by; };
  CHECK(maker() == MetallbMadeBy::manifests);
  seen.nodes.front().labels["microk8s.io/cluster"] = "true";
  CHECK(maker() == MetallbMadeBy::micro_k8s);
  seen.releases = {release("6.3.14", "0.14.8")};
  CHECK(maker() == MetallbMadeBy::other_chart);
  seen.releases = {release("0.14.8", GENERATE("v0.14.8", "0.14.8", ""))};
  CHECK(maker() == MetallbMadeBy::its_chart);
  seen.releases = {release("0.12.0", "0.8.1")}; // from the old "stable" charts
  CHECK(maker() == MetallbMadeBy::other_chart);
  seen.releases = {release("0.12.1", "v0.12.1")};
  CHECK(maker() == MetallbMadeBy::its_chart);
  CHECK(facts::metallb(seen).value.controller == "lb-controller");
  CHECK(facts::metallb(seen).value.speaker == "lb-speaker");
  CHECK(facts::metallb(test::cluster_of("kubeadm")).value.made_by == MetallbMadeBy::nobody);
  CHECK(facts::future_name("lb", "", "speaker") == "lb-metallb-speaker");
  CHECK(facts::future_name("metallb", "", "speaker") == "metallb-speaker");
  CHECK(facts::future_name("metallb", "x", "speaker") == "x-speaker");
}

TEST_CASE("The number of the metrics port counts, not the container port's name",
          "[facts][metallb]")
{
  const auto plain = [](std::map<std::string, int> ports, std::vector<std::string> args = {}) {
    return facts::metallb(with_controller(std::move(ports), std::move(args))).value.plain_metrics;
  };
  CHECK(plain({{"monitoring", 7472}}));
  CHECK(plain({{"metrics", 7472}, {"webhook-server", 9443}}));
  CHECK(plain({{"7472", 7472}}));
  CHECK(plain({{"webhook-server", 9443}}, {"--port=7472"}));
  CHECK(plain({}));
  CHECK_FALSE(plain({{"monitoring", 7473}}, {"--port=7473"}));
  CHECK_FALSE(plain({{"metricshttps", 9120}}));
}

TEST_CASE("Each MetalLB's way to another version is one that no other check forbids",
          "[facts][metallb]")
{
  facts::Metallb of{.release = "lb", .chart = "metallb-6.3.14"};
  const auto way = [&](MetallbMadeBy maker) {
    of.made_by = maker;
    return facts::how_to_change_version(of);
  };
  CHECK(way(MetallbMadeBy::its_chart).find("--metallb-version 0.15.3") != std::string::npos);
  for (const MetallbMadeBy maker :
       {MetallbMadeBy::other_chart, MetallbMadeBy::micro_k8s, MetallbMadeBy::manifests}) {
    CHECK(way(maker).find("metallb-version") == std::string::npos);
    CHECK(way(maker).find("adopt") == std::string::npos);
  }
  CHECK(way(MetallbMadeBy::micro_k8s).find("microk8s disable metallb") != std::string::npos);
}

TEST_CASE("Pools beside default are found live and in the ConfigMap that is in force",
          "[facts][pools]")
{
  Observation seen = test::cluster_of("kubeadm");
  seen.metallb.pools = {
      .look = Look::seen,
      .value = {{.name = "default", .name_space = "metallb-system", .addresses = {"192.0.2.0/28"}},
                {.name = "default", .name_space = "else", .addresses = {"192.0.2.16/28"}}}};
  CHECK(facts::other_pools(seen).value.size() == 1);
  seen.metallb.legacy = LegacyConfigSeen{.name = "config",
                                         .object_json =
                                             R"({"apiVersion":"v1",
"kind":"ConfigMap","metadata":{"name":"config","namespace":"metallb-system"},
"data":{"config":"address-pools:\n- name: lab\n  protocol: layer2\n  auto-assign: false\n  addresses: [198.51.100.0/28]\n"}})"};
  CHECK(facts::other_pools(seen).value.size() == 1); // a leftover that nothing reads
  seen.metallb.legacy->in_force = true;
  REQUIRE(facts::other_pools(seen).value.size() == 2);
  CHECK(facts::other_pools(seen).value.back().name == "lab");
  CHECK(facts::other_pools(seen).value.back().addresses.size() == 1);
  CHECK_FALSE(facts::other_pools(seen).value.back().auto_assign);
  seen = test::cluster_of("kubeadm");
  seen.metallb.pools.look = Look::forbidden;
  CHECK_FALSE(facts::other_pools(seen).known());
}
