// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace iplease::stages {

// What keeps running with old settings after a change, and the steps that replace it: shared by the
// stages of enable and the cures of `doctor --fix`.

/// The IP operator's workload as kubectl names it, its Service and its pod labels.
struct OperatorNames {
  std::string workload{};
  std::string service{};
  std::string selector{};
};
/// The live names; if there is no IP operator, those of a chart of that version.
[[nodiscard]] OperatorNames operator_names(const Observation& seen,
                                           const std::string& chart_version = {});

/// Why the plan must replace the IP operator's pod; empty if it need not. `readdress`: the plan
/// gives it another address.
[[nodiscard]] std::string
why_restart_operator(const Observation& seen, const Settings& want, bool readdress);
[[nodiscard]] Step restart_operator(const Observation& seen,
                                    const Settings& want,
                                    const OperatorNames& names,
                                    const std::string& why);
/// Makes it look at the pools at once, without a restart.
[[nodiscard]] std::vector<Step> refresh_operator(const Observation& seen, const Settings& want);
/// Proves that it runs, and that /usage counts `total` addresses.
[[nodiscard]] std::vector<Step> operator_proof(const Observation& seen,
                                               const Settings& want,
                                               const OperatorNames& names,
                                               std::uint64_t total);

/// How the provider's pod gets the changes.
enum class ProviderRestart {
  none,   ///< it has them, or the StatefulSet replaces it
  roll,   ///< the StatefulSet is told to replace it
  replace ///< it is deleted: a StatefulSet does not replace a pod that is not Ready
};
/// `upgrade`: Helm upgrades the release; `same_template`: the pod's template stays the same.
[[nodiscard]] ProviderRestart
provider_restart(const Observation& seen, bool upgrade, bool same_template);
[[nodiscard]] Step roll_provider(const Observation& seen, const Settings& want);
/// Deletes the pod and waits until a new one exists.
[[nodiscard]] std::vector<Step>
replace_provider(const Observation& seen, const Settings& want, const std::string& why);
/// Proves that the pod is of the newest revision, has that AKASH_IP_OPERATOR, and answers.
[[nodiscard]] std::vector<Step>
provider_proof(const Observation& seen, const Settings& want, const std::string& environment);
/// Proves that 8443/status answers.
[[nodiscard]] Step provider_answers(const Observation& seen, const Settings& want);

} // namespace iplease::stages
