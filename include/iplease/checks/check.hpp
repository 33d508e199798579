// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/diagnosis.hpp>
#include <iplease/core/error.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/settings.hpp>

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// Result of a check. `not_applicable` means that the fault cannot occur here (one node, no IPVS).
enum class Outcome { ok, warn, fail, could_not_look, not_applicable };

/// What one check reports.
struct Finding {
  std::string id{};    ///< permanent id from the catalogue
  std::string check{}; ///< title of the check
  Outcome outcome = Outcome::ok;
  std::string what{};
  std::string saw{}; ///< the read-only command and the part of its output that decided
  std::string cause{};
  std::string fix{};
  std::string group{};   ///< heading it is shown under
  bool accepted = false; ///< a fault whose risk the operator accepted; its outcome is `warn`
  std::string follows{}; ///< id of the finding to fix first, or why the check was skipped
  bool remark = false;   ///< the outcome is `ok`, but `what` is still shown
  bool operator==(const Finding&) const = default;
};

/// Input of a `doctor` check.
struct Facts {
  const Observation& seen;
  const Settings& want;
  const Diagnosis& more;
};

/// A check is data and a pure function; a failing check never stops another. Preflight checks need
/// only the observation (`run`). Checks made only by `doctor` read more (`diagnose`, `needs`). A
/// check whose id is a risk only warns once it is accepted with `--accept-risk ID`.
struct Check {
  std::string_view id;
  std::string_view title;
  /// The command that fed the observation. If it belongs to a fact (core/reads.hpp) that was not
  /// read, the check is skipped: unread is neither ok nor missing. A check that can decide from one
  /// of several answers names them all ("kubectl get daemonsets,services -A") and reports itself
  /// what it could not read.
  std::string_view reads;
  bool before;   ///< part of preflight (`doctor --pre`)
  bool after;    ///< part of `doctor --post`
  ExitCode exit; ///< exit code of enable if the check fails before anything changed
  Finding (*run)(const Observation& seen, const Settings& want);
  Finding (*diagnose)(const Facts& facts) = nullptr;
  std::vector<Extra> needs{};
  std::vector<std::string_view> also{}; ///< other ids it may report under
};

struct CheckGroup {
  std::string_view title;
  std::vector<Check> checks;
};

/// All checks, in display order.
[[nodiscard]] std::vector<CheckGroup> check_groups();
[[nodiscard]] std::vector<Check> all_checks();
/// Runs the checks of preflight (`before`) or of the proof (`!before`) that need only the
/// observation. Accepted risks become warnings.
[[nodiscard]] std::vector<Finding>
run_checks(const Observation& seen, const Settings& want, bool before);
[[nodiscard]] Problem to_problem(const Finding& finding, ExitCode exit);

/// Which checks `doctor` runs.
struct DoctorChoice {
  bool before = false;
  bool after = false;
  bool whether_on = false;         ///< also check whether IP leases are turned on at all
  std::vector<std::string> only{}; ///< ids; empty: all
};
/// The checks of plain `doctor`: preflight until IP leases are on, afterwards the proof.
[[nodiscard]] DoctorChoice usual_choice(const Observation& seen);
/// Whether IP leases were turned on: the IP operator exists, or the provider's switch is set.
[[nodiscard]] bool leases_are_on(const Observation& seen);
/// Every id that a check may report.
[[nodiscard]] std::vector<std::string> check_ids();
/// The extra reads that the chosen checks need.
[[nodiscard]] std::set<Extra> extras_of(const DoctorChoice& choice);
[[nodiscard]] std::vector<Finding> run_doctor(const Facts& facts, const DoctorChoice& choice);

} // namespace iplease
