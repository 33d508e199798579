// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/settings.hpp>

#include <optional>
#include <string>

namespace iplease {

/// What settings are taken from beside the observation; empty: not there.
struct ResolveFacts {
  std::string from{};   ///< `from`: the wallet address, or the name of a key
  std::string domain{}; ///< `domain`
  std::string where{};  ///< "/root/provider/provider.yaml", "values of the release"
  /// Pool `default` of a MetalLB of the ConfigMap era that is yet to be migrated.
  std::optional<PoolSeen> old_pool{};
  std::string old_pool_where{}; ///< "pool default of ConfigMap metallb"
  /// Why an installed MetalLB in range is kept as it is: Helm did not install it.
  std::string adopt_because{};
  std::string kube_proxy{}; ///< how it runs, in words; empty: it was not looked at
};

/// Fills what nobody gave from what was seen, each with its reason; a default says that it is
/// one. What was given is never touched. Pure: the same input gives the same settings.
[[nodiscard]] Settings
resolve(Settings settings, const Observation& seen, const ResolveFacts& facts);

} // namespace iplease
