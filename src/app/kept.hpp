// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/report/kept_plan.hpp>

#include "session.hpp"
#include <optional>

namespace iplease {

/// The plan as it is for whatever kubeconfig, context and programs the cluster is reached with.
[[nodiscard]] Plan portable_plan(const Session& session);

/// Why the plan cannot be kept in the file that --out names; told before anything is looked at.
[[nodiscard]] std::optional<Problem> why_not_kept(const RawOptions& options, World& world);
/// Writes it there, and says how to go on. Told where it cannot be written (12).
[[nodiscard]] std::optional<ExitCode>
keep_plan(const Session& session, const RawOptions& options, World& world);

/// The kept plan that the command line names. What is wrong with it is told (exit 2 or 7).
[[nodiscard]] std::variant<KeptPlan, ExitCode> kept_plan_of(const RawOptions& options,
                                                            World& world);
/// `plan FILE`: shows it; no cluster is asked.
[[nodiscard]] ExitCode show_kept_plan(const RawOptions& options, World& world);

} // namespace iplease
