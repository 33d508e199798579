// SPDX-License-Identifier: Apache-2.0
// What the stages do with the facts.
#include <iplease/core/catalogue.hpp>

#include <catch2/catch.hpp>

#include "fresh.hpp"

using namespace iplease;
using namespace iplease::test;

namespace {

StagePlan planned(const std::string& id, const Observation& seen, const Settings& want = wanted())
{
  return stage(make_plan(registry(), seen, want), id);
}

} // namespace

TEST_CASE("Another vendor's chart is never upgraded with MetalLB's own", "[stages][metallb]")
{
  Observation seen = enabled();
  release(seen, "metallb").chart_version = "6.3.14";
  release(seen, "metallb").chart = "metallb-6.3.14";
  Settings want = wanted();
  want.metallb.version.value = "0.15.3";
  want.metallb.version.from = From::flag;
  CHECK(planned("metallb", seen, want).problems.at(0).id == "IPL-MLB-090");
  want.metallb.install.value = MetallbInstall::adopt;
  CHECK(planned("metallb", seen, want).verdict == Verdict::satisfied);
}

TEST_CASE("Workloads are waited for by the names they have", "[stages][metallb]")
{
  Observation seen = enabled();
  seen.metallb.controllers.front().name = "lb-controller";
  seen.metallb.speakers.front().name = "lb-speaker";
  seen.metallb.controllers.front().ready = 0;
  const StagePlan plan = planned("metallb", seen);
  const auto words = [&](std::size_t at) {
    return std::get<Run>(plan.steps.at(at).action).command.argv;
  };
  CHECK(std::ranges::count(words(0), "deployment/lb-controller") == 1);
  CHECK(std::ranges::count(words(1), "daemonset/lb-speaker") == 1);
}

TEST_CASE("An inventory that announces pool default by BGP gets no layer 2 unasked",
          "[stages][kubespray]")
{
  Observation seen = fresh();
  seen.kubespray = {.inventory = "/inv", .dir = "/kubespray", .hosts = "/inv/hosts.yaml"};
  seen.kubespray.given_version = "v2.31.0";
  seen.kubespray.cluster_folder = true;
  seen.kubespray.files = {
      {.path = "/inv/hosts.yaml", .exists = true, .text = Secret("all:\n  hosts: {}\n")},
      {.path = "/inv/group_vars/k8s_cluster/addons.yml",
       .exists = true,
       .text = Secret("metallb_config:\n  layer3:\n    metallb_peers:\n      peer1:\n"
                      "        address_pool: [default]\n")}};
  Settings want = wanted();
  want.metallb.install.value = MetallbInstall::kubespray;
  want.metallb.kubespray.version.value = "v2.31.0";
  const StagePlan refused = planned("metallb", seen, want);
  REQUIRE(refused.verdict == Verdict::blocked);
  CHECK(refused.problems.at(0).id == "IPL-POOL-090");
  want.accept_risk.value = {"IPL-POOL-090"};
  const StagePlan taken = planned("metallb", seen, want);
  REQUIRE(taken.verdict == Verdict::needed);
  const auto* file = std::get_if<FileWrite>(&taken.steps.at(0).action);
  REQUIRE(file != nullptr);
  CHECK(file->content.find("layer2") == std::string::npos);
}

TEST_CASE("A pool that an advertisement selects by label gets no other one", "[stages][pool]")
{
  Observation seen = enabled();
  seen.metallb.pools.value.front().marks.labels = {{"zone", "public"}};
  seen.metallb.advertisements.value = {{.name = "public",
                                        .name_space = "metallb-system",
                                        .pool_selectors = {{.match = {{"zone", "public"}}}},
                                        .interfaces = {"eno2"}}};
  CHECK(planned("pool", seen).verdict == Verdict::satisfied);
  CHECK(planned("pool", seen).reason.find("by L2Advertisement public on eno2") !=
        std::string::npos);
  Settings want = wanted();
  want.pool.interfaces.value = std::vector<std::string>{"eno2"};
  want.pool.interfaces.from = From::flag;
  CHECK(planned("pool", seen, want).verdict == Verdict::satisfied);
  seen.metallb.pools.value.front().marks.labels.clear();
  CHECK(planned("pool", seen).steps.at(0).id == "pool/advertise");
}

