// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/report/plan_view.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace iplease {

/// What was found on the cluster, one line each.
[[nodiscard]] std::string
found_page(const Observation& seen, const Settings& want, std::size_t columns);

/// The settings with the source of each; numbered when one is to be chosen. In a narrow window
/// the value goes below its key.
[[nodiscard]] std::string
settings_page(const std::vector<SettingRow>& rows, bool numbered, std::size_t columns);

/// What the plan will do, stage by stage, and the line that counts it.
[[nodiscard]] std::string
review_page(const Plan& plan, const Observation& seen, std::size_t columns);

/// The changes of the operator's files as diffs, secrets masked, and what each stage creates or
/// changes.
[[nodiscard]] std::string diff_page(const Plan& plan, std::size_t columns);

} // namespace iplease
