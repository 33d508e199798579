// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>
#include <iplease/core/step.hpp>

#include <optional>
#include <string>

namespace iplease {

/// What a step that succeeded has proved.
struct Proof {
  std::string step{};  ///< its id
  std::string words{}; ///< "announced by node1"
  std::string found{}; ///< the first group of a wait's pattern, "node1"; else empty
};

/// Nothing where the step failed or has nothing to tell.
[[nodiscard]] std::optional<Proof> proof_of(const Step& step, const CommandResult& result);

} // namespace iplease
