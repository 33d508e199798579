// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/plan.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace iplease {

inline constexpr int k_kept_plan_format = 1;

/// A plan in a file: approved on one machine, carried out on another. iplease never carries out the
/// file itself: it looks and plans again, and compares.
struct KeptPlan {
  std::string made{};                ///< RFC 3339
  std::string digest{};              ///< of everything else; the journal records it
  std::string settings{};            ///< `replayable_settings`
  nlohmann::ordered_json document{}; ///< the plan as `plan -o json` prints it
  /// Of files and secrets it holds only fingerprints.
  Plan plan{};
  std::string cluster{}; ///< UID of kube-system
  std::string context{}; ///< context at planning time; another one may be the same cluster
};

/// The file's text. `document` is `plan_json`, `settings` a JSON object. ASCII only, so that a
/// terminal shows exactly what is there.
[[nodiscard]] std::string kept_plan_text(const nlohmann::ordered_json& document,
                                         const std::string& settings,
                                         const std::string& made);
/// Whether a text starts like a kept plan, in any format version.
[[nodiscard]] bool looks_kept(std::string_view text);
/// Reads a kept plan; `name` is for problems. Reports all problems at once (exit 7). Does not check
/// the values of the settings.
[[nodiscard]] std::variant<KeptPlan, std::vector<Problem>> read_kept_plan(std::string_view text,
                                                                          const std::string& name);

/// The stages of a `plan_json`. Leaves out what has the wrong type, so that `plan_json` of the
/// result is a different one.
[[nodiscard]] Plan read_plan(const nlohmann::ordered_json& document);
/// The stages of a plan as in `plan_json`.
[[nodiscard]] nlohmann::ordered_json stages_json(const Plan& plan);

} // namespace iplease
