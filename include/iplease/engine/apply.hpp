// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/plan.hpp>
#include <iplease/engine/effects.hpp>
#include <iplease/engine/journal.hpp>
#include <iplease/engine/proof.hpp>
#include <iplease/engine/view.hpp>

#include <optional>
#include <string>
#include <vector>

namespace iplease {

/// How carrying out a plan ended.
struct Applied {
  ExitCode exit = ExitCode::done;
  std::string stage{}; ///< where it stopped; empty: it did not
  std::string step{};
  std::optional<Problem> problem{}; ///< why
  CommandResult result{};           ///< of the failed step; secrets masked
  int tries = 0;                    ///< of that step's command
  int commands = 0;                 ///< writing commands that ran
  std::vector<Proof> proofs{};      ///< of the steps that succeeded, in order
};

/// Carries out the plan: journal, act, journal. Stops at the first failure, but still runs the
/// `cleanup` steps of that stage. Decides nothing that the plan does not say. Leaves the journal
/// open, because a run may apply several plans (heal, look again, enable).
[[nodiscard]] Applied apply(const Plan& plan, Effects& effects, Journal& journal, View& view);

/// For Journal::close: "done", "failed" or "interrupted".
[[nodiscard]] std::string outcome_of(const Applied& applied);

} // namespace iplease
