// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/status/status.hpp>

#include <vector>

namespace iplease {

/// The things that IP leases are made of, each present or not, well or not.
[[nodiscard]] std::vector<StatusPart> status_parts(const StatusInput& input);
/// Whether the observation says that this right is missing: "list deployments".
[[nodiscard]] bool is_denied(const Observation& seen, const std::string& right);

} // namespace iplease
