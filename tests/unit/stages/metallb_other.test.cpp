// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/pattern.hpp>
#include <iplease/kubespray/inventory.hpp>

#include <catch2/catch.hpp>

#include "fresh.hpp"
#include <algorithm>
#include <support/inventory_dir.hpp>

using namespace iplease;
using namespace iplease::test;

namespace {

/// MetalLB 0.13.9 as Kubespray deploys it.
Observation kubespray_cluster()
{
  Observation seen = enabled();
  std::erase_if(seen.releases,
                [](const ReleaseSeen& release) { return release.chart_name == "metallb"; });
  seen.metallb.version = "0.13.9";
  seen.metallb.controllers.front().name = "controller";
  seen.metallb.controllers.front().labels = {{"app", "metallb"}, {"component", "controller"}};
  seen.metallb.speakers.front().name = "speaker";
  seen.metallb.speakers.front().args = {"--port=7472"};
  return seen;
}

Settings adopting()
{
  Settings want = wanted();
  want.metallb.install.value = MetallbInstall::adopt;
  return want;
}

Settings kubespraying(const std::string& version = "v2.31.0")
{
  Settings want = wanted();
  want.metallb.install.value = MetallbInstall::kubespray;
  want.metallb.kubespray.inventory.value = "/root/kubespray/inventory/prod";
  want.metallb.kubespray.version.value = version;
  return want;
}

LegacyConfigSeen config_in_force()
{
  const std::string config = "address-pools:\n- name: default\n  protocol: layer2\n  addresses:\n"
                             "  - 203.0.113.100-203.0.113.120\n";
  const nlohmann::ordered_json object{
      {"apiVersion", "v1"},
      {"kind", "ConfigMap"},
      {"metadata", {{"name", "config"}, {"namespace", "metallb-system"}}},
      {"data", {{"config", config}}}};
  return {.name = "config", .object_json = object.dump(), .config = config, .in_force = true};
}

StagePlan metallb_plan(const Observation& seen, const Settings& want)
{
  return stage(make_plan(registry(), seen, want), "metallb");
}

} // namespace

TEST_CASE("adopt uses a ready MetalLB as it is, whoever installed it", "[stages][adopt]")
{
  const auto kubespray = metallb_plan(kubespray_cluster(), adopting());
  CHECK(kubespray.verdict == Verdict::satisfied);
  CHECK(kubespray.reason == "MetalLB 0.13.9 (manifests or Kubespray) is used as it is");
  auto named = enabled();
  release(named, "metallb").name = "lb";
  CHECK(metallb_plan(named, adopting()).verdict == Verdict::satisfied);
}

TEST_CASE("adopt never writes: it waits, or says why not", "[stages][adopt]")
{
  auto seen = kubespray_cluster();
  seen.metallb.controllers.front().ready = 0;
  const auto plan = metallb_plan(seen, adopting());
  CHECK(step_ids(plan) == std::vector<std::string>{"metallb/controller-ready",
                                                   "metallb/speakers-ready",
                                                   "metallb/speakers-exist"});
  CHECK(std::none_of(plan.steps.begin(), plan.steps.end(), writes));
}

TEST_CASE("adopt refuses what cannot serve Akash", "[stages][adopt]")
{
  auto seen = kubespray_cluster();
  std::string id;
  SECTION("nothing there")
  {
    seen = fresh();
    id = "IPL-MLB-012";
  }
  SECTION("in another namespace")
  {
    seen.metallb.controllers.front().name_space = "lb-system";
    id = "IPL-MLB-003";
  }
  SECTION("0.12 pinned by digest")
  {
    seen.metallb.version = "";
    seen.metallb.legacy = config_in_force();
    id = "IPL-MLB-013";
  }
  SECTION("0.12")
  {
    seen.metallb.version = "0.12.1";
    id = "IPL-MLB-013";
  }
  SECTION("a class")
  {
    seen.metallb.controllers.front().args = {"--lb-class=metallb"};
    id = "IPL-MLB-014";
  }
  SECTION("no speakers")
  {
    seen.metallb.speakers.clear();
    id = "IPL-MLB-015";
  }
  SECTION("excluded nodes, from 0.14.2 on")
  {
    for (NodeSeen& node : seen.nodes) {
      node.exclude_from_lb = true;
    }
    CHECK(metallb_plan(seen, adopting()).verdict == Verdict::satisfied); // 0.13.9 announces anyway
    seen.metallb.version = "0.14.8";
    id = "IPL-MLB-016";
  }
  const auto plan = metallb_plan(seen, adopting());
  REQUIRE(plan.verdict == Verdict::blocked);
  CHECK(plan.problems.at(0).id == id);
  CHECK(find_entry(id) != nullptr);
}

