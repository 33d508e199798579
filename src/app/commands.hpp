// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cli/options.hpp>
#include <iplease/core/exit_code.hpp>

#include "world.hpp"

namespace iplease {

// One function per command of the table. Each reports its own problems and returns the exit code.
[[nodiscard]] ExitCode enable_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode plan_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode apply_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode explain_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode undo_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode resume_command(const RawOptions& options, World& world);
/// Also what `iplease` alone shows on a terminal; `options.command` may be null.
[[nodiscard]] ExitCode status_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode verify_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode doctor_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode values_app_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode migrate_app_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode config_validate_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode config_show_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode config_explain_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode config_schema_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode config_init_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode completion_command(const RawOptions& options, World& world);
/// `iplease __complete WORD...`, which the completion scripts call.
[[nodiscard]] ExitCode complete_command(const std::vector<std::string>& words, World& world);
[[nodiscard]] ExitCode man_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode runs_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode bundle_command(const RawOptions& options, World& world);
[[nodiscard]] ExitCode version_command(const RawOptions& options, World& world);

} // namespace iplease
