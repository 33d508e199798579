// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace iplease {

/// What a child in another folder needs so that the operator's relative paths mean there what they
/// mean in ours.
struct Elsewhere {
  std::string program{};                  ///< where `program` was found from here
  std::vector<std::string> environment{}; ///< NAME=VALUE, ours with absolute paths
};

[[nodiscard]] Elsewhere from_here(const std::string& program);

} // namespace iplease
