// SPDX-License-Identifier: Apache-2.0
// Which pools exist, or will exist?
#pragma once

#include <iplease/facts/answer.hpp>

#include <string>
#include <vector>

namespace iplease::facts {

/// A pool other than `default`, from any source.
struct OtherPool {
  std::string name{};
  std::vector<std::string> addresses{};
  bool auto_assign = true;
  std::string where{};   ///< "", "of ConfigMap config", "of the inventory (VARIABLE)"
  std::string to_free{}; ///< how to move its addresses to pool default; empty: as for a live pool
  bool operator==(const OtherPool&) const = default;
};

/// Live pools, those in the ConfigMap of a MetalLB before 0.13, and those that Kubespray's play
/// will make. A pool that is both live and in the inventory appears once, as live.
[[nodiscard]] Answer<std::vector<OtherPool>> other_pools(const Observation& seen);

} // namespace iplease::facts
