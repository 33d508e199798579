// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/core/json.hpp>

#include <catch2/catch.hpp>

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
  return {.name_space = name_space,
          .name = name,
          .object_json = object.dump(),
          .config = config,
          .in_force = true};
}

/// MetalLB 0.12.1 installed by Helm, with three tenants.
Observation old_cluster(const std::string& config = k_pools)
{
  Observation seen = enabled();
  release(seen, "metallb").chart = "metallb-0.12.1";
  release(seen, "metallb").chart_version = "0.12.1";
  release(seen, "metallb").app_version = "v0.12.1";
  seen.metallb.version = "0.12.1";
  seen.metallb.pools = {.look = Look::seen};
  seen.metallb.advertisements = {.look = Look::seen};
  seen.metallb.legacy = config_map("metallb", config);
  seen.metallb.legacy_found = {*seen.metallb.legacy};
  seen.load_balancers = {tenant("web", "203.0.113.101"),
                         tenant("game", "198.51.100.3"),
                         tenant("foreign", "192.0.2.9")};
  seen.provider.files = {{.path = "/root/provider/provider.yaml", .exists = true}};
  return seen;
}

/// The same, installed from MetalLB's manifests.
Observation old_manifests()
{
  Observation seen = old_cluster();
  std::erase_if(seen.releases, [](const ReleaseSeen& one) { return one.chart_name == "metallb"; });
  seen.metallb.legacy = config_map("config", k_pools);
  seen.metallb.legacy_found = {*seen.metallb.legacy};
  seen.metallb.controllers.front().name = "controller";
  seen.metallb.controllers.front().labels = {{"app", "metallb"}, {"component", "controller"}};
  seen.metallb.controllers.front().selector = seen.metallb.controllers.front().labels;
  seen.metallb.speakers.front().kind = "DaemonSet";
  seen.metallb.speakers.front().name = "speaker";
  seen.metallb.speakers.front().name_space = "metallb-system";
  seen.metallb.speakers.front().labels = {{"app", "metallb"}, {"component", "speaker"}};
  seen.metallb.expose.value.selector = seen.metallb.controllers.front().labels; // kubectl expose
  seen.metallb.old_workloads_json = "{\"kind\":\"List\"}\n";
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

/// The steps of stage migrate for old_cluster().
std::vector<std::string> whole_migration()
{
  return {"migrate/create-IPAddressPool-default",
          "migrate/create-IPAddressPool-wing",
          "migrate/create-L2Advertisement-l2advertisement1",
          "migrate/create-L2Advertisement-l2advertisement2",
          "migrate/kept-lease-web",
          "migrate/kept-lease-game",
          "migrate/unpin-lease-web",
          "migrate/unpin-lease-game",
          "migrate/remove-config"};
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
      parsed_json(std::get<Run>(step(metallb, "metallb/keep-config").action).command.input);
  CHECK(copy["metadata"]["name"] == "iplease-kept-config");
  CHECK(copy["metadata"]["annotations"]["iplease.akash.network/copy-of"] == "metallb");
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
  CHECK(step_ids(migrate) == whole_migration());
  CHECK(migrate.steps.back().pays == std::vector<std::string>{"unpin-services"});
  const auto& wait = std::get<WaitUntil>(step(migrate, "migrate/kept-lease-web").action);
  CHECK(wait.pattern == "^203\\.0\\.113\\.101$");
  const auto& made = std::get<Run>(migrate.steps.front().action);
  CHECK(made.retry == Retry::webhook);
  // An interrupted run or Kubespray's play may have created it, so it is not overwritten.
  CHECK(made.unless_there);
  CHECK(std::ranges::count(made.command.argv, "create") == 1);
}

TEST_CASE("A Service that holds its address itself is proved, not pinned", "[stages][migrate]")
{
  auto seen = old_cluster();
  seen.load_balancers[0].lb_ip = "203.0.113.101";
  seen.load_balancers[1].annotations["metallb.universe.tf/loadBalancerIPs"] = "198.51.100.3";
  const auto plan = planned(seen);
  CHECK(step_ids(stage(plan, "metallb")).at(2) == "metallb/install");
  CHECK(step_ids(stage(plan, "migrate")) ==
        std::vector<std::string>{"migrate/create-IPAddressPool-default",
                                 "migrate/create-IPAddressPool-wing",
                                 "migrate/create-L2Advertisement-l2advertisement1",
                                 "migrate/create-L2Advertisement-l2advertisement2",

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
  release(seen, "metallb").app_version = "v0.14.8";
  seen.metallb.legacy = config_map("iplease-kept-config", k_pools); // Helm removed the original
  seen.metallb.legacy->copy_of = "metallb";
  seen.metallb.legacy->in_force = false;
  seen.metallb.legacy_found = {*seen.metallb.legacy};
  for (auto* one : {&seen.load_balancers[0], &seen.load_balancers[1]}) {
    one->annotations["metallb.universe.tf/loadBalancerIPs"] = one->addresses.front();
    one->annotations["iplease.akash.network/pinned"] = one->addresses.front();
    one->addresses.clear(); // there is no pool yet, so MetalLB took them away
  }
  const auto plan = planned(seen);
  CHECK(stage(plan, "metallb").verdict == Verdict::satisfied);
  const auto migrate = stage(plan, "migrate");
  CHECK(step_ids(migrate) == whole_migration());
  CHECK(std::get<WaitUntil>(step(migrate, "migrate/kept-lease-game").action).pattern ==
        "^198\\.51\\.100\\.3$");
  // Whatever the operator put under the original's name since then stays.
  const auto& removal = std::get<Run>(step(migrate, "migrate/remove-config").action).command.argv;
  CHECK(std::find(removal.begin(), removal.end(), "metallb") == removal.end());
  CHECK(std::find(removal.begin(), removal.end(), "iplease-kept-config") != removal.end());
}

TEST_CASE("Manifests of 0.12 make room for the chart, saved and agreed", "[stages][migrate]")
{
  const auto asked = stage(planned(old_manifests()), "metallb");
  REQUIRE(asked.verdict == Verdict::blocked);
  CHECK(asked.problems.at(0).id == "IPL-MIG-014");

  Settings want = keep_addresses();
  want.accept_risk.value = {"IPL-MIG-014"};
  const auto plan = planned(old_manifests(), want);
  const auto metallb = stage(plan, "metallb");
  const auto ids = step_ids(metallb);
  REQUIRE(ids.size() >= 7);
  CHECK(std::vector<std::string>(ids.begin(), ids.begin() + 7) ==
        std::vector<std::string>{"metallb/save-config",
                                 "metallb/keep-config",
                                 "metallb/pin-lease-web",
                                 "metallb/pin-lease-game",
                                 "metallb/save-old",
                                 "metallb/make-room",
                                 "metallb/install"});
  CHECK(std::get<FileWrite>(step(metallb, "metallb/save-old").action).content ==
        "{\"kind\":\"List\"}\n");
  const auto& argv = std::get<Run>(step(metallb, "metallb/make-room").action).command.argv;
  for (const char* word : {"deployment/controller", "daemonset/speaker", "--cascade=foreground"}) {
    CHECK(std::find(argv.begin(), argv.end(), word) != argv.end());
  }
  // The Service selects the chart's controller, not the old one.
  const auto expose = stage(plan, "expose");
  CHECK(std::get<Run>(step(expose, "expose/apply").action)
            .command.input.find("app.kubernetes.io/component") != std::string::npos);

  // Killed after that and before the chart: only our copy and the pins are left as traces.
  auto seen = old_manifests();
  seen.metallb.controllers.clear();
  seen.metallb.speakers.clear();
  seen.metallb.version.clear();
  seen.metallb.legacy->in_force = false;
  auto copy = config_map("iplease-kept-config", k_pools);
  copy.copy_of = "config";
  seen.metallb.legacy_found.push_back(copy);
  seen.load_balancers.clear();
  CHECK(step(stage(planned(seen), "metallb"), "metallb/install").reason ==
        "MetalLB is not installed");
  CHECK(step_ids(stage(planned(seen), "migrate")).front() ==
        "migrate/create-IPAddressPool-default");

  // Without a ConfigMap nothing can keep the addresses.
  auto bare = old_manifests();
  bare.metallb.legacy.reset();
  bare.metallb.legacy_found.clear();
  CHECK(stage(planned(bare, want), "metallb").problems.at(0).id == "IPL-MLB-011");
}

TEST_CASE("A pin that somebody changed is theirs and only our mark goes", "[stages][migrate]")
{
  auto seen = enabled();
  seen.load_balancers = {tenant("web", "203.0.113.101")};
  seen.load_balancers[0].annotations = {{"metallb.universe.tf/loadBalancerIPs", "203.0.113.109"},
                                        {"iplease.akash.network/pinned", "203.0.113.101"}};
  const auto migrate = stage(planned(seen, wanted()), "migrate");
  const auto& argv = std::get<Run>(step(migrate, "migrate/unpin-lease-web").action).command.argv;
  CHECK(argv.back() == "iplease.akash.network/pinned-");
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
      {"IPL-MIG-012", old_cluster(), wanted()},
      {"IPL-MIG-014", old_manifests()},
      {"IPL-MIG-015",
       old_cluster("address-pools: [{name: default, protocol: bgp, addresses: [192.0.2.0/28]}]")},
      {"IPL-MIG-015", old_cluster("address-pools: [{name: default, addresses: [192.0.2.0/28]}]")}};
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
  CHECK(std::get<Run>(step(stage(plan, "migrate"), "migrate/create-BGPPeer-peer1").action)
            .command.secret_input);
  CHECK_FALSE(
      std::get<Run>(step(stage(plan, "migrate"), "migrate/create-IPAddressPool-default").action)
          .command.secret_input);
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

TEST_CASE("A migration's own dead upgrade is forgotten, never rolled back to 0.12",
          "[stages][migrate]")
{
  Observation seen = old_cluster();
  seen.metallb.legacy->copy_of = "metallb";
  release(seen, "metallb").status = "pending-upgrade";
  release(seen, "metallb").revision = 2;
  release(seen, "metallb").chart = "metallb-0.14.8";
  release(seen, "metallb").past = {.deployed = 1, .before = "deployed metallb-0.12.1 revision 1"};
  seen.memory.release_writes["metallb-system/metallb"] = {
      .before = "deployed metallb-0.12.1 revision 1",
      .expect = "deployed metallb-0.14.8 revision 2"};
  const auto metallb = stage(planned(seen), "metallb");
  CHECK(std::get<Run>(step(metallb, "metallb/heal").action).command.argv.back() ==
        "owner=helm,name=metallb,version=2,status=pending-upgrade");
}
