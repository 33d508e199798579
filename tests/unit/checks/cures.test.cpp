// SPDX-License-Identifier: Apache-2.0
#include <iplease/checks/cures.hpp>
#include <iplease/core/catalogue.hpp>
#include <iplease/core/pattern.hpp>

#include <catch2/catch.hpp>

#include "with_metallb.hpp"
#include <algorithm>

using namespace iplease;
using iplease::test::with_metallb;

namespace {

std::vector<std::string> step_ids(const Plan& plan)
{
  std::vector<std::string> ids;
  for (const StagePlan& stage : plan.stages) {
    for (const Step& step : stage.steps) {
      ids.push_back(step.id);
    }
  }
  return ids;
}

Cures cures_for(const Observation& seen, const std::vector<std::string>& ids)
{
  const Settings want;
  std::vector<Finding> findings;
  for (const std::string& id : ids) {
    findings.push_back({.id = id, .outcome = Outcome::fail, .what = "found"});
  }
  return plan_cures({seen, want, {}}, make_plan(registry(), seen, want), findings, findings);
}

} // namespace

TEST_CASE("what hangs is restarted after the cause is gone, and then it is verified", "[checks]")
{
  Observation seen = with_metallb();
  seen.metallb.expose = {.look = Look::absent};
  seen.metallb.expose_endpoints = 0;
  seen.ip_operator.barrier = true;
  const Cures cures = cures_for(seen, {"IPL-MLB-023"});
  const std::vector<std::string> ids = step_ids(cures.plan);
  const auto at = [&](const char* id) { return std::ranges::find(ids, id) - ids.begin(); };
  CHECK(at("expose/apply") < at("expose/proof"));
  CHECK(at("expose/proof") < at("ip-operator/restart"));
  CHECK(at("ip-operator/restart") < at("verify/create"));
  CHECK(at("verify/create") < static_cast<std::ptrdiff_t>(ids.size()));
  CHECK(cures.left.empty());

  seen.ip_operator.barrier = false;
  CHECK(std::ranges::count(step_ids(cures_for(seen, {"IPL-MLB-023"}).plan),
                           "ip-operator/restart") == 0);
}

TEST_CASE("a pod that comes back under its name is not waited for by kubectl delete", "[checks]")
{
  const Cures cures = cures_for(with_metallb(), {"IPL-PRV-012"});
  const std::vector<std::string> ids = step_ids(cures.plan);
  const auto bounce = std::ranges::find(ids, "provider/replace-pod");
  REQUIRE(bounce != ids.end());
  CHECK(*std::next(bounce) == "provider/replaced");
  const auto problem = find_entry("IPL-PRV-026");
  REQUIRE(problem != nullptr);
  CHECK(problem->fix.find("--force --grace-period=0") != std::string_view::npos);
  for (const StagePlan& stage : cures.plan.stages) {
    for (const Step& step : stage.steps) {
      if (step.id == "provider/replaced") {
        // A pod on a dead node never goes away; the last answer names the node.
        CHECK(step.failure_id == "IPL-PRV-026");
        const auto& wait = std::get<WaitUntil>(step.action);
        CHECK(wait.probe.argv.back().find("{.spec.nodeName}") != std::string::npos);
        CHECK_FALSE(search_pattern(wait.pattern, "2026-11-25T04:00:00Z/akash-provider-0 on node1"));
        CHECK(search_pattern(wait.pattern, "/akash-provider-0 on node1"));
      }
      if (step.id == "provider/replace-pod") {
        CHECK(std::ranges::count(std::get<Run>(step.action).command.argv, "--wait=false") == 1);
      }
    }
  }
}

TEST_CASE("what --fix cannot cure is left, and then nothing is verified", "[checks]")
{
  Observation seen = with_metallb();
  seen.metallb.expose = {.look = Look::absent};
  const Cures cures = cures_for(seen, {"IPL-CLU-011", "IPL-MLB-023"});
  REQUIRE(cures.left.size() == 1);
  CHECK(cures.left.front().id == "IPL-CLU-011");
  CHECK(std::ranges::count(step_ids(cures.plan), "verify/create") == 0);
  CHECK(cures_for(seen, {"IPL-CLU-011"}).plan.stages.empty());
}

TEST_CASE("a restart that is owed is found, and cured by the stage that owes it", "[checks]")
{
  Observation seen = with_metallb();
  seen.kube_proxy.config = {Look::seen, "mode: ipvs\nipvs:\n  strictARP: true\n"};
  seen.kube_proxy.daemon_set.look = Look::seen;
  seen.kube_proxy.daemon_set.value = {
      .kind = "DaemonSet", .name = "kube-proxy", .wanted = 1, .ready = 1};
  const auto look = [&] { return run_doctor({seen, {}, {}}, {.only = {"IPL-STR-005"}}).front(); };
  CHECK(look().id == "IPL-STR-090"); // the running pods were not read, so this is not ok
  seen.system_pods_look.look = Look::seen;
  seen.system_pods = {{.name = "kube-proxy-1", .created = "2026-11-29T10:00:00Z"}};
  seen.kube_proxy.config_written = "2026-11-29T09:00:00Z";
  CHECK(look().outcome == Outcome::ok);
  seen.memory.debts = {{.id = "restart-kube-proxy", .until = "it was restarted"}};
  CHECK(look().id == "IPL-STR-005");
  CHECK(look().outcome == Outcome::fail);
  CHECK(std::ranges::count(step_ids(cures_for(seen, {"IPL-STR-005"}).plan), "strict-arp/restart") ==
        1);
}

TEST_CASE("debts and a run that did not end are told as warnings", "[checks]")
{
  Observation seen = with_metallb();
  const auto look = [&](const char* id) {
    return run_doctor({seen, {}, {}}, {.only = {id}}).front().outcome;
  };
  CHECK(look("IPL-RUN-020") == Outcome::ok);
  CHECK(look("IPL-RUN-021") == Outcome::ok);
  seen.memory.debts = {{.id = "remove-verify-service", .until = "it is gone"}};
  seen.memory.unfinished_run = "20261124-120000-abc";
  CHECK(look("IPL-RUN-020") == Outcome::warn);
  CHECK(look("IPL-RUN-021") == Outcome::warn);
}
