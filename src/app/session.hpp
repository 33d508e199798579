// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cli/flags_file.hpp>
#include <iplease/cli/options.hpp>
#include <iplease/cluster/observe.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include "world.hpp"
#include <string>
#include <vector>

namespace iplease {

/// What a command that looks at a cluster works with.
struct Session {
  Settings asked{};                ///< file, flags, environment
  Settings want{};                 ///< with what the cluster knows
  std::vector<Problem> problems{}; ///< not empty: nothing may be done
  std::vector<Problem> warnings{};
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

/// Every problem of a list in the one shape of errors, most important last.
[[nodiscard]] std::string problems_text(const std::vector<Problem>& problems);
/// The exit code of a blocked plan: that of its first problem.
[[nodiscard]] ExitCode blocked_exit(const Plan& plan);
[[nodiscard]] std::vector<Problem> blocking_problems(const Plan& plan);

} // namespace iplease
