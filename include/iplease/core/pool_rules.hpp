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

/// MetalLB's pool that Akash counts, IPAddressPool metallb-system/default; null: it was not seen.
[[nodiscard]] const PoolSeen* default_pool(const Observation& seen);

/// What is wrong with a pool. Problems stop; warnings are told, and asked about on a terminal.
struct PoolFindings {
  std::vector<Problem> problems{};
  std::vector<Problem> warnings{};
};

/// One entry of a list as it was written, with MetalLB's refusal turned into a Problem
/// (IPL-POOL-001, exit 2). `name` leads the message: "pool.addresses" or "--pool".
[[nodiscard]] Problem refused_entry(std::string_view text,
                                    const std::string& refusal,
                                    const std::string& name,
                                    const Place& place);

/// Our rules on top of MetalLB's, for the list alone: nothing that MetalLB would take silently
/// and that no tenant could use. `places` holds one place per entry, or is empty. Exit 2.
[[nodiscard]] PoolFindings check_pool(const std::vector<AddressRange>& ranges,
                                      const std::vector<Place>& places = {},
                                      const std::string& name = "pool.addresses");

} // namespace iplease
