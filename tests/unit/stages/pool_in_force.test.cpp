// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "../../../src/stages/legacy.hpp"
#include "fresh.hpp"

using namespace iplease;
using namespace iplease::test;

TEST_CASE("A MetalLB before 0.13 is judged by its ConfigMap beside a pool left over", "[stages]")
{
  Observation seen = enabled();
  seen.metallb.version = "0.14.8";
  seen.metallb.pools.value = {
      {.name = "default", .name_space = "metallb-system", .addresses = {"203.0.113.0/30"}}};
  const nlohmann::json object{
      {"apiVersion", "v1"},
      {"kind", "ConfigMap"},
      {"metadata", {{"name", "config"}, {"namespace", "metallb-system"}}},
      {"data",
       {{"config",
         "address-pools:\n- name: default\n  protocol: layer2\n  addresses: [192.0.2.0/28]\n"}}}};
  const LegacyConfigSeen config{.name_space = "metallb-system",
                                .name = "config",
                                .object_json = object.dump(),
                                .config = object["data"]["config"],
                                .in_force = true};
  const auto addresses = [&] {
    const auto pool = stages::pool_in_force(seen);
    return pool ? pool->addresses : std::vector<std::string>{};
  };
  CHECK(addresses() == std::vector<std::string>{"203.0.113.0/30"});
  seen.metallb.version = "0.12.1";
  CHECK(addresses().empty()); // MetalLB 0.12 ignores the custom resource
  seen.metallb.legacy = config;
  CHECK(addresses() == std::vector<std::string>{"192.0.2.0/28"});
  // A ConfigMap left over beside a new MetalLB does not count.
  seen.metallb.version = "0.14.8";
  seen.metallb.legacy->in_force = false;
  CHECK(addresses() == std::vector<std::string>{"203.0.113.0/30"});
}
