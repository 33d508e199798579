// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/checks/check.hpp>
#include <iplease/core/plan.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// A finding that --fix could cure, and does not as things are.
struct HeldCure {
  std::string id{};               ///< of the finding
  std::string cure{};             ///< "replace the provider's pod"
  std::vector<std::string> why{}; ///< ids that come first, or what is not proven; never empty
};

/// What `doctor --fix` would do.
struct Cures {
  Plan plan{};                  ///< same steps, journal and laws as a run of enable
  std::vector<Finding> left{};  ///< findings that it does not cure: their fix is for people
  std::vector<HeldCure> held{}; ///< of them: those whose cure would do harm now
};

/// A plan of cures for the findings that failed or warned. Where enable has a stage that settles
/// the matter its steps are taken from `enable`, the plan for the same observation; the rest are
/// restarts of what hangs, after the cause is gone. A cure is planned only where every finding of
/// `all` that it builds on is clear, or cured by an earlier step of the same plan; and one that
/// deletes a pod, only where it is proven that its successor starts. Pure.
[[nodiscard]] Cures plan_cures(const Facts& facts,
                               const Plan& enable,
                               const std::vector<Finding>& findings,
                               const std::vector<Finding>& all);

/// "IPL-PRV-012 is not cured: to replace the provider's pod would make it worse while ... "
[[nodiscard]] std::string held_words(const HeldCure& held);

/// Where a cure would do harm now, the fix of its finding says what comes first.
void tell_held(std::vector<Finding>& findings, const Cures& cures);

/// Whether --fix cures findings of this id.
[[nodiscard]] bool is_curable(std::string_view id);

} // namespace iplease
