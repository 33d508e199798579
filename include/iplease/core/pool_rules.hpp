// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/address_range.hpp>
#include <iplease/core/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

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

/// A thing of the cluster that owns an address, or a range of them.
struct NamedAddress {
  std::string name{};
  std::string address{}; ///< an address, or a range as `parse_range` takes it; others are skipped
};

/// What of the cluster a pool must keep clear of.
struct PoolSurroundings {
  std::vector<NamedAddress> nodes{};      ///< InternalIP and ExternalIP, by node
  std::vector<NamedAddress> pod_ranges{}; ///< podCIDRs, by node
  std::vector<NamedAddress>
      services{};                    ///< service ranges, or cluster IPs where only those are known
  std::vector<NamedAddress> pools{}; ///< entries of other MetalLB pools, by pool
  std::vector<NamedAddress> gateways{}; ///< default gateways, where known
};

/// The list against the cluster (exit 3). A node's address in the pool (IPL-POOL-031) is a risk
/// that `acceptRisk` may name; the others have no such way out.
[[nodiscard]] std::vector<Problem> check_pool_against(const std::vector<AddressRange>& ranges,
                                                      const PoolSurroundings& around);

} // namespace iplease
