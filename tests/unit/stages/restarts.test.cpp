// SPDX-License-Identifier: Apache-2.0
#include "../../../src/stages/restarts.hpp"

#include <iplease/core/plan.hpp>

#include <catch2/catch.hpp>

#include "../../../src/stages/successor.hpp"
#include "fresh.hpp"
#include <algorithm>

using namespace iplease;
using namespace iplease::stages;
using test::enabled;
using test::wanted;

namespace {

std::vector<std::string> steps_of(const Plan& plan, std::string_view name)
{
  std::vector<std::string> ids;
  for (const StagePlan& stage : plan.stages) {
    for (const Step& step : stage.steps) {
      if (stage.stage == name) {
        ids.push_back(step.id);
      }
    }
  }
  return ids;
}

const StagePlan& stage_of(const Plan& plan, std::string_view name)
{
  return *std::ranges::find(plan.stages, name, &StagePlan::stage);
}

/// A provider whose next pod can start.
Observation provable()
{
  Observation seen = enabled();
  WorkloadSeen& set = seen.provider.stateful_set.value;
  set.wanted = 1;
  set.needs = {.objects = {{"Secret", "akash-provider-keys"}, {"ConfigMap", "akash-provider-init"}},
               .images = {"provider:0.16.2"},
               .resources = "provider{};"};
  seen.provider.pod_node = seen.nodes.front().name;
  seen.provider.pod_needs = {.images = {"provider:0.16.2"}, .resources = "provider{};"};
  seen.provider.held = {Look::seen,
                        {{"Secret",
                          "akash-provider-keys",
                          {{"key.txt", {240, false}}, {"key-pass.txt", {12, false}}}},
                         {"ConfigMap", "akash-provider-init", {{"AKASH_FROM", {44, false}}}}}};
  return seen;
}

} // namespace

TEST_CASE("a Deployment of the IP operator that is gone is installed again",
          "[stages][ip-operator]")
{
  Observation seen = enabled();
  seen.ip_operator.deployment = {.look = Look::absent};
  seen.ip_operator.available.reset();
  const Plan plan = make_plan(registry(), seen, wanted());
  REQUIRE_FALSE(steps_of(plan, "ip-operator").empty());
  CHECK(steps_of(plan, "ip-operator").front() == "ip-operator/install");
  CHECK(stage_of(plan, "ip-operator").reason.ends_with("is there, its Deployment is not"));
  seen.ip_operator.deployment = {.look = Look::forbidden}; // forbidden does not mean absent
  const std::vector<std::string> steps =
      steps_of(make_plan(registry(), seen, wanted()), "ip-operator");
  CHECK(std::ranges::find(steps, "ip-operator/install") == steps.end());
}

TEST_CASE("an IP operator that crashes is replaced after its address was put right",
          "[stages][ip-operator]")
{
  Observation seen = enabled();
  seen.ip_operator.provider_address.value = "akash1broken";
  seen.ip_operator.deployment.value.ready = 0;
  seen.ip_operator.available.reset();
  const Plan plan = make_plan(registry(), seen, wanted());
  CHECK(steps_of(plan, "ip-operator") == std::vector<std::string>{"ip-operator/install",
                                                                  "ip-operator/restart",
                                                                  "ip-operator/ready",
                                                                  "ip-operator/usage"});
  // The address was fixed by hand, so only the back-off is left.
  seen.ip_operator.provider_address.value = test::k_address;
  CHECK(steps_of(make_plan(registry(), seen, wanted()), "ip-operator").front() ==
        "ip-operator/restart");
}

TEST_CASE("why the IP operator is restarted", "[stages][ip-operator]")
{
  Observation seen = enabled();
  const Settings want = wanted();
  CHECK(why_restart_operator(seen, want, false).empty());
  CHECK_FALSE(why_restart_operator(seen, want, true).empty());
  seen.ip_operator.running_address = {Look::seen, "akash1hwmenz63dp59uve5ytea09suwgr47y3rn9902y"};
  CHECK_FALSE(why_restart_operator(seen, want, false).empty());
  seen = enabled();
  seen.ip_operator.deployment.value.wanted = 0;
  seen.ip_operator.deployment.value.ready = 0;
  CHECK(why_restart_operator(seen, want, true).empty());
  seen.ip_operator.deployment = {.look = Look::absent};
  CHECK(why_restart_operator(seen, want, true).empty());
}

