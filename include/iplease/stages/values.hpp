// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/facts/provider_values.hpp>

#include <optional>
#include <string>

namespace iplease {

/// The chart version for stage provider: the given one, else the installed one.
[[nodiscard]] std::string wanted_provider_chart(const Observation& seen, const Settings& want);
/// Whether stage provider must run helm: for the values, for the chart, or because the last
/// revision is not deployed.
[[nodiscard]] bool
needs_upgrade(const Observation& seen, const Settings& want, const ValuesDecision& values);
/// The upgrade of stage provider, with the whole values file; also shown for the operator to type.
[[nodiscard]] Command
provider_upgrade(const Observation& seen, const Settings& want, const std::string& values_file);
/// IPL-HELM-054: names a chart repository that does not answer.
[[nodiscard]] Problem silent_repository(const std::string& repository, const std::string& why);
/// IPL-PRV-005: why the server would refuse the needed upgrade, as far as it was tried, or why helm
/// could not render it.
[[nodiscard]] std::optional<Problem>
upgrade_refusal(const Observation& seen, const Settings& want, const ValuesDecision& values);

/// IPL-HELM-054, or IPL-IPO-001: no chart of the IP operator fits the provider. Names an older
/// chart that may do as a risk, until that is accepted or the chart is installed.
[[nodiscard]] std::optional<Problem> operator_chart_problem(const Observation& seen,
                                                            const Settings& want);

} // namespace iplease
