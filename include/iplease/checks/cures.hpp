// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/checks/check.hpp>
#include <iplease/core/plan.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// A finding that --fix can fix, but not now because it would do harm.
struct HeldCure {
  std::string id{};               ///< of the finding
  std::string cure{};             ///< "replace the provider's pod"
  std::vector<std::string> why{}; ///< ids to fix first, or what is unproven; never empty
};

/// What `doctor --fix` would do.
struct Cures {
  Plan plan{};                  ///< same steps, journal and rules as a run of enable
  std::vector<Finding> left{};  ///< findings it does not fix; an operator has to
  std::vector<HeldCure> held{}; ///< the part of `left` whose fix would do harm now
};

/// Plans the fixes for the findings that failed or warned. Steps come from `enable`, the plan for
/// the same observation, if one of its stages fixes the fault. The others restart what hangs after
/// its cause is gone. A fix is planned only if every finding of `all` that it depends on is clear
/// or is fixed by an earlier step of this plan. A pod is deleted only if its successor is known to
/// start. Pure.
[[nodiscard]] Cures plan_cures(const Facts& facts,
                               const Plan& enable,
                               const std::vector<Finding>& findings,
                               const std::vector<Finding>& all);

/// "to replace the provider's pod would do harm now: IPL-..."
[[nodiscard]] std::string held_words(const HeldCure& held);

/// Rewrites the `fix` of held findings to say what to fix first.
void tell_held(std::vector<Finding>& findings, const Cures& cures);

/// Whether --fix has a fix for findings with this id.
[[nodiscard]] bool is_curable(std::string_view id);

} // namespace iplease
