// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace iplease::stages {

// What a change leaves running as it was, and the steps that replace it: one place for the stages
// of enable and for the cures of `doctor --fix`.

/// The IP operator's workload as kubectl names it, its Service and the labels of its pods.
struct OperatorNames {
  std::string workload{};
  std::string service{};
  std::string selector{};
};
/// As they are; before there is one, as a chart of that version names them.
[[nodiscard]] OperatorNames operator_names(const Observation& seen,
                                           const std::string& chart_version = {});

/// Why the IP operator's pod has to be replaced after the plan's changes; empty: it need not be.
/// `readdress`: the plan gives it another address.
[[nodiscard]] std::string
why_restart_operator(const Observation& seen, const Settings& want, bool readdress);
[[nodiscard]] Step restart_operator(const Observation& seen,
                                    const Settings& want,
                                    const OperatorNames& names,
                                    const std::string& why);
/// A look at the pools at once, without a restart.
[[nodiscard]] std::vector<Step> refresh_operator(const Observation& seen, const Settings& want);
/// It runs, and /usage counts `total` addresses.
[[nodiscard]] std::vector<Step> operator_proof(const Observation& seen,
                                               const Settings& want,
                                               const OperatorNames& names,
                                               std::uint64_t total);

/// How the provider's pod gets what was changed.
enum class ProviderRestart {
  none,   ///< it has it, or the StatefulSet replaces it
  roll,   ///< the StatefulSet is told to replace it
  replace ///< it is deleted: a StatefulSet leaves a pod that is not Ready as it is
};
/// `upgrade`: Helm upgrades the release; `same_template`: and the pod's template stays the same.
[[nodiscard]] ProviderRestart
provider_restart(const Observation& seen, bool upgrade, bool same_template);
[[nodiscard]] Step roll_provider(const Observation& seen, const Settings& want);
/// The pod is deleted, and the new one has a node.
[[nodiscard]] std::vector<Step>
replace_provider(const Observation& seen, const Settings& want, const std::string& why);
/// The pod is of the newest revision, has that AKASH_IP_OPERATOR, and answers.
[[nodiscard]] std::vector<Step>
provider_proof(const Observation& seen, const Settings& want, const std::string& environment);
/// 8443/status answers.
[[nodiscard]] Step provider_answers(const Observation& seen, const Settings& want);

} // namespace iplease::stages
