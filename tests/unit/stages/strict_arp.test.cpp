// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <catch2/catch.hpp>
#include <yaml-cpp/yaml.h>

#include <support/support.hpp>

namespace iplease {
StagePlan plan_strict_arp(const Observation&, const Settings&, std::span<const StagePlan>);
std::string strict_arp_state(const Observation&);
} // namespace iplease

using namespace iplease;

namespace {

Observation with_config(const std::string& text)
{
  Observation seen;
  seen.kube_proxy.config = {.look = Look::seen, .value = text};
  seen.kube_proxy.resource_version = "4711";
  seen.kube_proxy.daemon_set = {
      .look = Look::seen,
      .value = {.kind = "DaemonSet", .name = "kube-proxy", .wanted = 3, .ready = 3}};
  return seen;
}

Observation with_sample(const std::string& sample)
{
  return with_config(
      YAML::Load(test::data("data/kube-proxy/" + sample + ".yaml"))["data"]["config.conf"]
          .as<std::string>());
}

StagePlan plan(const Observation& seen, const Settings& want = {})
{
  return plan_strict_arp(seen, want, {});
}

std::vector<std::string> ids(const StagePlan& stage)
{
  std::vector<std::string> out;
  for (const Step& step : stage.steps) {
    out.push_back(step.id);
  }
  return out;
}

const std::vector<std::string> k_whole{
    "strict-arp/edit", "strict-arp/read-back", "strict-arp/restart", "strict-arp/restarted"};

} // namespace

TEST_CASE("kubeadm's default mode needs no strictARP", "[stages][strict-arp]")
{
  const auto made = plan(with_sample("kubeadm-default-mode-empty"));
  CHECK(made.verdict == Verdict::satisfied);
  CHECK(made.reason == "kube-proxy runs in its default mode, iptables: not needed");
  CHECK(plan(with_config("mode: nftables\n")).reason ==
        "kube-proxy runs in nftables mode: not needed");
}

TEST_CASE("Kubespray's IPVS default is edited, restarted and proved", "[stages][strict-arp]")
{
  const auto seen = with_sample("kubespray-ipvs-strictarp-false");
  const auto made = plan(seen);
  REQUIRE(made.verdict == Verdict::needed);
  CHECK(ids(made) == k_whole);
  const Step& edit = made.steps.at(0);
  const auto& command = std::get<Run>(edit.action).command;
  const auto patch = parsed_json(command.input);
  CHECK(patch["metadata"]["resourceVersion"] == "4711");
  CHECK(patch["data"].size() == 1); // kubeconfig.conf is not in the patch
  std::string wanted = seen.kube_proxy.config.value;
  wanted.replace(wanted.find("strictARP: false"), 16, "strictARP: true");
  CHECK(patch["data"]["config.conf"] == wanted);
  CHECK(edit.owes.at(0).id == "restart-kube-proxy");
  CHECK(edit.owes.at(0).seen == " 0 "); // the sample has no DaemonSet to compare with
  CHECK(edit.before == strict_arp_state(seen));
  CHECK(edit.expect == strict_arp_state(with_config(wanted)));
  CHECK(made.steps.at(3).pays == std::vector<std::string>{"restart-kube-proxy"});
  CHECK_FALSE(writes(made.steps.at(3)));
}

TEST_CASE("True already means nothing to do", "[stages][strict-arp]")
{
  const auto made = plan(with_sample("kubespray-ipvs-after-sed-apply"));
  CHECK(made.verdict == Verdict::satisfied);
  CHECK(made.steps.empty());
}

namespace {

/// kube-proxy as it is now, and what was seen of it (`then`) before the edit.
Observation owing(const std::string& then, const std::string& uid, int generation, std::string mark)
{
  auto seen = with_sample("kubespray-ipvs-after-sed-apply");
  seen.memory.debts = {{.id = "restart-kube-proxy", .until = "", .seen = then}};
  seen.memory.debt_since["restart-kube-proxy"] = "2026-11-23T09:15:54.300Z";
  seen.kube_proxy.daemon_set = {.look = Look::seen,
                                .value = {.kind = "DaemonSet",
                                          .name = "kube-proxy",
                                          .uid = uid,
                                          .generation = generation,
                                          .wanted = 1}};
  seen.kube_proxy.restarted_at = std::move(mark);
  return seen;
}

const std::vector<std::string> k_restart_and_proof{"strict-arp/restart", "strict-arp/restarted"};
const std::vector<std::string> k_proof{"strict-arp/restarted"};

} // namespace

TEST_CASE("An owed restart is done once, whatever killed the run before", "[stages][strict-arp]")
{
  CHECK(ids(plan(owing("u 3 ", "u", 3, ""))) == k_restart_and_proof);
  const auto made = plan(owing("u 3 ", "u", 4, "2026-11-23T09:15:54Z"));
  CHECK(ids(made) == k_proof);
  CHECK(made.steps.at(0).pays == std::vector<std::string>{"restart-kube-proxy"});
}

