// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/plan.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace iplease {

inline constexpr int k_kept_plan_format = 1;

/// A plan in a file: approved on one machine, carried out on another. The file is never carried out
/// itself: whoever applies it looks and plans anew, and compares.
struct KeptPlan {
  std::string made{};                ///< RFC 3339
  std::string digest{};              ///< of all else; a journal remembers it
  std::string settings{};            ///< `replayable_settings`
  nlohmann::ordered_json document{}; ///< the plan as `plan -o json` gives it
  /// Of what is written only the fingerprints are known, where it is a file or a secret.
  Plan plan{};
  std::string cluster{}; ///< UID of kube-system
  std::string context{}; ///< in which it was planned; another one may lead to the same cluster
};

/// The file's text; `document` is `plan_json`, `settings` a JSON object. ASCII, so that a terminal
/// shows nothing but what is there.
[[nodiscard]] std::string kept_plan_text(const nlohmann::ordered_json& document,
                                         const std::string& settings,
                                         const std::string& made);
/// Whether a file of ours begins so, of whatever format and however it goes on.
[[nodiscard]] bool looks_kept(std::string_view text);
/// Reads it; `name` is what problems call it. All that is wrong is told at once (exit 7). What the
/// values of the settings mean is not looked at here.
[[nodiscard]] std::variant<KeptPlan, std::vector<Problem>> read_kept_plan(std::string_view text,
                                                                          const std::string& name);

/// The stages of a `plan_json`. What has another type than there is left out; `plan_json` of the
/// result then differs.
[[nodiscard]] Plan read_plan(const nlohmann::ordered_json& document);
/// The stages of a plan as `plan_json` has them.
[[nodiscard]] nlohmann::ordered_json stages_json(const Plan& plan);

} // namespace iplease
