// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/checks/check.hpp>
#include <iplease/platform/terminal.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace iplease {

/// How many findings there are of each outcome.
struct DoctorSum {
  int ok = 0;
  int warnings = 0;
  int failures = 0;
  int could_not_look = 0;
  int not_applicable = 0;
};
[[nodiscard]] DoctorSum sum_of(const std::vector<Finding>& findings);

struct DoctorTalk {
  Style style{};
  bool quiet = false;   ///< only what was found
  bool verbose = false; ///< each check that passes or does not apply, not their number
};

/// What was found, the worst first: what, saw, cause, fix; one row for what has one cause. Then
/// what passes, one line a group. The last line is the sum.
[[nodiscard]] std::string doctor_text(const std::vector<Finding>& findings,
                                      std::chrono::milliseconds took,
                                      const DoctorTalk& talk);
/// One object; `ui` follows the rule of the event stream (minor: additions only).
[[nodiscard]] nlohmann::ordered_json doctor_json(const std::vector<Finding>& findings, int exit);

} // namespace iplease
