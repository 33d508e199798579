// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "../../../src/stages/legacy.hpp"
#include "fresh.hpp"
#include <algorithm>

using namespace iplease;
using namespace iplease::test;
using nlohmann::json;

namespace {

const char* const k_pools = "address-pools:\n- {name: default, protocol: layer2, addresses: "
                            "[203.0.113.100-203.0.113.120]}\n"
                            "- {name: wing, protocol: layer2, addresses: [198.51.100.0/28]}\n";

ServiceSeen tenant(const std::string& name, const std::string& address)
{
  return {.name_space = "lease", .name = name, .type = "LoadBalancer", .addresses = {address}};
}

LegacyConfigSeen config_map(const std::string& name,
                            const std::string& config,
                            const std::string& name_space = "metallb-system")
{
  const json object{{"apiVersion", "v1"},
                    {"kind", "ConfigMap"},
                    {"metadata", {{"name", name}, {"namespace", name_space}}},
                    {"data", {{"config", config}}}};
  return {.name = name, .object_json = object.dump(), .config = config, .in_force = true};
}

/// Helm's MetalLB 0.12.1 with three tenants.
Observation old_cluster(const std::string& config = k_pools)
{
  Observation seen = enabled();
  release(seen, "metallb").chart = "metallb-0.12.1";
  release(seen, "metallb").chart_version = "0.12.1";
  seen.metallb.version = "0.12.1";
  seen.metallb.pools = {.look = Look::seen};
  seen.metallb.advertisements = {.look = Look::seen};
  seen.metallb.legacy = config_map("metallb", config);
  seen.load_balancers = {tenant("web", "203.0.113.101"),
                         tenant("game", "198.51.100.3"),
                         tenant("foreign", "192.0.2.9")};
  seen.provider.files = {{.path = "/root/provider/provider.yaml", .exists = true}};
  return seen;
}

Settings keep_addresses()
{
  Settings want = wanted();
  want.pool.addresses.value.clear();
  return want;
}

Plan planned(const Observation& seen, const Settings& want = keep_addresses())
{
  return make_plan(registry(), seen, want);
}

const Step& step(const StagePlan& plan, const std::string& id)
{
  const auto at = std::find_if(
      plan.steps.begin(), plan.steps.end(), [&](const Step& one) { return one.id == id; });
  if (at == plan.steps.end()) {
    throw std::runtime_error("no step " + id);
  }
  return *at;
}

} // namespace

TEST_CASE("Everything is saved and pinned before the new MetalLB is installed", "[stages][migrate]")
{
  const auto plan = planned(old_cluster());
  const auto metallb = stage(plan, "metallb");
  REQUIRE(metallb.verdict == Verdict::needed);
  const auto ids = step_ids(metallb);
  REQUIRE(ids.size() >= 5);
  CHECK(std::vector<std::string>(ids.begin(), ids.begin() + 5) ==
        std::vector<std::string>{"metallb/save-config",
                                 "metallb/keep-config",
                                 "metallb/pin-lease-web",
                                 "metallb/pin-lease-game",
                                 "metallb/install"});
  const auto& saved = std::get<FileWrite>(step(metallb, "metallb/save-config").action);
  CHECK(saved.path == "/root/provider/metallb-metallb-configmap.json");
  const auto copy =
      json::parse(std::get<Run>(step(metallb, "metallb/keep-config").action).command.input);
  CHECK(copy["metadata"]["name"] == "config");
  CHECK(copy["data"]["config"] == k_pools);
  const auto& pin = step(metallb, "metallb/pin-lease-web");
  const auto& argv = std::get<Run>(pin.action).command.argv;
  CHECK(std::find(argv.begin(), argv.end(), "metallb.universe.tf/loadBalancerIPs=203.0.113.101") !=
        argv.end());
  const bool owed = std::any_of(pin.owes.begin(), pin.owes.end(), [](const Debt& debt) {
    return debt.id == "unpin-services";
  });
  CHECK(owed);
}

