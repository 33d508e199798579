// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>

#include "session.hpp"
#include <optional>

namespace iplease {

/// Why nothing can be said about the cluster: it does not answer (exit 11), or it is not the
/// expected one (exit 7).
[[nodiscard]] std::optional<Problem> why_not_reached(const Session& session);

} // namespace iplease
