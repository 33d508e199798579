// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <string>

namespace iplease {

// The live state of what a step changes, as one comparable line; the same words stand in the
// journal as `before` and `expect`, so none of them may depend on the settings of a run.
[[nodiscard]] std::string namespace_state(const Observation& seen);
[[nodiscard]] std::string expose_state(const Observation& seen);
[[nodiscard]] std::string pool_state(const Observation& seen);
/// Whether pool `default` is announced, and on which interfaces.
[[nodiscard]] std::string advertisement_state(const Observation& seen);

/// Whether the step that was in flight when a run died left its subject neither as before nor as
/// promised, so that somebody else must have changed it.
[[nodiscard]] bool in_flight_in_doubt(const Observation& seen);

} // namespace iplease