TEST_CASE("kubespray writes the inventory, prints the play and waits for MetalLB",
          "[stages][kubespray]")
{
  auto seen = fresh();
  InventoryDir dir("new");
  seen.kubespray = dir.look();
  const auto plan = metallb_plan(seen, kubespraying());
  CHECK(step_ids(plan) == std::vector<std::string>{"metallb/inventory-addons.yml",
                                                   "metallb/inventory-k8s-cluster.yml",
                                                   "metallb/wait-for-play",
                                                   "metallb/controller-ready",
                                                   "metallb/speakers-ready",
                                                   "metallb/speakers-exist"});
  const auto& wait = std::get<WaitUntil>(plan.steps.at(2).action);
  const std::string checkout = seen.kubespray.dir;
  CHECK(wait.ask == "run this now, in another terminal: env -C " + checkout +
                        " ansible-playbook -i " + dir.path("hosts.yaml") +
                        " --become cluster.yml --tags metallb");
  CHECK(wait.limit == std::chrono::minutes{30});
  auto hurried = kubespraying();
  hurried.timeouts["metallb"] = {.value = std::chrono::seconds{7}, .from = From::flag};
  CHECK(std::get<WaitUntil>(metallb_plan(seen, hurried).steps.at(2).action).limit ==
        std::chrono::seconds{7});
  // The first write makes the play owed, and only its end settles it.
  REQUIRE(plan.steps.at(0).owes.size() == 1);
  CHECK(plan.steps.at(2).pays == std::vector<std::string>{plan.steps.at(0).owes.at(0).id});
}

TEST_CASE("kubespray runs the play itself when asked", "[stages][kubespray]")
{
  auto seen = fresh();
  InventoryDir dir("old");
  seen.kubespray = dir.look();
  auto want = kubespraying("v2.21.0");
  want.metallb.kubespray.run.value = true;
  CHECK(metallb_plan(seen, want).problems.at(0).id == "IPL-KSP-012"); // cluster.yml is missing
  dir.put("../../cluster.yml", "[]\n");
  seen.kubespray = dir.look();
  const auto plan = metallb_plan(seen, want);
  const auto& play = std::get<Run>(plan.steps.at(2).action).command;
  CHECK(plan.steps.at(2).id == "metallb/play");
  CHECK(play.argv.at(2) == seen.kubespray.dir);
  CHECK(play.timeout == std::chrono::minutes{30});
}

TEST_CASE("kubespray is satisfied with its MetalLB when the inventory says the same",
          "[stages][kubespray]")
{
  auto seen = kubespray_cluster();
  InventoryDir dir("new");
  seen.kubespray = dir.look();
  const auto first = metallb_plan(seen, kubespraying());
  REQUIRE(first.verdict == Verdict::needed);
  // The cluster has what it needs, so no play has to run.
  CHECK(step_ids(first) == std::vector<std::string>{"metallb/inventory-addons.yml",
                                                    "metallb/inventory-k8s-cluster.yml",
                                                    "metallb/controller-ready",
                                                    "metallb/speakers-ready",
                                                    "metallb/speakers-exist"});
  dir.write({std::get<FileWrite>(first.steps.at(0).action),
             std::get<FileWrite>(first.steps.at(1).action)});
  seen.kubespray = dir.look();
  CHECK(metallb_plan(seen, kubespraying()).verdict == Verdict::satisfied);
  // A play that was cut short runs again, even if its MetalLB is ready.
  seen.memory.debts = {{.id = "kubespray-play", .until = "it ran"}};
  CHECK(step_ids(metallb_plan(seen, kubespraying())).at(0) == "metallb/wait-for-play");
}

TEST_CASE("an upgrade to v2.22 and later waits for the newer controller", "[stages][kubespray]")
{
  auto seen = kubespray_cluster();
  InventoryDir dir("new");
  seen.kubespray = dir.look();
  seen.metallb.version = "0.12.1";
  const auto plan = metallb_plan(seen, kubespraying());
  const auto& wait = std::get<WaitUntil>(plan.steps.at(2).action);
  CHECK_FALSE(search_pattern(wait.pattern, "1 quay.io/metallb/controller:v0.12.1\n"));
  CHECK_FALSE(search_pattern(wait.pattern, " quay.io/metallb/controller:v0.13.9\n"));
  CHECK(search_pattern(wait.pattern, "1 quay.io/metallb/controller:v0.13.9\n"));
}

