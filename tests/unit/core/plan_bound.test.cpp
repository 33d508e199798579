// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <catch2/catch.hpp>

#include <array>

using namespace iplease;
using namespace std::chrono_literals;

namespace {

/// Stands in for a stage: one step of each kind, each with its longest timeout.
StagePlan slow(const Observation& /*seen*/, const Settings& /*want*/, std::span<const StagePlan>)
{
  const Command command{.argv = {"kubectl"}, .timeout = 90s};
  StagePlan plan{.verdict = Verdict::needed};
  plan.steps = {
      {.id = "run", .action = Run{.command = command, .retry_limit = 100s, .watch = command}},
      {.id = "wait",
       .action = WaitUntil{.probe = command, .pattern = "x", .limit = 100s, .watch = command}},
      {.id = "get", .action = HttpGet{.url = "https://192.0.2.1", .timeout = 100s}},
      {.id = "file", .action = FileWrite{}}};
  return plan;
}

std::vector<std::chrono::seconds> times(const StagePlan& plan)
{
  const auto& run = std::get<Run>(plan.steps.at(0).action);
  const auto& wait = std::get<WaitUntil>(plan.steps.at(1).action);
  return {run.command.timeout,
          run.retry_limit,
          run.watch.value().timeout,
          wait.probe.timeout,
          wait.limit,
          wait.watch.value().timeout,
          std::get<HttpGet>(plan.steps.at(2).action).timeout};
}

} // namespace

TEST_CASE("A timeout bounds every command of its stage, and of no other", "[core][plan]")
{
  const std::array<Stage, 2> stages{Stage{.id = "pool", .title = "", .plan = slow},
                                    Stage{.id = "verify", .title = "", .plan = slow}};
  Settings want;
  const Plan free = make_plan(stages, {}, want);
  CHECK(times(free.stages.at(0)) ==
        std::vector<std::chrono::seconds>{90s, 100s, 90s, 90s, 100s, 90s, 100s});
  want.timeouts["pool"] = {.value = 7s, .from = From::flag};
  const Plan bound = make_plan(stages, {}, want);
  CHECK(times(bound.stages.at(0)) == std::vector<std::chrono::seconds>(7, 7s));
  CHECK(times(bound.stages.at(1)) == times(free.stages.at(1)));
}
