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

/// The chart version that stage provider brings: the one that was asked for, else the installed.
[[nodiscard]] std::string wanted_provider_chart(const Observation& seen, const Settings& want);
/// Whether stage provider has to run helm: for the values, for the chart, or because the release's
/// last revision is not deployed.
[[nodiscard]] bool
needs_upgrade(const Observation& seen, const Settings& want, const ValuesDecision& values);
/// The upgrade of stage provider, with the whole values file; also what an operator types.
[[nodiscard]] Command
provider_upgrade(const Observation& seen, const Settings& want, const std::string& values_file);
/// IPL-HELM-054: a chart repository that gives no answer, named.
[[nodiscard]] Problem silent_repository(const std::string& repository, const std::string& why);
/// IPL-PRV-005: why the upgrade that is needed would be refused, as far as it was tried; or why
/// helm could not even render it.
[[nodiscard]] std::optional<Problem>
upgrade_refusal(const Observation& seen, const Settings& want, const ValuesDecision& values);

/// IPL-HELM-054, or IPL-IPO-001: no chart of the IP operator fits the provider. Where an older one
/// may do it is named as a risk, which falls away once it is accepted or that chart is installed.
[[nodiscard]] std::optional<Problem> operator_chart_problem(const Observation& seen,
                                                            const Settings& want);

} // namespace iplease
