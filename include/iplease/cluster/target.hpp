// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/settings.hpp>

#include <string>
#include <vector>

namespace iplease {

/// Which programs are called and which cluster they are told to speak to. Kubeconfig and context
/// go on every call, so that a changed current context can never redirect a run.
struct Target {
  std::vector<std::string> kubectl{"kubectl"};
  std::vector<std::string> helm{"helm"};
  std::string kubeconfig{}; ///< empty: the tools' own default
  std::string context{};    ///< empty: the current one (only when no kubeconfig could be read)
  bool operator==(const Target&) const = default;
};

[[nodiscard]] Target target_of(const Observation& seen, const Settings& want);

} // namespace iplease
