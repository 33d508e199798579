// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "fresh.hpp"
#include <algorithm>

using namespace iplease;
using namespace iplease::test;

namespace {

StagePlan provider_of(const Observation& seen, const Settings& want = wanted())
{
  return stage(make_plan(registry(), seen, want), "provider");
}

/// All words of the stage's commands.
std::string words_of(const StagePlan& plan)
{
  std::string all;
  for (const Step& step : plan.steps) {
    const auto* run = std::get_if<Run>(&step.action);
    const auto* wait = std::get_if<WaitUntil>(&step.action);
    for (const Command* command :
         {run == nullptr ? nullptr : &run->command, wait == nullptr ? nullptr : &wait->probe}) {
      for (const std::string& word :
           command == nullptr ? std::vector<std::string>{} : command->argv) {
        all += word + " ";
      }
    }
  }
  return all;
}

bool has_step(const StagePlan& plan, const std::string& id)
{
  return std::ranges::any_of(plan.steps, [&](const Step& step) { return step.id == id; });
}

} // namespace

TEST_CASE("A release without `provider` in its name is waited for under the names that it has",
          "[stages][provider]")
{
  Observation seen = fresh();
  seen.provider.release.value.name = "rental";
  seen.provider.stateful_set.value.name = "rental-provider";
  seen.provider.service = "rental-provider";
  const std::string words = words_of(provider_of(seen));
  CHECK(words.find("upgrade rental ") != std::string::npos);
  CHECK(words.find("statefulset/rental-provider ") != std::string::npos);
  CHECK(words.find("exec rental-provider-0 ") != std::string::npos);
  CHECK(words.find("/services/https:rental-provider:8443/") != std::string::npos);
  CHECK(words.find("akash-provider") == std::string::npos);
}

TEST_CASE("A provider that is scaled to 0 is not started unasked", "[stages][provider]")
{
  Observation seen = fresh();
  seen.provider.stateful_set.value.wanted = 0;
  seen.provider.pod_revision = {.look = Look::absent};
  seen.provider.pod_ready = false;
  const StagePlan refused = provider_of(seen);
  REQUIRE(refused.problems.size() == 1);
  CHECK(refused.problems.front().id == "IPL-PRV-085");
  CHECK(refused.problems.front().fix.find("--accept-risk IPL-PRV-085") != std::string::npos);

  Settings want = wanted();
  want.accept_risk.value = {"IPL-PRV-085"};
  const StagePlan accepted = provider_of(seen, want);
  CHECK(accepted.verdict == Verdict::needed);
  CHECK(has_step(accepted, "provider/scale"));
  CHECK_FALSE(has_step(accepted, "provider/replace-pod"));

  // If its release is already right, nothing is to do and nothing starts the pod.
  Observation right = enabled();
  right.provider.stateful_set.value.wanted = 0;
  right.provider.pod_revision = {.look = Look::absent};
  right.provider.env_ip_operator = {.look = Look::absent};
  CHECK(provider_of(right).verdict == Verdict::satisfied);
  CHECK(provider_of(right).reason.find("scaled to 0") != std::string::npos);
}

TEST_CASE("A provider that hangs is replaced after the IP operator, if its next pod will start",
          "[stages][provider]")
{
  Observation seen = enabled();
  seen.provider.pod_ready = false;
  seen.provider.pod_waiting = "it does not answer on 8443/status";
  seen.provider.pod_node = seen.nodes.front().name;
  seen.provider.held = {.look = Look::seen};
  const StagePlan replaced = provider_of(seen);
  CHECK(replaced.verdict == Verdict::needed);
  CHECK(replaced.reason ==
        "akash-provider-0 runs and is not Ready: it does not answer on 8443/status");
  for (const char* step : {"provider/replace-pod", "provider/replaced", "provider/status"}) {
    CHECK(has_step(replaced, step));
  }
  CHECK_FALSE(has_step(replaced, "provider/upgrade"));

  seen.nodes.front().unschedulable = true; // the running pod would have no successor
  const StagePlan refused = provider_of(seen);
  REQUIRE(refused.problems.size() == 1);
  CHECK(refused.problems.front().id == "IPL-PRV-065");
  CHECK(refused.problems.front().saw.find("is cordoned") != std::string::npos);
}

TEST_CASE("What leaves the release with the upgrade stands in the plan", "[stages][provider]")
{
  Observation seen = fresh();
  const std::string values = seen.provider.release_values.value.reveal();
  seen.provider.release_values.value = Secret(values + "bidpricescript: IyEvYmlu\n");
  seen.provider.files = {{.path = "/p.yaml", .exists = true, .text = Secret(values)}};
  Settings want = wanted();
  want.provider.values_from.value = ValuesFrom::file;
  const std::vector<std::string> notes = provider_of(seen, want).notes;
  CHECK(std::ranges::any_of(notes, [](const std::string& note) {
    return note.starts_with("PRICES change with this upgrade: bidpricescript leaves the release");
  }));
}
