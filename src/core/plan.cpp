// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/reads.hpp>
#include <iplease/core/settings.hpp>

#include <algorithm>
#include <optional>

namespace iplease {

namespace {

/// Adds the debt of a verification to the first writing step; a passed verification pays it.
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

struct Bound {
  std::chrono::seconds limit;

  void operator()(Run& run) const
  {
    shorten(run.command.timeout);
    shorten(run.retry_limit);
    bound(run.watch);
  }
  void operator()(WaitUntil& wait) const
  {
    shorten(wait.probe.timeout);
    shorten(wait.limit);
    bound(wait.watch);
  }
  void operator()(HttpGet& get) const { shorten(get.timeout); }
  void operator()(FileWrite& /*file*/) const {}

private:
  void shorten(std::chrono::seconds& time) const { time = std::min(time, limit); }
  void bound(std::optional<Command>& watch) const
  {
    if (watch) {
      shorten(watch->timeout);
    }
  }
};

/// `--timeout STAGE=5m` limits everything the stage runs, not only its waits. Without it nothing is
/// limited here: a Kubespray play has its own limit.
void bound_by_timeout(StagePlan& stage, const Settings& want)
{
  const auto given = want.timeouts.find(stage.stage);
  if (given == want.timeouts.end()) {
    return;
  }
  for (Step& step : stage.steps) {
    std::visit(Bound{given->second.value}, step.action);
  }
}

} // namespace

namespace {

/// Blocks a stage that would create something just because it could not be read.
std::optional<StagePlan> blind(std::span<const FactRead> facts, std::string_view stage)
{
  for (const FactRead& fact : facts) {
    if (fact.unread() && std::ranges::find(fact.stages, stage) != fact.stages.end()) {
      return StagePlan{.verdict = Verdict::blocked,
                       .reason = std::string(fact.what) + " could not be read: " +
                                 (fact.why.empty() ? "no answer" : std::string(fact.why))};
    }
  }
  return std::nullopt;
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

Plan make_plan(std::span<const Stage> stages,
               const Observation& seen,
               const Settings& want,
               std::string command)
{
  Plan plan{.command = std::move(command)};
  plan.stages.reserve(stages.size());
  const std::vector<FactRead> facts = facts_read(seen);
  for (const Stage& stage : stages) {
    std::optional<StagePlan> not_planned = blind(facts, stage.id);
    StagePlan made = not_planned ? *std::move(not_planned) : stage.plan(seen, want, plan.stages);
    made.stage = stage.id;
    bound_by_timeout(made, want);
    plan.stages.push_back(std::move(made));
  }
  if (plan.command == "enable") {
    owe_verification(plan);
  }
  return plan;
}

} // namespace iplease
