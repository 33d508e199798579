// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>

#include "session.hpp"
#include <optional>

namespace iplease {

/// Why nothing can be said of the cluster that was looked at: it does not answer (11), or it is
/// another than the expected one (7).
[[nodiscard]] std::optional<Problem> why_not_reached(const Session& session);

} // namespace iplease
