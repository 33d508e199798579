// SPDX-License-Identifier: Apache-2.0
#include "managed.hpp"

#include <iplease/facts/managers.hpp>

#include "support.hpp"
#include <algorithm>

namespace iplease::stages {

namespace {

constexpr const char* k_risk = "IPL-CLU-091";

bool changes(const StagePlan& plan, const facts::Managed& what)
{
  return std::ranges::any_of(
      plan.steps, [&](const Step& step) { return writes(step) && step.id == what.step; });
}

} // namespace

StagePlan
ask_manager(StagePlan plan, std::string_view stage, const Observation& seen, const Settings& want)
{
  if (plan.verdict != Verdict::needed) {
    return plan;
  }
  const auto managed = facts::managed_objects(seen);
  std::vector<Problem> problems;
  for (const facts::Managed& one : managed.value) {
    if (one.stage != stage || !changes(plan, one)) {
      continue;
    }
    const std::string told = one.what + " is managed by " + one.by.engine;
    if (want.accepts(k_risk)) {
      plan.notes.push_back(told + ", which may put the change back; make it also " + one.by.where);
    } else {
      problems.push_back(
          {.id = k_risk,
           .what = told + ", which would put the change back",
           .saw = facts::to_text({one.evidence}),
           .fix = "make the change " + one.by.where + "; or agree: --accept-risk " + k_risk,
           .exit = ExitCode::blocked});
    }
  }
  return problems.empty() ? std::move(plan) : blocked(std::move(problems));
}

} // namespace iplease::stages
