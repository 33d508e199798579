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

/// How a run over a plan ended.
struct Applied {
  ExitCode exit = ExitCode::done;
  std::string stage{}; ///< where it stopped
  std::string step{};
  std::optional<Problem> problem{}; ///< why
  CommandResult result{};           ///< of the step that failed; secrets masked
  int tries = 0;                    ///< of that step's command
  int commands = 0;                 ///< writing commands that ran
  std::vector<Proof> proofs{};      ///< of the steps that succeeded, in order
};

/// Walks the plan: journal, act, journal; stops at the first failure, but runs the `cleanup`
/// steps of the stage it stopped in. Never decides anything that the plan does not say. Does not
/// close the journal: a run may apply more than one plan (heal, look again, enable).
[[nodiscard]] Applied apply(const Plan& plan, Effects& effects, Journal& journal, View& view);

/// For Journal::close: "done", "failed" or "interrupted".
[[nodiscard]] std::string outcome_of(const Applied& applied);

} // namespace iplease
