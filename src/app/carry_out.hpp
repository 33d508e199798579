// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cli/options.hpp>
#include <iplease/core/exit_code.hpp>
#include <iplease/engine/apply.hpp>
#include <iplease/engine/view.hpp>
#include <iplease/platform/terminal.hpp>

#include "session.hpp"
#include "world.hpp"
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace iplease {

/// What the flags ask of the looks.
[[nodiscard]] StyleWish style_wish(const RawOptions& options);
/// The view that --output, --plain, --accessible, --color and the terminal ask for; it writes
/// through the world, which must outlive it.
[[nodiscard]] std::unique_ptr<View> make_view(const RawOptions& options, World& world);

/// Shows the session's plan and asks: nothing when it may be done, else the exit code of a run that
/// may not ask or was declined. --yes answers.
[[nodiscard]] std::optional<ExitCode>
confirm(const Session& session, const RawOptions& options, World& world);

/// What a command adds to a run.
struct RunExtras {
  /// Somebody was shown the session's plan and said yes to it, and to nothing else.
  bool confirmed = false;
  /// What is told where a confirmed plan would now do something else; `saw` says what.
  Problem moved{.id = "IPL-RUN-015",
                .what = "the cluster was changed after the plan was shown; nothing was done",
                .exit = ExitCode::other_cluster};
  /// Looks once more and makes the session's plan anew; not given: as `enable` does.
  std::function<void()> look_again{};
  std::function<Problem(const Problem&)> explain{}; ///< a failed step's problem, said better
  std::function<void(const Applied&)> tell{}; ///< the result of a run that ended well; comes last
  std::string again = "iplease resume";       ///< how to go on after a failure
  std::string command{};                      ///< of the journal; empty: the one that was typed
  std::string only{};                         ///< what `undo` was limited to
};

/// Does what the session's plan says: lock, journal, view, apply, the last words. Nothing is asked.
/// Under the lock it looks again where what was seen may be old: a person was asked meanwhile, or
/// another run was at work. A confirmed plan that would now do something else is refused
/// (`RunExtras::moved`, exit 7), nothing being written; what nobody was asked about is planned
/// anew. Throws EnvironmentError when the lock is held (8) or the journal cannot be written (12).
[[nodiscard]] ExitCode
carry_out(Session& session, const RawOptions& options, World& world, const RunExtras& extras = {});

/// `moved` with what `now` would do otherwise than the plan that somebody said yes to.
[[nodiscard]] std::optional<Problem>
other_than_confirmed(const Plan& confirmed, const Plan& now, Problem moved);

/// What was given to an option, each value as it is typed behind another command; empty when it was
/// not given.
[[nodiscard]] std::string as_given(const RawOptions& options, const std::string& name);

/// What a step of a run found: the address that was leased. Empty where it did not run.
[[nodiscard]] std::string found_by(const Applied& applied, std::string_view step);

/// Writes down that an unfinished run, and what it owed, was found complete: nothing is to be done.
void close_unfinished(const Session& session,
                      const RawOptions& options,
                      World& world,
                      const RunExtras& extras = {});

/// "pool, verify": the stages that a plan has something to do in, or "nothing".
[[nodiscard]] std::string stages_to_do(const Plan& plan);

} // namespace iplease
