// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/report/kept_plan.hpp>

#include "session.hpp"
#include <optional>

namespace iplease {

/// The plan independent of kubeconfig, context and programs.
[[nodiscard]] Plan portable_plan(const Session& session);

/// Why the plan cannot be kept in the file that --out names; call it before looking.
[[nodiscard]] std::optional<Problem> why_not_kept(const RawOptions& options, World& world);
/// Writes the plan there and says how to go on. Reports if it cannot be written (exit 12).
[[nodiscard]] std::optional<ExitCode>
keep_plan(const Session& session, const RawOptions& options, World& world);

/// The kept plan that the command line names. Reports what is wrong with it (exit 2 or 7).
[[nodiscard]] std::variant<KeptPlan, ExitCode> kept_plan_of(const RawOptions& options,
                                                            World& world);
/// `plan FILE`: shows it without asking a cluster.
[[nodiscard]] ExitCode show_kept_plan(const RawOptions& options, World& world);

} // namespace iplease