TEST_CASE("No clock proves a restart, however wrong it goes", "[stages][strict-arp]")
{
  // A restart's mark is the time on the machine that ran kubectl.
  const char* ahead = "2026-11-23T10:15:54Z"; // an hour after the edit: the clock is wrong
  const char* behind = "2016-11-23T09:15:54Z";
  const char* senseless = "soon";
  for (const std::string mark : {ahead, behind, senseless}) {
    INFO(mark);
    // The mark is older than the edit.
    CHECK(ids(plan(owing("u 3 " + mark, "u", 3, mark))) == k_restart_and_proof);
    // Something else in the DaemonSet changed since.
    CHECK(ids(plan(owing("u 3 " + mark, "u", 4, mark))) == k_restart_and_proof);
    // The mark is newer than the edit.
    CHECK(ids(plan(owing("u 3 2026-11-23T09:00:00Z", "u", 4, mark))) == k_proof);
    // The DaemonSet was created again, with that mark or from a backup.
    CHECK(ids(plan(owing("u 3 ", "other", 9, mark))) == k_restart_and_proof);
    // The first versions did not record what was seen.
    CHECK(ids(plan(owing("", "u", 9, mark))) == k_restart_and_proof);
    CHECK(ids(plan(owing("u 0 ", "u", 9, mark))) == k_restart_and_proof);
  }
}

TEST_CASE("An owed restart with the field undone starts over", "[stages][strict-arp]")
{
  auto seen = with_sample("kubespray-ipvs-strictarp-false");
  seen.memory.debts = {{.id = "restart-kube-proxy", .until = ""}};
  CHECK(ids(plan(seen)) == k_whole);
}

TEST_CASE("Other environments: nothing, the exact words, or a warning", "[stages][strict-arp]")
{
  Observation seen;
  seen.kube_proxy.config.look = Look::absent;
  seen.kube_proxy.daemon_set.look = Look::absent;
  SECTION("another does its work")
  {
    seen.workloads = {{.kind = "DaemonSet", .name = GENERATE("cilium", "kube-router")}};
    CHECK(plan(seen).verdict == Verdict::satisfied);
    CHECK(plan(seen).steps.empty());
    CHECK(plan(seen).notes.empty());
  }
  SECTION("it runs nowhere")
  {
    seen = with_sample("kubespray-ipvs-strictarp-false");
    seen.kube_proxy.daemon_set.value.wanted = 0;
    CHECK(plan(seen).reason == "kube-proxy runs on no node");
  }
  SECTION("k3s, RKE2")
  {
    const std::string name = GENERATE("k3s", "rke2");
    seen.nodes = {{.name = "n1", .kubelet_version = "v1+" + name, .k3s_args = R"(["server"])"},
                  {.name = "n2",
                   .kubelet_version = "v1+" + name,
                   .k3s_args = R"(["agent","--kube-proxy-arg","proxy-mode=ipvs"])"}};
    const auto made = plan(seen);
    CHECK(made.verdict == Verdict::blocked);
    CHECK(made.problems.at(0).id == "IPL-STR-001");
    CHECK(made.problems.at(0).what.find("node n2") != std::string::npos);
    CHECK(made.problems.at(0).what.find("node n1") == std::string::npos);
    CHECK(made.problems.at(0).fix.find("/etc/rancher/" + name + "/config.yaml") !=
          std::string::npos);
    seen.nodes[1].k3s_args =
        R"(["agent","--kube-proxy-arg=proxy-mode=ipvs","--kube-proxy-arg=ipvs-strict-arp=true"])";
    CHECK(plan(seen).verdict == Verdict::satisfied);
    CHECK(plan(seen).notes.empty());
  }
  SECTION("not to be seen")
  {
    if (GENERATE(true, false)) {
      seen.nodes = {{.name = "n1", .labels = {{"microk8s.io/cluster", "true"}}}};
    }
    CHECK(plan(seen).verdict == Verdict::satisfied);
    CHECK(plan(seen).reason.starts_with("how kube-proxy runs could not be seen"));
    CHECK(plan(seen).notes.at(0).find("on every node") != std::string::npos);
  }
}

TEST_CASE("What cannot be known or edited blocks, with an id that explains", "[stages][strict-arp]")
{
  Observation seen;
  seen.kube_proxy.config = {.look = Look::forbidden, .value = "", .why = "configmaps is forbidden"};
  CHECK(plan(seen).problems.at(0).id == "IPL-STR-003");
  CHECK(plan(with_config("mode: ipvs\nipvs: [")).problems.at(0).id == "IPL-STR-002");
  CHECK(plan(with_config("a: &x {strictARP: no}\nmode: ipvs\nipvs: *x\n")).problems.at(0).id ==
        "IPL-STR-002");
  for (const char* id : {"IPL-STR-001", "IPL-STR-002", "IPL-STR-003"}) {
    CHECK(find_entry(id) != nullptr);
  }
}

TEST_CASE("strictARP: leave leaves it", "[stages][strict-arp]")
{
  Settings want;
  want.strict_arp.value = false;
  CHECK(plan(with_sample("kubespray-ipvs-strictarp-false"), want).verdict == Verdict::satisfied);
}
