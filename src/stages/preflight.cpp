// SPDX-License-Identifier: Apache-2.0
#include <iplease/checks/check.hpp>

#include "support.hpp"

namespace iplease {

StagePlan plan_preflight(const Observation& seen, const Settings& want, std::span<const StagePlan>)
{
  StagePlan plan{.verdict = Verdict::satisfied};
  int warnings = 0;
  const std::vector<Check> checks = all_checks();
  const std::vector<Finding> findings = run_checks(seen, want, true);
  for (const Finding& finding : findings) {
    if (finding.outcome == Outcome::warn || finding.outcome == Outcome::could_not_look) {
      ++warnings;
      plan.notes.push_back(finding.id + ": " + finding.what);
    }
    if (finding.outcome != Outcome::fail) {
      continue;
    }
    for (const Check& check : checks) {
      if (check.title == finding.check) {
        plan.problems.push_back(to_problem(finding, check.exit));
      }
    }
  }
  plan.reason = std::to_string(findings.size()) + " checks, " + std::to_string(warnings) +
                (warnings == 1 ? " warning" : " warnings");
  if (!plan.problems.empty()) {
    plan.verdict = Verdict::blocked;
    plan.reason = plan.problems.front().what;
  }
  return plan;
}

} // namespace iplease
