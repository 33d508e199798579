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

/// The settings with their sources; numbered to choose one. In a narrow window the value is below
/// its key.
[[nodiscard]] std::string
settings_page(const std::vector<SettingRow>& rows, bool numbered, std::size_t columns);

/// What the plan will do, stage by stage, and a line with the totals.
[[nodiscard]] std::string
review_page(const Plan& plan, const Observation& seen, std::size_t columns);

/// Diffs of the operator's files, secrets masked, and what each stage creates or changes.
[[nodiscard]] std::string diff_page(const Plan& plan, std::size_t columns);

} // namespace iplease