TEST_CASE("The chart of 0.14.8 takes the old chart's values out that it refuses",
          "[stages][migrate]")
{
  const auto metallb = stage(planned(old_cluster()), "metallb");
  const auto& command = std::get<Run>(step(metallb, "metallb/install").action).command;
  CHECK(command.input.find("configInline: null\n") != std::string::npos);
  CHECK(std::find(command.argv.begin(), command.argv.end(), "0.14.8") != command.argv.end());
  CHECK(std::find(command.argv.begin(), command.argv.end(), "--reset-then-reuse-values") !=
        command.argv.end());
}

TEST_CASE("Addresses are proved one by one before anything is un-pinned or removed",
          "[stages][migrate]")
{
  const auto migrate = stage(planned(old_cluster()), "migrate");
  CHECK(step_ids(migrate) == std::vector<std::string>{"migrate/apply",
                                                      "migrate/kept-lease-web",
                                                      "migrate/kept-lease-game",
                                                      "migrate/unpin-lease-web",
                                                      "migrate/unpin-lease-game",
                                                      "migrate/remove-config"});
  CHECK(migrate.steps.back().pays == std::vector<std::string>{"unpin-services"});
  const auto& wait = std::get<WaitUntil>(step(migrate, "migrate/kept-lease-web").action);
  CHECK(wait.pattern == "^203\\.0\\.113\\.101$");
  CHECK(std::get<Run>(migrate.steps.front().action).retry == Retry::webhook);
}

TEST_CASE("A Service that holds its address itself is proved, not pinned", "[stages][migrate]")
{
  auto seen = old_cluster();
  seen.load_balancers[0].lb_ip = "203.0.113.101";
  seen.load_balancers[1].annotations["metallb.universe.tf/loadBalancerIPs"] = "198.51.100.3";
  const auto plan = planned(seen);
  CHECK(step_ids(stage(plan, "metallb")).at(2) == "metallb/install");
  CHECK(step_ids(stage(plan, "migrate")) == std::vector<std::string>{"migrate/apply",
                                                                     "migrate/kept-lease-web",
                                                                     "migrate/kept-lease-game",
                                                                     "migrate/remove-config"});
}

TEST_CASE("A run killed between the chart and the conversion goes on", "[stages][migrate]")
{
  auto seen = old_cluster();
  seen.metallb.version = "0.14.8";
  release(seen, "metallb").chart = "metallb-0.14.8";
  release(seen, "metallb").chart_version = "0.14.8";
  seen.metallb.legacy = config_map("config", k_pools); // Helm removed its own; our copy is there
  seen.metallb.legacy->in_force = false;
  for (auto* one : {&seen.load_balancers[0], &seen.load_balancers[1]}) {
    one->annotations["metallb.universe.tf/loadBalancerIPs"] = one->addresses.front();
    one->annotations["iplease.akash.network/pinned"] = one->addresses.front();
    one->addresses.clear(); // no pool yet: MetalLB took them away
  }
  const auto plan = planned(seen);
  CHECK(stage(plan, "metallb").verdict == Verdict::satisfied);
  const auto migrate = stage(plan, "migrate");
  CHECK(step_ids(migrate) == std::vector<std::string>{"migrate/apply",
                                                      "migrate/kept-lease-web",
                                                      "migrate/kept-lease-game",
                                                      "migrate/unpin-lease-web",
                                                      "migrate/unpin-lease-game",
                                                      "migrate/remove-config"});
  CHECK(std::get<WaitUntil>(step(migrate, "migrate/kept-lease-game").action).pattern ==
        "^198\\.51\\.100\\.3$");
}

TEST_CASE("Pins that outlived everything else are taken off", "[stages][migrate]")
{
  auto seen = enabled();
  seen.load_balancers = {tenant("web", "203.0.113.101")};
  seen.load_balancers[0].annotations = {{"metallb.universe.tf/loadBalancerIPs", "203.0.113.101"},
                                        {"iplease.akash.network/pinned", "203.0.113.101"}};
  const auto migrate = stage(planned(seen, wanted()), "migrate");
  CHECK(step_ids(migrate) ==
        std::vector<std::string>{"migrate/kept-lease-web", "migrate/unpin-lease-web"});
  CHECK(migrate.steps.back().pays == std::vector<std::string>{"unpin-services"});
}

