// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "carry_out.hpp"

namespace iplease {

/// Where every stage is satisfied: says so, and ends what an unfinished run left. Nothing where
/// there is work to do.
[[nodiscard]] std::optional<ExitCode>
nothing_to_enable(const Session& session, const RawOptions& options, World& world);

/// What an operator wants to know and to type once IP leases are on.
void tell_enabled(const Applied& applied, const RawOptions& options, World& world);

} // namespace iplease
