// SPDX-License-Identifier: Apache-2.0
#include <iplease/checks/cures.hpp>
#include <iplease/cluster/kubectl.hpp>
#include <iplease/core/catalogue.hpp>

#include "../stages/legacy.hpp"
#include "../stages/pool.hpp"
#include "../stages/restarts.hpp"
#include "../stages/successor.hpp"
#include "../stages/support.hpp"
#include "cure_table.hpp"
#include "health.hpp"
#include <algorithm>
#include <iterator>

namespace iplease {

namespace {

using namespace stages;
using checks::operator_answers;

/// The live pool, unless the plan has stage pool: --fix does not apply other settings.
std::uint64_t total_of(const Facts& facts, bool pool_changes)
{
  const std::optional<PoolSeen> pool = stages::pool_in_force(facts.seen);
  return !pool || pool_changes ? pool_count(facts.want)
                               : count(parsed(pool->addresses), pool->avoid_buggy_ips);
}

bool is_found(const Finding& finding)
{
  return finding.outcome == Outcome::fail || finding.outcome == Outcome::warn;
}

/// What a cure must not build on: a fault, or something that could not be looked at.
bool is_unclear(const Finding& finding)
{
  return (is_found(finding) && !finding.accepted) || finding.outcome == Outcome::could_not_look;
}

/// The cures of this finding here; none if only people can fix it.
CureSet cures_of(const Finding& finding, const Facts& facts)
{
  // The Deployment of a deployed release was deleted by hand: only Helm restores it.
  const bool by_helm = finding.id == "IPL-IPO-010" && facts.seen.ip_operator.release.found();
  // The provider's upgrade turns IP leases on. Without an IP operator it would wait forever.
  const bool too_early = finding.id == "IPL-PRV-002" && !facts.seen.ip_operator.deployment.found();
  return by_helm || too_early || finding.accepted ? CureSet{} : row_of(finding.id).cured_by;
}

/// Adds what the cures entail: a program that looked while the path was broken does not look again.
CureSet with_what_follows(CureSet cures, const Facts& facts)
{
  const bool way_mended = cures.has(Cure::label_namespace) || cures.has(Cure::expose) ||
                          cures.has(Cure::make_leases) || cures.has(Cure::install_operator);
  const bool readdress = cures.has(Cure::install_operator);
  if (way_mended && !why_restart_operator(facts.seen, facts.want, readdress).empty()) {
    cures.add(CureSet{Cure::restart_operator});
  }
  if (cures.has(Cure::pool) && operator_answers(facts.seen)) {
    cures.add(CureSet{Cure::refresh_operator}); // it must see the new pool
  }
  return cures;
}

/// Why a pod may not be deleted although no finding forbids it.
std::vector<std::string> unproven(Cure cure, const Facts& facts)
{
  if (cure != Cure::replace_provider) {
    return {};
  }
  const Observation& seen = facts.seen;
  // A pod that does not run can only improve, once what it needs exists.
  return checks::pod_runs(seen)
             ? provider_start_doubts(seen)
             : incomplete_objects(seen.provider.stateful_set.value, seen.provider.held);
}

/// Decides which wanted cures may run, in their order. A finding that an earlier cure fixes does
/// not forbid a later one.
class Judge {
public:
  Judge(const Facts& facts, const std::vector<Finding>& all)
      : m_facts(facts),
        m_all(all)
  {
  }

  void decide(CureSet wanted)
  {
    for (const CureWords& one : all_cures()) {
      if (!wanted.has(one.cure)) {
        continue;
      }
      std::vector<std::string> why = against(one.cure);
      if (why.empty()) {
        why = unproven(one.cure, m_facts);
      }
      if (why.empty()) {
        m_allowed.add(CureSet{one.cure});
      } else {
        m_why[one.cure] = std::move(why);
      }
    }
  }

  /// The first cure of the set that is not allowed, and why.
  [[nodiscard]] std::optional<HeldCure> held(CureSet cures) const
  {
    for (const auto& [cure, why] : m_why) {
      if (cures.has(cure)) {
        return HeldCure{.cure = std::string(words_of(cure).words), .why = why};
      }
    }
    return std::nullopt;
  }

private:
  [[nodiscard]] std::vector<std::string> against(Cure cure) const
  {
    std::vector<std::string> ids;
    for (const Finding& finding : m_all) {
      const CureRow row = row_of(finding.id);
      if (!is_unclear(finding) || !row.forbids.has(cure)) {
        continue;
      }
      const CureSet cured = cures_of(finding, m_facts);
      const CureSet whole = with_what_follows(cured, m_facts).without(cure);
      const bool before = is_found(finding) && !cured.empty() && m_allowed.covers(whole);
      if (!cured.has(cure) && !before && std::ranges::find(ids, finding.id) == ids.end()) {
        ids.push_back(finding.id);
      }
    }
    return ids;
  }

