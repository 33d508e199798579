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
  std::string group{};   ///< heading under which it is shown
  bool accepted = false; ///< a fault whose risk the operator has accepted: it warns
  std::string follows{}; ///< id of the finding that comes first, or says why nobody looked
  bool remark = false;   ///< all is well, and what it says is for the operator to read
  bool operator==(const Finding&) const = default;
};

/// What a check of `doctor` looks at.
struct Facts {
  const Observation& seen;
  const Settings& want;
  const Diagnosis& more;
};

/// A check is data and a pure function; none aborts another. Those of preflight need the
/// observation only (`run`); those that only `doctor` makes read more (`diagnose`, `needs`).
/// Checks that name a risk can be accepted with `--accept-risk ID` and then only warn.
struct Check {
  std::string_view id;
  std::string_view title;
  /// The command that fed the observation. Where it is a fact's (core/reads.hpp) and was not
  /// answered, the check is not made: what could not be read is neither ok nor missing. Of several
  /// answers one may tell the fault though another is missing: such a check names them all
  /// ("kubectl get daemonsets,services -A") and says itself what it could not see.
  std::string_view reads;
  bool before;   ///< part of preflight (`doctor --pre`)
  bool after;    ///< part of `doctor --post`
  ExitCode exit; ///< of enable when it fails before anything changed
  Finding (*run)(const Observation& seen, const Settings& want);
  Finding (*diagnose)(const Facts& facts) = nullptr;
  std::vector<Extra> needs{};
  std::vector<std::string_view> also{}; ///< further ids under which it may report
};

struct CheckGroup {
  std::string_view title;
  std::vector<Check> checks;
};

/// All checks, in the order in which they are shown.
[[nodiscard]] std::vector<CheckGroup> check_groups();
[[nodiscard]] std::vector<Check> all_checks();
/// Runs those of preflight (`before`) or of the proof (`!before`), as far as they need the
/// observation only; accepted risks only warn.
[[nodiscard]] std::vector<Finding>
run_checks(const Observation& seen, const Settings& want, bool before);
[[nodiscard]] Problem to_problem(const Finding& finding, ExitCode exit);

/// Which checks `doctor` makes.
struct DoctorChoice {
  bool before = false;
  bool after = false;
  bool whether_on = false;         ///< whether IP leases are turned on at all
  std::vector<std::string> only{}; ///< ids; empty: all
};
/// Plain `doctor`: what enable checks first, until IP leases are on; from then on what must hold.
[[nodiscard]] DoctorChoice usual_choice(const Observation& seen);
/// Whether anything of IP leases was turned on: the IP operator, or the provider's switch.
[[nodiscard]] bool leases_are_on(const Observation& seen);
/// Every id that some check may report.
[[nodiscard]] std::vector<std::string> check_ids();
/// What the chosen checks want read beyond the observation.
[[nodiscard]] std::set<Extra> extras_of(const DoctorChoice& choice);
[[nodiscard]] std::vector<Finding> run_doctor(const Facts& facts, const DoctorChoice& choice);

} // namespace iplease
