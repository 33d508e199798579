// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <algorithm>

namespace iplease {

namespace {

/// From the first writing intent on, a verification is owed until one passes.
void owe_verification(Plan& plan)
{
  for (StagePlan& stage : plan.stages) {
    if (stage.stage == "verify") {
      return;
    }
    for (Step& step : stage.steps) {
      if (writes(step)) {
        step.owes.push_back(
            {.id = "verify", .until = "a temporary Service got an address and answered"});
        return;
      }
    }
  }
}

} // namespace

bool Plan::blocked() const
{
  return std::any_of(stages.begin(), stages.end(), [](const StagePlan& stage) {
    return stage.verdict == Verdict::blocked;
  });
}

bool Plan::changes() const
{
  return std::any_of(stages.begin(), stages.end(), [](const StagePlan& stage) {
    return std::any_of(stage.steps.begin(), stage.steps.end(), writes);
  });
}

Plan make_plan(std::span<const Stage> stages, const Observation& seen, const Settings& want)
{
  Plan plan;
  plan.stages.reserve(stages.size());
  for (const Stage& stage : stages) {
    StagePlan made = stage.plan(seen, want, plan.stages);
    made.stage = stage.id;
    plan.stages.push_back(std::move(made));
  }
  owe_verification(plan);
  return plan;
}

} // namespace iplease
