// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/settings.hpp>

#include <optional>
#include <string>

namespace iplease {

/// What `resolve` uses besides the observation; empty: absent.
struct ResolveFacts {
  std::string from{};   ///< `from` of the values: a wallet address or the name of a key
  std::string domain{}; ///< `domain` of the values
  std::string where{};  ///< "/root/provider/provider.yaml", "values of the release"
  /// Pool `default` of a MetalLB of the ConfigMap era that has not been migrated yet.
  std::optional<PoolSeen> old_pool{};
  std::string old_pool_where{}; ///< "pool default of ConfigMap metallb"
  /// Why an installed MetalLB in the supported range is kept: Helm did not install it.
  std::string adopt_because{};
  std::string kube_proxy{}; ///< how it runs, in words; empty: not looked at
};

/// Fills what nobody gave from the observation, each value with its reason; defaults are marked as
/// such. Never changes what was given. Pure: the same input gives the same settings.
[[nodiscard]] Settings
resolve(Settings settings, const Observation& seen, const ResolveFacts& facts);

} // namespace iplease
