// SPDX-License-Identifier: Apache-2.0
// Is the kubeconfig the problem, rather than the network?
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/observation.hpp>

#include <optional>

namespace iplease::facts {

/// IPL-CLU-001 with its own cause: no kubeconfig or context gave kubectl a server.
[[nodiscard]] std::optional<Problem> kubeconfig_problem(const Observation& seen);

} // namespace iplease::facts
