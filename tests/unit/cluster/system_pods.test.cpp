// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/observe.hpp>
#include <iplease/core/json.hpp>

#include <catch2/catch.hpp>

#include "canned_cluster.hpp"

using namespace iplease;
using test::CannedCluster;

TEST_CASE("The pods of kube-system are read where there is a reason to", "[cluster][observe]")
{
  const char* read = "-n kube-system get pods";
  CannedCluster cluster("enabled");
  CHECK(cluster.observe().system_pods_look == Look::not_looked);
  CHECK_FALSE(cluster.was_asked(read));

  std::string& named = cluster.answers["get -f -"].out;
  nlohmann::json objects = parsed_json(named);
  SECTION("for doctor and status")
  {
    Effects doors = cluster.effects();
    static_cast<void>(iplease::observe(cluster.want, {}, doors, true));
  }
  SECTION("before anything is turned on")
  {
    CannedCluster fresh("fresh");
    static_cast<void>(fresh.observe());
    CHECK(fresh.was_asked(read));
    return;
  }
  SECTION("where kube-vips elect")
  {
    objects["items"].push_back(
        {{"kind", "Lease"},
         {"metadata", {{"name", "plndr-svcs-lock"}, {"namespace", "kube-system"}}}});
    named = objects.dump();
    static_cast<void>(cluster.observe());
  }
  SECTION("where kube-proxy may run with an older strictARP")
  {
    for (nlohmann::json& one : objects["items"]) {
      if (one["kind"] == "ConfigMap" && one["metadata"]["name"] == "kube-proxy") {
        one["data"]["config.conf"] = "mode: ipvs\nipvs:\n  strictARP: true\n";
        one["metadata"]["managedFields"] = parsed_json(R"([
          {"time": "2026-11-29T09:00:00Z", "fieldsV1": {"f:data": {"f:config.conf": {}}}},
          {"time": "2026-11-29T10:00:00Z", "fieldsV1": {"f:data": {"f:config.conf": {}}}},
          {"time": "2026-11-29T11:00:00Z", "fieldsV1": {"f:metadata": {"f:labels": {}}}}])");
      }
    }
    named = objects.dump();
    CHECK(cluster.observe().kube_proxy.config_written == "2026-11-29T10:00:00Z");
  }
  CHECK(cluster.was_asked(read));
}

TEST_CASE("A controller without speakers is looked for until leases are on", "[cluster][observe]")
{
  const char* by_label = "-l app=metallb";
  CannedCluster cluster("enabled");
  static_cast<void>(cluster.observe());
  CHECK_FALSE(cluster.was_asked(by_label));

  std::string& named = cluster.answers["get -f -"].out;
  nlohmann::json objects = parsed_json(named);
  nlohmann::json& items = objects["items"];
  const auto is_operator = [](const nlohmann::json& one) {
    return one["kind"] == "Deployment" && one["metadata"]["name"] == "operator-ip";
  };
  REQUIRE(std::erase_if(items.get_ref<nlohmann::json::array_t&>(), is_operator) == 1);
  named = objects.dump();
  static_cast<void>(cluster.observe());
  CHECK(cluster.was_asked(by_label));
}
