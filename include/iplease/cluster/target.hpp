// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/settings.hpp>

#include <string>
#include <vector>

namespace iplease {

/// Which programs to call, and for which cluster. Every call gets kubeconfig and context, so a
/// change of the current context never redirects a run.
struct Target {
  std::vector<std::string> kubectl{"kubectl"};
  std::vector<std::string> helm{"helm"};
  std::string kubeconfig{}; ///< empty: the tools' own default
  std::string context{};    ///< empty: the current one (only if no kubeconfig could be read)
  bool operator==(const Target&) const = default;
};

[[nodiscard]] Target target_of(const Observation& seen, const Settings& want);

} // namespace iplease
