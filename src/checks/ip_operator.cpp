// SPDX-License-Identifier: Apache-2.0
#include <iplease/stages/values.hpp>

#include "checks.hpp"

namespace iplease::checks {

namespace {

Finding chart_matches(const Observation& seen, const Settings& want)
{
  if (!seen.provider.release.found()) {
    return not_applicable("no provider release");
  }
  const Seen<std::string>& chart = seen.ip_operator.chart_version;
  if (chart.look == Look::not_looked || want.ip_operator_chart_version.value != "auto") {
    return ok("nothing to choose");
  }
  if (const auto problem = operator_chart_problem(seen, want)) {
    return with_id(problem->id, fail(problem->what, problem->saw, problem->fix));
  }
  if (chart.look == Look::unreachable) {
    const Problem problem = silent_repository(want.repositories.akash.value, chart.why);
    return with_id(problem.id, fail(problem.what, problem.saw));
  }
  const std::string& older = seen.ip_operator.chart_app_version;
  return ok("akash-ip-operator " + chart.value + " has appVersion " +
            (older.empty() ? seen.provider.release.value.app_version : older));
}

} // namespace

std::vector<Check> ip_operator_checks()
{
  return {with_ids({"IPL-IPO-001",
                    "IP operator chart",
                    "index of the Akash chart repository",
                    true,
                    false,
                    ExitCode::blocked,
                    chart_matches},
                   {"IPL-HELM-054"})};
}

} // namespace iplease::checks