  const Facts& m_facts;
  const std::vector<Finding>& m_all;
  CureSet m_allowed{};
  std::map<Cure, std::vector<std::string>> m_why{};
};

/// Adds a stage, or appends its steps to the stage of the same name.
void add_stage(Plan& plan, StagePlan stage)
{
  const auto at = std::ranges::find(plan.stages, stage.stage, &StagePlan::stage);
  if (at == plan.stages.end()) {
    plan.stages.push_back(std::move(stage));
    return;
  }
  at->steps.insert(at->steps.end(),
                   std::make_move_iterator(stage.steps.begin()),
                   std::make_move_iterator(stage.steps.end()));
}

StagePlan change(std::string stage, std::string reason, std::vector<Step> steps)
{
  StagePlan plan{.stage = std::move(stage),
                 .verdict = Verdict::needed,
                 .reason = std::move(reason),
                 .change = "change"};
  plan.steps = std::move(steps);
  return plan;
}

Step lease_namespace(const Facts& facts)
{
  return {.id = "namespace/lease",
          .reason = "the IP operator ends at its start without it",
          .action = Run{.command = kubectl(target_of(facts.seen, facts.want),
                                           {"create", "namespace", "lease"})}};
}

void append(std::vector<Step>& steps, std::vector<Step> more)
{
  std::ranges::move(more, std::back_inserter(steps));
}

/// The IP operator's part: what enable installs, what makes a running one see it, and the proof,
/// which counts the pool as --fix leaves it.
void add_operator(Plan& plan, const Facts& facts, const StagePlan* stage, CureSet cures)
{
  const bool installs = cures.has(Cure::install_operator) && stage != nullptr;
  const bool restarts = cures.has(Cure::restart_operator);
  if (installs && stage->verdict == Verdict::blocked) {
    add_stage(plan, *stage);
    return;
  }
  StagePlan own =
      change("ip-operator", "an IP operator that hangs never looks again by itself", {});
  if (installs) {
    own = *stage;
    std::erase_if(own.steps, [](const Step& step) {
      return step.id != "ip-operator/install" && step.id != "ip-operator/heal";
    });
  } else if (!restarts && !cures.has(Cure::refresh_operator)) {
    return;
  }
  const OperatorNames names = operator_names(facts.seen);
  if (restarts) {
    const std::string why = why_restart_operator(facts.seen, facts.want, installs);
    own.steps.push_back(restart_operator(
        facts.seen, facts.want, names, why.empty() ? "an IP operator that hangs goes on so" : why));
  } else if (cures.has(Cure::refresh_operator)) {
    own.reason = "the IP operator looks at the pool every 10 minutes only";
    append(own.steps, refresh_operator(facts.seen, facts.want));
  }
  const std::uint64_t total = total_of(facts, cures.has(Cure::pool));
  append(own.steps, operator_proof(facts.seen, facts.want, names, total));
  add_stage(plan, std::move(own));
}

bool is_taken(const std::string& stage, CureSet cures)
{
  return std::ranges::any_of(all_cures(), [&](const CureWords& one) {
    return cures.has(one.cure) &&
           (" " + std::string(one.stages) + " ").find(" " + stage + " ") != std::string::npos;
  });
}

void add_cures(Plan& plan, const Facts& facts, const Plan& enable, CureSet cures)
{
  if (cures.has(Cure::make_leases)) {
    StagePlan made = change("namespace", "namespace lease not found", {lease_namespace(facts)});
    made.change = "create";
    add_stage(plan, std::move(made));
  }
  for (const StagePlan& stage : enable.stages) {
    if (stage.stage == "ip-operator") {
      add_operator(plan, facts, &stage, cures);
    } else if (stage.verdict != Verdict::satisfied && is_taken(stage.stage, cures)) {
      add_stage(plan, stage);
    }
    if (stage.stage == "provider" && cures.has(Cure::replace_provider)) {
      std::vector<Step> steps = replace_provider(
          facts.seen, facts.want, "leases stay, bidding pauses for about a minute");
      steps.push_back(provider_answers(facts.seen, facts.want));
      add_stage(plan,
                change("provider",
                       "a provider that hangs, or an older pod, goes on so until it is replaced",
                       std::move(steps)));
    }
  }
}

/// A change owes a verification. If faults are left it would only fail, so it stays owed until they
/// are cured.
void add_verification(Cures& out, const Facts& facts)
{
  for (const Stage& stage : registry()) {
    if (stage.id == "verify" && out.left.empty() && out.plan.changes()) {
      StagePlan plan = stage.plan(facts.seen, facts.want, out.plan.stages);
      plan.stage = stage.id;
      out.plan.stages.push_back(std::move(plan));
    }
  }
}

} // namespace

bool is_curable(std::string_view id)
{
  return !row_of(id).cured_by.empty();
}

Cures plan_cures(const Facts& facts,
                 const Plan& enable,
                 const std::vector<Finding>& findings,
                 const std::vector<Finding>& all)
{
  Cures out;
  CureSet wanted;
  for (const Finding& finding : findings) {
    if (is_found(finding)) {
      wanted.add(with_what_follows(cures_of(finding, facts), facts));
    }
  }
  Judge judge(facts, all);
  judge.decide(wanted);
  CureSet done;
  for (const Finding& finding : findings) {
    if (!is_found(finding)) {
      continue;
    }
    const CureSet cures = with_what_follows(cures_of(finding, facts), facts);
    std::optional<HeldCure> held = judge.held(cures);
    if (cures.empty() || held) {
      out.left.push_back(finding);
    } else {
      done.add(cures);
    }
    if (held) {
      held->id = finding.id;
      out.held.push_back(std::move(*held));
    }
  }
  add_cures(out.plan, facts, enable, done);
  add_verification(out, facts);
  return out;
}

std::string held_words(const HeldCure& held)
{
  std::string why;
  for (const std::string& one : held.why) {
    why += (why.empty() ? "" : "; ") + one;
  }
  return "to " + held.cure + " would do harm now: " + why;
}

void tell_held(std::vector<Finding>& findings, const Cures& cures)
{
  for (const HeldCure& held : cures.held) {
    for (Finding& finding : findings) {
      if (finding.id == held.id && is_found(finding)) {
        const std::string fix = with_catalogue(to_problem(finding, ExitCode::not_verified)).fix;
        finding.fix = "not yet: " + held_words(held) + ". Cure that first, then: " + fix;
      }
    }
  }
}

} // namespace iplease
