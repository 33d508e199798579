// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/secret.hpp>
#include <iplease/engine/effects.hpp>

#include <string>
#include <vector>

namespace iplease {

/// What a tool said when it failed, without anything secret in it. Masked before it is shortened,
/// so that no half of a secret stays.
[[nodiscard]] std::string said_masked(CommandResult answer, const std::vector<Secret>& secrets);

} // namespace iplease
