// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>
#include <iplease/core/step.hpp>

#include <optional>
#include <string>

namespace iplease {

/// What a successful step has proved.
struct Proof {
  std::string step{};  ///< step id
  std::string words{}; ///< "announced by node1"
  std::string found{}; ///< first group of a wait's pattern, "node1"; else empty
};

/// Nullopt if the step failed or proves nothing.
[[nodiscard]] std::optional<Proof> proof_of(const Step& step, const CommandResult& result);

} // namespace iplease
