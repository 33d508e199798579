// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/secret.hpp>

#include <optional>
#include <string>
#include <vector>

namespace iplease::stages {

/// A values file that enable wrote, and what it is restored to.
struct FileBack {
  std::string path{};
  std::vector<Problem> problems{};
  Secret before{};
  Secret after{};
  std::vector<std::string> changes{}; ///< empty: it stays byte for byte
  std::vector<std::string> kept{};
  bool created = false;    ///< it did not exist before
  bool taken_over = false; ///< enable copied more of the release into it
};
[[nodiscard]] std::vector<FileBack> files_back(const Observation& seen);

/// What the provider's release is restored to.
struct ReleaseBack {
  std::vector<Problem> problems{};
  Secret after{}; ///< its values
  std::vector<std::string> changes{};
  std::vector<std::string> kept{};
  std::string chart{}; ///< the version to restore; empty: it keeps its own
  [[nodiscard]] bool needed() const { return !changes.empty() || !chart.empty(); }
};
[[nodiscard]] ReleaseBack release_back(const Observation& seen);

} // namespace iplease::stages