TEST_CASE("A pool that BGP announces gets no layer 2 unasked", "[stages][pool]")
{
  Observation seen = enabled();
  seen.metallb.bgp_advertisements = seen.metallb.advertisements;
  seen.metallb.advertisements.value.clear();
  const StagePlan refused = planned("pool", seen);
  REQUIRE(refused.verdict == Verdict::blocked);
  CHECK(refused.problems.at(0).id == "IPL-POOL-090");
  CHECK(refused.problems.at(0).saw.find("BGPAdvertisement l2advertisement1") != std::string::npos);
  Settings want = wanted();
  want.accept_risk.value = {"IPL-POOL-090"};
  CHECK(planned("pool", seen, want).verdict == Verdict::satisfied);
  seen.metallb.pools.value.front().auto_assign = false;
  for (const Step& step : planned("pool", seen, want).steps) {
    CHECK(step.id != "pool/advertise");
  }
  // BGP may announce it, but that is unknown: add nothing.
  seen.metallb.bgp_advertisements = {.look = Look::forbidden, .why = "may not be listed"};
  CHECK(planned("pool", seen).verdict == Verdict::blocked);
  CHECK(planned("pool", seen).reason.find("may not be listed") != std::string::npos);
}

TEST_CASE("kube-proxy is restarted where somebody wrote strictARP and did not", "[stages]")
{
  Observation seen = enabled();
  seen.kube_proxy.config = {.look = Look::seen, .value = "mode: ipvs\nipvs:\n  strictARP: true\n"};
  seen.kube_proxy.config_written = "2026-11-29T10:00:00Z";
  seen.kube_proxy.daemon_set = {.look = Look::seen, .value = {.wanted = 1, .ready = 1}};
  seen.system_pods_look = Look::seen;
  seen.system_pods = {{.name = "kube-proxy-a", .created = "2026-11-29T09:00:00Z"}};
  const StagePlan plan = planned("strict-arp", seen);
  REQUIRE(plan.verdict == Verdict::needed);
  CHECK(plan.reason.find("kube-proxy-a is of 2026-11-29T09:00:00Z") != std::string::npos);
  CHECK(plan.steps.at(0).id == "strict-arp/restart");
  CHECK(plan.steps.size() == 2);
  seen.system_pods.front().created = "2026-11-29T11:00:00Z";
  CHECK(planned("strict-arp", seen).verdict == Verdict::satisfied);
  CHECK(planned("strict-arp", seen).notes.empty());
  seen.system_pods_look = Look::forbidden;
  CHECK(planned("strict-arp", seen).verdict == Verdict::satisfied);
  CHECK(planned("strict-arp", seen).notes.at(0).find("could not be seen") != std::string::npos);
}

TEST_CASE("What another engine manages is changed only when that is agreed to", "[stages]")
{
  Observation seen = enabled();
  const std::map<std::string, std::string> flux{{"kustomize.toolkit.fluxcd.io/name", "lb"}};
  seen.metallb.pools.value.front().marks.labels = flux;
  CHECK(planned("pool", seen).verdict == Verdict::satisfied); // nothing to change
  seen.metallb.advertisements.value.clear();
  CHECK(planned("pool", seen).verdict == Verdict::needed); // the pool itself does not change
  seen.metallb.pools.value.front().auto_assign = false;
  const StagePlan asked = planned("pool", seen);
  REQUIRE(asked.verdict == Verdict::blocked);
  CHECK(asked.problems.at(0).id == "IPL-CLU-091");
  CHECK(asked.problems.at(0).fix.find("Kustomization lb applies") != std::string::npos);
  CHECK(asked.problems.at(0).fix.find("--accept-risk IPL-CLU-091") != std::string::npos);
  Settings want = wanted();
  want.accept_risk.value = {"IPL-CLU-091"};
  const StagePlan agreed = planned("pool", seen, want);
  CHECK(agreed.verdict == Verdict::needed);
  CHECK(std::ranges::any_of(agreed.notes, [](const std::string& note) {
    return note.find("may put the change back") != std::string::npos;
  }));
}
