// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/address_range.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/yaml/emit.hpp>

#include <string>
#include <vector>

namespace iplease::stages {

/// The live IPAddressPool `default`; nullptr when there is none.
[[nodiscard]] const PoolSeen* default_pool(const Observation& seen);
/// Whether any L2Advertisement covers pool `default`.
[[nodiscard]] bool default_is_advertised(const Observation& seen);
/// Live entries that parse; MetalLB let none through that does not.
[[nodiscard]] std::vector<AddressRange> parsed(const std::vector<std::string>& texts);
[[nodiscard]] bool inside(const std::vector<AddressRange>& ranges, const std::string& address);
/// Whether two lists hold the same addresses, however they are written.
[[nodiscard]] bool same_addresses(const std::vector<AddressRange>& one,
                                  const std::vector<AddressRange>& other);

} // namespace iplease::stages
