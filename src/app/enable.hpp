// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "carry_out.hpp"

namespace iplease {

/// If every stage is satisfied, says so and closes an unfinished run. Nullopt: there is work to do.
[[nodiscard]] std::optional<ExitCode>
nothing_to_enable(const Session& session, const RawOptions& options, World& world);

/// Prints what an operator needs to know and to type once IP leases are on.
void tell_enabled(const Applied& applied, const RawOptions& options, World& world);

} // namespace iplease