TEST_CASE("what a pod needs that is not complete is told", "[stages][provider]")
{
  const auto lines = [](const Observation& seen) {
    return incomplete_objects(seen.provider.stateful_set.value, seen.provider.held);
  };
  const auto first = [&](const Observation& seen) {
    const auto all = lines(seen);
    return all.empty() ? std::string() : all.front();
  };
  Observation seen = provable();
  CHECK(first(seen).empty());
  auto& keys = seen.provider.held.value.front().values;
  keys.clear();
  CHECK(first(seen) == "Secret akash-provider-keys is empty");
  keys = {{"key.txt", {240, false}}};
  CHECK(first(seen) == "Secret akash-provider-keys has no key-pass.txt");
  keys = {{"key.txt", {1, true}}, {"key-pass.txt", {12, false}}};
  CHECK(first(seen) == "Secret akash-provider-keys key.txt holds nothing");
  keys = {{"key.txt", {240, false}}, {"key-pass.txt", {3, false}}};
  CHECK(first(seen) == "Secret akash-provider-keys key-pass.txt holds nothing");
  keys = {{"key.txt", {240, true}}, {"key-pass.txt", {12, false}}}; // the key follows a blank line
  CHECK(first(seen).empty());
  seen.provider.held.value.back().values["AKASH_FROM"] = {0, true};
  CHECK(first(seen) == "ConfigMap akash-provider-init AKASH_FROM is empty");
  seen.provider.held.value.pop_back();
  CHECK(first(seen) == "ConfigMap akash-provider-init is missing");
  seen.provider.held = {.look = Look::forbidden, .why = "may not"};
  CHECK(lines(seen).empty());
  seen.provider.stateful_set.value.env["AKASH_FROM"] = ""; // charts up to 11 do this
  seen.provider.held = {Look::seen, {}};
  CHECK(lines(seen).back() == "its template sets AKASH_FROM to nothing");
}

TEST_CASE("the provider's successor is proven, or it is said what is not", "[stages][provider]")
{
  const auto first = [](const Observation& seen) {
    const auto doubts = provider_start_doubts(seen);
    return doubts.empty() ? std::string() : doubts.front();
  };
  Observation seen = provable();
  CHECK(first(seen).empty());
  seen.provider.held = {.look = Look::forbidden, .why = "secrets is forbidden"};
  CHECK(first(seen) == "its Secret and ConfigMaps could not be read: secrets is forbidden");
  seen = provable();
  seen.provider.stateful_set.value.needs.images.insert("provider:9.9.9");
  CHECK(first(seen) == "its node is not known to have image provider:9.9.9");
  seen = provable();
  const std::string node = seen.nodes.front().name;
  seen.nodes.front().unschedulable = true;
  CHECK(first(seen) == "node " + node + " is cordoned");
  seen = provable();
  seen.nodes.front().ready = false;
  CHECK(first(seen) == "node " + node + " is not Ready");
  seen = provable();
  seen.nodes.front().no_schedule_taints = {"upgrade"};
  CHECK(first(seen) == "node " + node + " has the taint upgrade");
  seen.provider.stateful_set.value.needs.tolerated = {"upgrade"};
  CHECK(first(seen).empty());
  seen = provable();
  seen.provider.stateful_set.value.needs.node_selector = {{"nowhere", "true"}};
  CHECK(first(seen) == "node " + node + " has not the label nowhere=true");
  seen = provable();
  seen.provider.stateful_set.value.needs.resources = "provider{\"cpu\":\"1000\"};";
  CHECK(first(seen).starts_with("it asks for other resources than the pod that runs"));
}

TEST_CASE("enable does not restart a provider whose next pod would not start", "[stages][provider]")
{
  Observation seen = provable();
  seen.provider.env_ip_operator.value = "false";
  REQUIRE(steps_of(make_plan(registry(), seen, wanted()), "provider").front() ==
          "provider/restart");
  seen.provider.held.value.front().values.clear();
  const Plan plan = make_plan(registry(), seen, wanted());
  CHECK(stage_of(plan, "provider").verdict == Verdict::blocked);
  CHECK(stage_of(plan, "provider").problems.at(0).id == "IPL-PRV-065");
  CHECK(stage_of(plan, "provider").problems.at(0).saw == "Secret akash-provider-keys is empty");
}

TEST_CASE("a workload that is scaled to 0 is no ready one", "[stages]")
{
  Observation seen = enabled();
  seen.metallb.controllers.front().wanted = 0;
  seen.metallb.controllers.front().ready = 0;
  const Plan plan = make_plan(registry(), seen, wanted());
  CHECK(stage_of(plan, "metallb").problems.at(0).id == "IPL-CLU-065");
  CHECK(stage_of(plan, "metallb")
            .problems.at(0)
            .fix.starts_with(
                "kubectl -n metallb-system scale deployment/metallb-controller --replicas=1"));
  seen = enabled();
  seen.ip_operator.deployment.value.wanted = 0;
  seen.ip_operator.deployment.value.ready = 0;
  seen.ip_operator.available.reset();
  CHECK(stage_of(make_plan(registry(), seen, wanted()), "ip-operator").problems.at(0).id ==
        "IPL-CLU-065");
}

TEST_CASE("a wait watches the pods of its own workload", "[stages]")
{
  Observation seen = enabled();
  seen.ip_operator.deployment.value.selector = {{"a", "b"}, {"c", "d"}};
  CHECK(operator_names(seen).selector == "a=b,c=d");
  CHECK(operator_names(seen, "8.0.0").selector == "app=akash-ip-operator");
}
