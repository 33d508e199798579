// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <string_view>

namespace iplease::stages {

/// The plan of a stage as it is, unless it would change what another engine manages: then it asks
/// (IPL-CLU-091), or, agreed to, says who may put the change back.
[[nodiscard]] StagePlan
ask_manager(StagePlan plan, std::string_view stage, const Observation& seen, const Settings& want);

} // namespace iplease::stages