TEST_CASE("The pool stage leaves the migrated pool and its advertisement alone",
          "[stages][migrate]")
{
  const auto want = wanted(); // the same addresses as the old pool
  const auto pool = stage(planned(old_cluster(), want), "pool");
  CHECK(pool.verdict == Verdict::satisfied);
  CHECK(pool.steps.empty());
  REQUIRE(stages::migrated_default(old_cluster()));
  CHECK(stages::migrated_default(old_cluster())->addresses ==
        std::vector<std::string>{"203.0.113.100-203.0.113.120"});
}

TEST_CASE("What would lose addresses or serve nobody is blocked with choices", "[stages][migrate]")
{
  struct Case {
    std::string id;
    Observation seen;
    Settings want = keep_addresses();
  };
  std::vector<Case> cases{
      {"IPL-MIG-003", old_cluster("address-pools: [{name: default, addresses: [192.0.2.7]}]")},
      {"IPL-MIG-004", old_cluster("address-pools: [{name: default_, addresses: [192.0.2.0/28]}]")},
      {"IPL-MIG-010", old_cluster()},
      {"IPL-MIG-011",
       old_cluster("address-pools: [{name: public, protocol: layer2, addresses: [192.0.2.0/28]}]")},
      {"IPL-MIG-012", old_cluster(), wanted()}};
  cases[2].seen.metallb.legacy = config_map("metallb", k_pools, "lb");
  cases[4].want.pool.addresses.value = ranges({"192.0.2.0/28"});
  for (const Case& one : cases) {
    CAPTURE(one.id);
    const auto plan = planned(one.seen, one.want);
    const auto metallb = stage(plan, "metallb");
    REQUIRE(metallb.verdict == Verdict::blocked);
    CHECK(metallb.problems.at(0).id == one.id);
    CHECK(metallb.steps.empty());
    CHECK(stage(plan, "migrate").steps.empty());
    CHECK(find_entry(one.id) != nullptr);
  }
}

TEST_CASE("A leftover ConfigMap beside working pools is not touched", "[stages][migrate]")
{
  auto seen = enabled();
  seen.metallb.legacy = config_map("config", k_pools);
  seen.metallb.legacy->in_force = false;
  const auto migrate = stage(planned(seen, wanted()), "migrate");
  CHECK(migrate.verdict == Verdict::satisfied);
  CHECK(migrate.reason == "ConfigMap config is a leftover that nothing reads");
}

TEST_CASE("A BGP password in the old configuration is not shown", "[stages][migrate]")
{
  const auto seen =
      old_cluster(std::string(k_pools) +
                  "peers: [{my-asn: 1, peer-asn: 2, peer-address: 192.0.2.1, password: canary}]\n");
  const auto plan = planned(seen);
  CHECK(std::get<Run>(step(stage(plan, "migrate"), "migrate/apply").action).command.secret_input);
  CHECK(std::get<Run>(step(stage(plan, "metallb"), "metallb/keep-config").action)
            .command.secret_input);
  CHECK(std::get<FileWrite>(step(stage(plan, "metallb"), "metallb/save-config").action)
            .shown.find("canary") == std::string::npos);
}

TEST_CASE("Subjects of the migration read back as expected", "[stages][migrate]")
{
  auto seen = old_cluster();
  for (const auto& one : {stage(planned(seen), "metallb"), stage(planned(seen), "migrate")}) {
    for (const Step& each : one.steps) {
      if (each.subject.starts_with("service/") && each.id.find("/pin-") != std::string::npos) {
        CHECK(legacy_state(seen, each.subject) == each.before);
        auto after = seen;
        after.load_balancers[0].annotations["iplease.akash.network/pinned"] = "203.0.113.101";
        after.load_balancers[1].annotations["iplease.akash.network/pinned"] = "198.51.100.3";
        CHECK(legacy_state(after, each.subject) == each.expect);
      }
    }
  }
  CHECK(legacy_state(seen, "configmap/metallb-system/metallb") == "present");
  CHECK(legacy_state(seen, "configmap/metallb-system/config") == "absent");
  CHECK_FALSE(legacy_state(seen, "pool/default"));
}
