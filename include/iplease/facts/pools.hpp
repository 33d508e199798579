// SPDX-License-Identifier: Apache-2.0
// Which pools are there, or will be?
#pragma once

#include <iplease/facts/answer.hpp>

#include <string>
#include <vector>

namespace iplease::facts {

/// A pool beside `default`, wherever it stands.
struct OtherPool {
  std::string name{};
  std::vector<std::string> addresses{};
  bool auto_assign = true;
  std::string where{};   ///< "", "of ConfigMap config", "of the inventory (VARIABLE)"
  std::string to_free{}; ///< how its addresses become pool default's; empty: as for a live one
  bool operator==(const OtherPool&) const = default;
};

/// Live ones, those of the ConfigMap that a MetalLB before 0.13 reads, and those that Kubespray's
/// play will make. A pool that is live and in the inventory is named once, as live.
[[nodiscard]] Answer<std::vector<OtherPool>> other_pools(const Observation& seen);

} // namespace iplease::facts