TEST_CASE("a MetalLB of the ConfigMap era is not what a newer release deploys",
          "[stages][kubespray]")
{
  auto seen = kubespray_cluster();
  InventoryDir dir("new");
  seen.kubespray = dir.look();
  for (const Step& step : metallb_plan(seen, kubespraying()).steps) {
    if (const auto* write = std::get_if<FileWrite>(&step.action)) {
      dir.write({*write});
    }
  }
  seen.kubespray = dir.look(); // the inventory is ready, only the cluster is not
  REQUIRE(metallb_plan(seen, kubespraying()).verdict == Verdict::satisfied);
  SECTION("by its version")
  {
    seen.metallb.version = "0.12.1";
  }
  SECTION("pinned by digest, by the ConfigMap that it reads")
  {
    seen.metallb.version = "";
    seen.metallb.legacy = config_in_force();
  }
  const auto plan = metallb_plan(seen, kubespraying());
  REQUIRE(plan.verdict == Verdict::needed);
  const auto ids = step_ids(plan);
  REQUIRE(std::find(ids.begin(), ids.end(), "metallb/wait-for-play") != ids.end());
  const auto at = std::find_if(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
    return step.id == "metallb/wait-for-play";
  });
  // The old controller being ready does not show that the play ran.
  CHECK_FALSE(search_pattern(std::get<WaitUntil>(at->action).pattern,
                             "1 quay.io/metallb/controller@sha256:0123\n"));
}

TEST_CASE("the legacy ConfigMap is saved before a play that deletes it", "[stages][kubespray]")
{
  auto seen = kubespray_cluster();
  InventoryDir dir("new");
  seen.kubespray = dir.look();
  seen.metallb.version = "0.12.1";
  seen.metallb.pools.value.clear();
  seen.metallb.legacy = config_in_force();
  const auto ids = step_ids(metallb_plan(seen, kubespraying()));
  const auto save = std::find(ids.begin(), ids.end(), "metallb/save-config");
  const auto copy = std::find(ids.begin(), ids.end(), "metallb/keep-config");
  const auto wait = std::find(ids.begin(), ids.end(), "metallb/wait-for-play");
  REQUIRE(wait != ids.end());
  CHECK(save < wait);
  CHECK(copy < wait);
}

TEST_CASE("a release before v2.22 keeps MetalLB 0.12 and its ConfigMap", "[stages][kubespray]")
{
  auto seen = kubespray_cluster();
  InventoryDir dir("old");
  dir.put("../../galaxy.yml", "version: 2.21.0\n");
  seen.kubespray = dir.look();
  seen.metallb.version = "0.12.1";
  seen.metallb.pools.value.clear();
  seen.metallb.advertisements.value.clear();
  seen.metallb.legacy = config_in_force();
  const auto first = metallb_plan(seen, kubespraying(""));
  for (const Step& step : first.steps) {
    if (const auto* write = std::get_if<FileWrite>(&step.action)) {
      dir.write({*write});
    }
  }
  seen.kubespray = dir.look();
  const auto done = make_plan(registry(), seen, kubespraying(""));
  CHECK(stage(done, "metallb").verdict == Verdict::satisfied);
  CHECK(stage(done, "migrate").verdict == Verdict::satisfied);
  CHECK(stage(done, "pool").verdict == Verdict::satisfied);
  // Only the play can add a pool, so the step waits for that pool.
  auto more = kubespraying("");
  more.pool.addresses.value = ranges({"203.0.113.100-203.0.113.120", "203.0.113.125/32"});
  const auto grown = make_plan(registry(), seen, more);
  const auto metallb = stage(grown, "metallb");
  const auto& wait = std::get<WaitUntil>(metallb.steps.at(1).action);
  CHECK(wait.pattern == "203\\.0\\.113\\.125/32");
  CHECK(step_ids(stage(grown, "pool")) == std::vector<std::string>{"pool/proof"});
}

TEST_CASE("kubespray does not put a second MetalLB beside Helm's", "[stages][kubespray]")
{
  auto seen = enabled();
  InventoryDir dir("new");
  seen.kubespray = dir.look();
  CHECK(metallb_plan(seen, kubespraying()).problems.at(0).id == "IPL-KSP-013");
}

