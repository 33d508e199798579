// SPDX-License-Identifier: Apache-2.0
// Which nodes exist, and which are dead?
#pragma once

#include <iplease/core/diagnosis.hpp>
#include <iplease/facts/answer.hpp>

#include <string>
#include <vector>

namespace iplease::facts {

struct Nodes {
  std::vector<std::string> ready{};
  std::vector<std::string> dead{}; ///< condition Ready is not True
  bool operator==(const Nodes&) const = default;
};

[[nodiscard]] Answer<Nodes> nodes(const Observation& seen);

/// Addresses that this node announces, or announced within the last hour, by ServiceL2Status and
/// events nodeAssigned as far as they were read.
[[nodiscard]] std::vector<std::string>
announced_by(const std::string& node, const Observation& seen, const Diagnosis& more);

} // namespace iplease::facts
