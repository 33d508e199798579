// SPDX-License-Identifier: Apache-2.0
// Was it the kubeconfig, and not the way to the cluster?
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/observation.hpp>

#include <optional>

namespace iplease::facts {

/// IPL-CLU-001 with its own cause: no file, or no context in it, told kubectl of a server, so none
/// was asked.
[[nodiscard]] std::optional<Problem> kubeconfig_problem(const Observation& seen);

} // namespace iplease::facts
