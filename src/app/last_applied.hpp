// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>
#include <iplease/status/status.hpp>

#include <optional>
#include <string>

namespace iplease {

/// The newest finished run with a promise; nullopt after an undo, which takes it back.
[[nodiscard]] std::optional<AppliedRun> last_applied(const std::string& cluster_directory,
                                                     Files& files);

} // namespace iplease