TEST_CASE("the Service of a Kubespray install selects Kubespray's labels", "[stages][kubespray]")
{
  auto seen = fresh();
  InventoryDir dir("new");
  seen.kubespray = dir.look();
  const auto expose = stage(make_plan(registry(), seen, kubespraying()), "expose");
  const std::string& manifest = std::get<Run>(expose.steps.at(0).action).command.input;
  CHECK(manifest.find("component") != std::string::npos);
  CHECK(manifest.find("app.kubernetes.io/name") == std::string::npos);
}

TEST_CASE("kubespray reads the release from galaxy.yml and refuses what it does not know",
          "[stages][kubespray]")
{
  auto seen = fresh();
  InventoryDir dir("new");
  seen.kubespray = dir.look();
  CHECK(metallb_plan(seen, kubespraying("")).problems.at(0).id == "IPL-KSP-001");
  seen.kubespray.galaxy = {.look = Look::seen, .value = "version: 2.31.0\n"};
  CHECK(metallb_plan(seen, kubespraying("")).verdict == Verdict::needed);
  CHECK(metallb_plan(seen, kubespraying("v2.31.0")).verdict == Verdict::needed);
  seen.kubespray.galaxy = {};
  CHECK(metallb_plan(seen, kubespraying("v2.17.0")).problems.at(0).id == "IPL-KSP-002");
  auto want = kubespraying();
  seen.kubespray = {};
  CHECK(metallb_plan(seen, want).problems.at(0).id == "IPL-KSP-005");
}

TEST_CASE("a release that reads other variables than the checkout's role is refused",
          "[stages][kubespray]")
{
  const std::string role = "../../roles/kubernetes-apps/metallb/templates/";
  auto seen = fresh();
  InventoryDir dir("new");
  dir.put("../../galaxy.yml", "version: 2.21.0\n");
  dir.put(role + "pools.yaml.j2", "");
  seen.kubespray = dir.look();
  // What tag v2.22.1 says about itself: the file is stale, the given release is right.
  const auto stale = metallb_plan(seen, kubespraying(""));
  REQUIRE(stale.verdict == Verdict::blocked);
  CHECK(stale.problems.at(0).id == "IPL-KSP-014");
  CHECK(stale.problems.at(0).what ==
        "Kubespray v2.21.0 reads metallb_ip_range, but the role in the checkout reads "
        "metallb_config");
  CHECK(stale.problems.at(0).saw.starts_with(seen.kubespray.dir + "/galaxy.yml: version 2.21.0"));
  CHECK(metallb_plan(seen, kubespraying("v2.22.1")).verdict == Verdict::needed);
  CHECK(metallb_plan(seen, kubespraying("v2.20.0")).verdict == Verdict::blocked);
  CHECK_FALSE(kubespray::keeps_configmap(seen.kubespray));
}

TEST_CASE("the role of before v2.22 keeps the ConfigMap, whatever the release is called",
          "[stages][kubespray]")
{
  auto seen = fresh();
  InventoryDir dir("old");
  dir.put("../../galaxy.yml", "version: 2.31.0\n");
  dir.put("../../roles/kubernetes-apps/metallb/templates/metallb-config.yml.j2", "");
  seen.kubespray = dir.look();
  CHECK(metallb_plan(seen, kubespraying("")).problems.at(0).id == "IPL-KSP-014");
  CHECK(kubespray::keeps_configmap(seen.kubespray));
  CHECK(metallb_plan(seen, kubespraying("v2.21.0")).verdict == Verdict::needed);
}

TEST_CASE("the given release decides where galaxy.yml tells none", "[stages][kubespray]")
{
  KubespraySeen seen{.inventory = "/root/kubespray/inventory/prod"};
  seen.given_version = "v2.21.0";
  CHECK(kubespray::keeps_configmap(seen));
  seen.given_version = "v2.31.0";
  CHECK_FALSE(kubespray::keeps_configmap(seen));
}

TEST_CASE("a Service that selects the controller of 0.12 is right until that one goes",
          "[stages][kubespray]")
{
  auto seen = kubespray_cluster();
  const std::map<std::string, std::string> labels{{"app", "metallb"}, {"component", "controller"}};
  seen.metallb.controllers.front().selector = labels;
  seen.metallb.expose.value.selector = labels;
  seen.metallb.version = "0.12.1";
  seen.metallb.legacy = config_in_force();
  CHECK(subject_state(seen, "service/controller") == "right"); // whoever installed it
  auto want = wanted();
  want.accept_risk.value = {"IPL-MIG-014"};
  const auto expose = stage(make_plan(registry(), seen, want), "expose");
  REQUIRE(step_ids(expose).at(0) == "expose/apply"); // the chart uses other labels
  CHECK(expose.steps.at(0).before == "selects other pods than the controller's");
}
