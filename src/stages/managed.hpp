// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <string_view>

namespace iplease::stages {

/// The stage's plan. If it would change what another engine manages, it asks first (IPL-CLU-091)
/// or, once accepted, says who may revert the change.
[[nodiscard]] StagePlan
ask_manager(StagePlan plan, std::string_view stage, const Observation& seen, const Settings& want);

} // namespace iplease::stages
