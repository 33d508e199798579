// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace iplease {

/// What a child in another folder needs so that the operator's relative paths keep their meaning.
struct Elsewhere {
  std::string program{};                  ///< its path, found from this folder
  std::vector<std::string> environment{}; ///< NAME=VALUE of this process, with absolute paths
};

[[nodiscard]] Elsewhere from_here(const std::string& program);

} // namespace iplease
