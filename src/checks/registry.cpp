// SPDX-License-Identifier: Apache-2.0
#include "checks.hpp"

namespace iplease {

std::vector<Check> all_checks()
{
  std::vector<Check> all;
  for (auto* group : {checks::cluster_checks,
                      checks::provider_checks,
                      checks::metallb_checks,
                      checks::pool_checks,
                      checks::ip_operator_checks}) {
    const std::vector<Check> some = group();
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::vector<Finding> run_checks(const Observation& seen, const Settings& want, bool before)
{
  std::vector<Finding> findings;
  for (const Check& check : all_checks()) {
    if (before ? !check.before : !check.after) {
      continue;
    }
    Finding finding = check.run(seen, want);
    if (finding.id.empty()) {
      finding.id = check.id;
    }
    finding.check = check.title;
    if (finding.saw.empty() && finding.outcome != Outcome::ok) {
      finding.saw = check.reads;
    }
    if (finding.outcome == Outcome::fail && want.accepts(finding.id)) {
      finding.outcome = Outcome::warn;
      finding.what += " (risk accepted)";
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

Problem to_problem(const Finding& finding, ExitCode exit)
{
  return {.id = finding.id,
          .what = finding.what,
          .saw = finding.saw,
          .cause = finding.cause,
          .fix = finding.fix,
          .exit = exit};
}

} // namespace iplease
