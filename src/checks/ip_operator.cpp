// SPDX-License-Identifier: Apache-2.0
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
  if (chart.look == Look::unreachable) {
    return with_id("IPL-HELM-054", fail("the Akash chart repository does not answer", chart.why));
  }
  if (!chart.found() || chart.value.empty()) {
    return fail("no akash-ip-operator chart has the provider's appVersion " +
                    seen.provider.release.value.app_version,
                chart.why);
  }
  return ok("akash-ip-operator " + chart.value + " has appVersion " +
            seen.provider.release.value.app_version);
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
