// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/settings.hpp>

#include <string>

namespace iplease {

/// The scalars of the provider's values that settings are taken from; empty: not there.
struct ProviderFacts {
  std::string from{};   ///< `from`: the wallet address, or the name of a key
  std::string domain{}; ///< `domain`
};

/// Fills what nobody gave from what was seen, each with its reason; a default says that it is
/// one. What was given is never touched. Pure: the same input gives the same settings.
[[nodiscard]] Settings
resolve(Settings settings, const Observation& seen, const ProviderFacts& facts);

} // namespace iplease
