// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/checks/check.hpp>
#include <iplease/core/plan.hpp>

#include <string_view>
#include <vector>

namespace iplease {

/// What `doctor --fix` would do.
struct Cures {
  Plan plan{};                 ///< same steps, journal and laws as a run of enable
  std::vector<Finding> left{}; ///< findings that it does not cure: their fix is for people
};

/// A plan of cures for the findings that failed or warned. Where enable has a stage that settles
/// the matter its steps are taken from `enable`, the plan for the same observation; the rest are
/// restarts of what hangs, after the cause is gone. Pure.
[[nodiscard]] Cures
plan_cures(const Facts& facts, const Plan& enable, const std::vector<Finding>& findings);

/// Whether --fix cures findings of this id.
[[nodiscard]] bool is_curable(std::string_view id);

} // namespace iplease
