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

/// The style that the flags ask for.
[[nodiscard]] StyleWish style_wish(const RawOptions& options);
/// The view for --output, --plain, --accessible, --color and the terminal. It writes through
/// `world`, which must outlive it.
[[nodiscard]] std::unique_ptr<View> make_view(const RawOptions& options, World& world);

/// Shows the session's plan and asks, unless --yes is given. Nullopt: go on; else the exit code of
/// a run that may not ask or was declined.
[[nodiscard]] std::optional<ExitCode>
confirm(const Session& session, const RawOptions& options, World& world);

/// What a command adds to a run.
struct RunExtras {
  /// The operator said yes to the session's plan, and only to that.
  bool confirmed = false;
  /// Reported if a confirmed plan would now do something else; `saw` says what.
  Problem moved{.id = "IPL-RUN-015",
                .what = "the cluster was changed after the plan was shown; nothing was done",
                .exit = ExitCode::other_cluster};
  /// Looks again and makes a new plan; empty: as `enable` does.
  std::function<void()> look_again{};
  std::function<Problem(const Problem&)> explain{}; ///< improves the problem of a failed step
  std::function<void(const Applied&)> tell{}; ///< reports a successful run's result; called last
  std::string again = "iplease resume";       ///< the command to continue with after a failure
  std::string command{};                      ///< command name in the journal; empty: the one typed
  std::string only{};                         ///< what `undo` was limited to
};

/// Carries out the session's plan without asking: lock, journal, view, apply, final report. Under
/// the lock it looks again if what was seen may be outdated, because it asked somebody meanwhile or
/// another run worked. Refuses a confirmed plan that would now do something else
/// (`RunExtras::moved`, exit 7), without writing; makes an unconfirmed plan again. Throws
/// EnvironmentError if the lock is held (exit 8) or the journal cannot be written (exit 12).
[[nodiscard]] ExitCode
carry_out(Session& session, const RawOptions& options, World& world, const RunExtras& extras = {});

/// `moved`, with the differences between the confirmed plan and `now`; nullopt: none.
[[nodiscard]] std::optional<Problem>
other_than_confirmed(const Plan& confirmed, const Plan& now, Problem moved);

/// The option as typed, with all its values, to append to another command; empty if the option was
/// not given.
[[nodiscard]] std::string as_given(const RawOptions& options, const std::string& name);

/// What a step found, such as the leased address. Empty if the step did not run.
[[nodiscard]] std::string found_by(const Applied& applied, std::string_view step);

/// Records that an unfinished run and its debts turned out to be complete.
void close_unfinished(const Session& session,
                      const RawOptions& options,
                      World& world,
                      const RunExtras& extras = {});

/// "pool, verify": the stages in which a plan has work to do, or "nothing".
[[nodiscard]] std::string stages_to_do(const Plan& plan);

} // namespace iplease
