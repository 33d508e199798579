// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/settings.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// What a check found. `not_applicable` is for what cannot exist here (one node, no IPVS).
enum class Outcome { ok, warn, fail, could_not_look, not_applicable };

/// One answer of one check.
struct Finding {
  std::string id{};    ///< the permanent id of what was found
  std::string check{}; ///< title of the check
  Outcome outcome = Outcome::ok;
  std::string what{};
  std::string saw{}; ///< the read-only command and the part of its output that decided
  std::string cause{};
  std::string fix{};
  bool operator==(const Finding&) const = default;
};

/// A check is data and a pure function of the observation; none aborts another. Checks that
/// name a risk can be accepted with `--accept-risk ID` and then only warn.
struct Check {
  std::string_view id;
  std::string_view title;
  std::string_view reads; ///< the command that fed the observation
  bool before;            ///< part of preflight (`doctor --pre`)
  bool after;             ///< part of `doctor --post`
  ExitCode exit;          ///< of enable when it fails before anything changed
  Finding (*run)(const Observation& seen, const Settings& want);
};

/// All checks, in the order in which they are shown.
[[nodiscard]] std::vector<Check> all_checks();
/// Runs those of preflight (`before`) or of the proof (`!before`); accepted risks only warn.
[[nodiscard]] std::vector<Finding>
run_checks(const Observation& seen, const Settings& want, bool before);
[[nodiscard]] Problem to_problem(const Finding& finding, ExitCode exit);

} // namespace iplease
