// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/address_range.hpp>
#include <iplease/core/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

struct Observation;
struct PoolSeen;

/// IPAddressPool metallb-system/default, the pool that Akash counts; null: not seen.
[[nodiscard]] const PoolSeen* default_pool(const Observation& seen);

/// Faults of a pool. Problems stop the run; warnings are reported, and confirmed on a terminal.
struct PoolFindings {
  std::vector<Problem> problems{};
  std::vector<Problem> warnings{};
};

/// Turns MetalLB's refusal of one list entry into a Problem (IPL-POOL-001, exit 2). `name` leads
/// the message: "pool.addresses" or "--pool".
[[nodiscard]] Problem refused_entry(std::string_view text,
                                    const std::string& refusal,
                                    const std::string& name,
                                    const Place& place);

/// Checks the list by rules stricter than MetalLB's: refuses what MetalLB accepts silently but no
/// tenant could use. `places` has one place per entry, or is empty. Problems have exit 2.
[[nodiscard]] PoolFindings check_pool(const std::vector<AddressRange>& ranges,
                                      const std::vector<Place>& places = {},
                                      const std::string& name = "pool.addresses");

} // namespace iplease
