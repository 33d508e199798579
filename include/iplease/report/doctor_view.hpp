// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/checks/check.hpp>
#include <iplease/core/json.hpp>
#include <iplease/platform/terminal.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace iplease {

/// Number of findings per outcome.
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
  bool quiet = false;   ///< only problems
  bool verbose = false; ///< list each check that passed or does not apply, not only their number
};

/// Findings, worst first: what, saw, cause, fix; findings with one cause share a row. Then what
/// passed, one line per group. The last line is the sum.
[[nodiscard]] std::string doctor_text(const std::vector<Finding>& findings,
                                      std::chrono::milliseconds took,
                                      const DoctorTalk& talk);
/// One JSON object. `ui` is versioned like the event stream (minor: additions only).
[[nodiscard]] nlohmann::ordered_json doctor_json(const std::vector<Finding>& findings, int exit);

} // namespace iplease
