// SPDX-License-Identifier: Apache-2.0
#include <iplease/checks/check.hpp>
#include <iplease/core/pool_rules.hpp>
#include <iplease/stages/undo.hpp>
#include <iplease/stages/verify.hpp>

#include "pool.hpp"
#include "subjects.hpp"
#include "support.hpp"
#include "undo.hpp"
#include <algorithm>
#include <array>
#include <iterator>

namespace iplease {

using UndoDone = std::span<const StagePlan>;

#define UNDO(name, id, title) StagePlan undo_##name(const Observation&, const Settings&, UndoDone);
#include "undo.def"
#undef UNDO

StagePlan undo_verify(const Observation& seen, const Settings& want, UndoDone)
{
  if (!seen.verify_service.found()) {
    return stages::satisfied("no Service of a verification is there");
  }
  return {.verdict = Verdict::needed,
          .reason = "the Service of an earlier verification is still there",
          .change = "delete",
          .steps = {remove_leftover(seen, want)}};
}

std::span<const Stage> undo_registry()
{
  static constexpr std::array all{
#define UNDO(name, id, title) Stage{id, title, undo_##name},
#include "undo.def"
#undef UNDO
  };
  return all;
}

namespace {

using namespace stages;

/// What must hold before anything is written: those checks of enable that do not concern IP leases.
constexpr std::string_view k_undo_checks[] = {"IPL-CLU-001",
                                              "IPL-CLU-002",
                                              "IPL-CLU-003",
                                              "IPL-CLU-004",
                                              "IPL-CLU-005",
                                              "IPL-CLU-080",
                                              "IPL-RUN-004"};

/// "namespace/name (address)" of every Service, except the verification's, that holds an address of
/// pool default.
std::vector<std::string> leases_in_use(const Observation& seen)
{
  std::vector<std::string> used;
  const PoolSeen* pool = default_pool(seen);
  const auto ranges = pool == nullptr ? std::vector<AddressRange>{} : parsed(pool->addresses);
  for (const ServiceSeen& service : seen.load_balancers) {
    if (service.name.starts_with(k_verify_service)) {
      continue;
    }
    for (const std::string& address : service.addresses) {
      if (inside(ranges, address)) {
        used.push_back(service.name_space + "/" + service.name + " (" + address + ")");
        break;
      }
    }
  }
  return used;
}

std::optional<Problem> leases_problem(const std::vector<std::string>& used, const Settings& want)
{
  const std::string risk = "undo.leases=" + std::to_string(used.size());
  if (used.empty() || want.accepts(risk)) {
    return std::nullopt;
  }
  std::string saw;
  for (const std::string& one : used) {
    saw += (saw.empty() ? "" : "\n") + one;
  }
  return Problem{.id = "IPL-RUN-030",
                 .what = std::to_string(used.size()) +
                         (used.size() == 1 ? " Service holds" : " Services hold") +
                         " an address of pool default",
                 .saw = saw,
                 .fix =
                     "wait until these leases are closed; or agree that they lose their addresses: "
                     "--accept-risk " +
                     risk,
                 .exit = ExitCode::blocked};
}

StagePlan undo_preflight(const Observation& seen, const Settings& want, const Plan& plan)
{
  StagePlan stage{.stage = "preflight", .verdict = Verdict::satisfied};
  const std::vector<Check> checks = all_checks();
  for (const Finding& finding : run_checks(seen, want, true)) {
    const auto check = std::ranges::find(checks, finding.check, &Check::title);
    if (finding.outcome == Outcome::fail && check != checks.end() &&
        std::ranges::count(k_undo_checks, check->id) > 0) {
      stage.problems.push_back(to_problem(finding, check->exit));
    }
  }
  const std::vector<std::string> used = leases_in_use(seen);
  const bool verify_alone = plan.stages.size() == 1 && plan.stages.front().stage == "verify";
  if (plan.changes() && !verify_alone) {
    if (auto leases = leases_problem(used, want)) {
      stage.problems.push_back(*std::move(leases));
    }
  }
  stage.reason = "addresses in use: " + std::to_string(used.size());
  if (!stage.problems.empty()) {
    stage.verdict = Verdict::blocked;
    stage.reason = stage.problems.front().what;
  }
  return stage;
}

/// Without a journal: an object whose only field manager is iplease was made by it and changed by
/// nobody.
std::map<std::string, MadeSeen> made_by_marks(const Observation& seen)
{
  std::map<std::string, MadeSeen> made;
  for (const auto& [subject, writers] : seen.undo.writers) {
    if (writers == std::vector<std::string>{"iplease"}) {
      const bool advertisement = subject.starts_with("advertisement/");
      made[subject] = {.before = advertisement ? "not advertised" : "absent",
                       .expect = {subject_state(seen, subject)}};
    }
  }
  return made;
}

std::vector<Stage> stages_up_to(const std::string& stage)
{
  std::vector<Stage> chosen;
  for (const Stage& one : undo_registry()) {
    if (stage == "verify" && one.id != stage) {
      continue;
    }
    chosen.push_back(one);
    if (one.id == stage) {
      break;
    }
  }
  return chosen;
}

} // namespace

Plan plan_undo(const Observation& seen, const Settings& want, const std::string& stage)
{
  Observation told = seen;
  if (!seen.memory.enabled) {
    told.memory.made = made_by_marks(seen);
  }
  Plan plan = make_plan(stages_up_to(stage), told, want, "undo");
  plan.stages.insert(plan.stages.begin(), undo_preflight(seen, want, plan));
  return plan;
}

std::vector<std::string> kept_by(const Plan& plan)
{
  std::vector<std::string> kept;
  for (const StagePlan& stage : plan.stages) {
    kept.insert(kept.end(), stage.kept.begin(), stage.kept.end());
  }
  return kept;
}

} // namespace iplease
