// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <string>

namespace iplease {

// The live state of what a step changes, as one comparable line. The journal stores the same words
// as `before` and `expect`, so they must not depend on a run's settings.
[[nodiscard]] std::string namespace_state(const Observation& seen);
[[nodiscard]] std::string expose_state(const Observation& seen);
[[nodiscard]] std::string pool_state(const Observation& seen);
/// Whether pool `default` is announced, and on which interfaces.
[[nodiscard]] std::string advertisement_state(const Observation& seen);

/// Whether a dead run's step in flight left its subject neither as before nor as promised: then
/// somebody else changed it.
[[nodiscard]] bool in_flight_in_doubt(const Observation& seen);

} // namespace iplease
