// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/status/status.hpp>

#include <vector>

namespace iplease {

/// The parts that IP leases need: whether each is present and healthy.
[[nodiscard]] std::vector<StatusPart> status_parts(const StatusInput& input);
/// Whether the observation lacks a right that starts so: "list deployments".
[[nodiscard]] bool is_denied(const Observation& seen, const std::string& right);

} // namespace iplease
