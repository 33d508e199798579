// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cli/options.hpp>
#include <iplease/core/exit_code.hpp>

#include "session.hpp"
#include "world.hpp"
#include <optional>

namespace iplease {

/// The terminal for questions, or -1 if none may be asked: --yes, --no-input, IPLEASE_NO_INPUT, CI,
/// or no terminal.
[[nodiscard]] int terminal_for_questions(const RawOptions& options, World& world);

/// Asks what is missing, shows the plan and asks for the one confirmation. Nullopt: the session's
/// plan was confirmed; else the exit code.
[[nodiscard]] std::optional<ExitCode>
interview(Session& session, const RawOptions& options, World& world, int terminal);

} // namespace iplease
