// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cli/flags_file.hpp>
#include <iplease/cli/options.hpp>
#include <iplease/cluster/observe.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/report/problem_text.hpp>

#include "world.hpp"
#include <optional>
#include <string>
#include <vector>

namespace iplease {

/// What a command that looks at a cluster works with.
struct Session {
  Settings asked{};                ///< file, flags, environment
  Settings want{};                 ///< with what the cluster knows
  std::vector<Problem> problems{}; ///< not empty: nothing may be done
  std::vector<Problem> warnings{};
  SettingsInput input{}; ///< what `asked` was read from
  Observation seen{};
  Plan plan{};
  std::string cluster_directory{}; ///< empty until the cluster's UID is known
};

/// What settings are made of: the flags file that -f or IPLEASE_FILE names, flags, environment.
[[nodiscard]] SettingsInput
settings_input(const RawOptions& options, World& world, std::vector<Problem>& problems);
/// Settings from flags file, flags and environment; all problems at once.
[[nodiscard]] Session read_asked(const RawOptions& options, World& world);
/// Looks at the cluster (or assumes a standard one) and plans. With `more`, what a change needs
/// to know is looked at too: rights, charts, a trial of the upgrade.
void look(Session& session, const RawOptions& options, World& world, bool offline, bool more);
/// What the cluster knows, below everything that was asked for.
[[nodiscard]] Settings resolve_settings(const Settings& asked, const Observation& seen);

/// Reads settings and cluster. An exit code when that already ends the command: a problem with what
/// was given (told before anything is looked at), or a value that nobody gave and nothing can find.
[[nodiscard]] std::optional<ExitCode>
prepare(Session& session, const RawOptions& options, World& world, bool offline);
/// Tells the problems, those of the flags file with its lines; the exit code is the first one's.
[[nodiscard]] ExitCode
refuse(const Session& session, const std::vector<Problem>& problems, World& world);

/// What blocks a plan, each thing once.
[[nodiscard]] std::vector<Problem> blocking_problems(const Plan& plan);

} // namespace iplease
