// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/kubespray/inventory.hpp>

#include <catch2/catch.hpp>

#include "fresh.hpp"
#include <algorithm>
#include <support/support.hpp>

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

void give_inventory(Observation& seen, const std::string& name)
{
  const std::string root = "/root/kubespray/inventory/prod";
  for (const char* file : {"/hosts.yaml",
                           "/group_vars/all/all.yml",
                           "/group_vars/k8s_cluster/addons.yml",
                           "/group_vars/k8s_cluster/k8s-cluster.yml"}) {
    seen.kubespray_files.push_back({.path = root + file,
                                    .exists = true,
                                    .text = Secret(data("data/kubespray/" + name + file))});
  }
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
  give_inventory(seen, "new");
  const auto plan = metallb_plan(seen, kubespraying());
  CHECK(step_ids(plan) == std::vector<std::string>{"metallb/inventory-addons.yml",
                                                   "metallb/inventory-k8s-cluster.yml",
                                                   "metallb/wait-for-play",
                                                   "metallb/controller-ready",
                                                   "metallb/speakers-ready",
                                                   "metallb/speakers-exist"});
  const bool printed =
      std::any_of(plan.notes.begin(), plan.notes.end(), [](const std::string& note) {
        return note.find("env -C /root/kubespray ansible-playbook -i "
                         "/root/kubespray/inventory/prod/hosts.yaml --become cluster.yml --tags "
                         "metallb") != std::string::npos;
      });
  CHECK(printed);
}

TEST_CASE("kubespray runs the play itself when asked", "[stages][kubespray]")
{
  auto seen = fresh();
  give_inventory(seen, "old");
  auto want = kubespraying("v2.21.0");
  want.metallb.kubespray.run.value = true;
  want.metallb.kubespray.dir.value = "/opt/kubespray";
  const auto plan = metallb_plan(seen, want);
  const auto& play = std::get<Run>(plan.steps.at(2).action).command;
  CHECK(plan.steps.at(2).id == "metallb/play");
  CHECK(play.argv.at(2) == "/opt/kubespray");
  CHECK(play.timeout == std::chrono::minutes{30});
}

TEST_CASE("kubespray is satisfied with its MetalLB when the inventory says the same",
          "[stages][kubespray]")
{
  auto seen = kubespray_cluster();
  give_inventory(seen, "new");
  const auto first = metallb_plan(seen, kubespraying());
  REQUIRE(first.verdict == Verdict::needed);
  for (const Step& step : first.steps) {
    if (const auto* write = std::get_if<FileWrite>(&step.action)) {
      for (ValuesFileSeen& file : seen.kubespray_files) {
        if (file.path == write->path) {
          file.text = Secret(write->content);
        }
      }
    }
  }
  CHECK(metallb_plan(seen, kubespraying()).verdict == Verdict::satisfied);
}

TEST_CASE("kubespray reads the release from galaxy.yml and refuses what it does not know",
          "[stages][kubespray]")
{
  auto seen = fresh();
  give_inventory(seen, "new");
  CHECK(metallb_plan(seen, kubespraying("")).problems.at(0).id == "IPL-KSP-001");
  seen.kubespray_galaxy = "version: 2.31.0\n";
  CHECK(metallb_plan(seen, kubespraying("")).verdict == Verdict::needed);
  CHECK(metallb_plan(seen, kubespraying("v2.17.0")).problems.at(0).id == "IPL-KSP-002");
  auto want = kubespraying();
  want.metallb.kubespray.inventory.value.clear();
  CHECK(metallb_plan(seen, want).problems.at(0).id == "IPL-KSP-005");
}
