// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cli/flags_file.hpp>
#include <iplease/cli/options.hpp>
#include <iplease/cluster/observe.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/resolve.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/report/problem_text.hpp>

#include "world.hpp"
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace iplease {

/// The directories of all clusters that this machine remembers. Throws EnvironmentError if others
/// can write there (IPL-RUN-075).
[[nodiscard]] std::vector<std::string> remembered_clusters(const RawOptions& options,
                                                           const World& world);

/// The only unfinished run on this machine: its cluster's UID and its settings.
struct RunToResume {
  std::string cluster{};
  std::string run{};
  std::string settings{};
  std::string command{};
  std::string only{};    ///< what an undo was limited to
  bool anything = false; ///< some run is unfinished, or has debts
};
/// Empty if no run is unfinished, or runs on several clusters are. Tells `resume` which kubeconfig
/// and programs that run had, before it looks at any cluster.
[[nodiscard]] RunToResume only_unfinished(const RawOptions& options, const World& world);

/// The data of a command that looks at a cluster.
struct Session {
  Settings asked{};                ///< file, flags, environment
  Settings want{};                 ///< including what the cluster knows
  std::vector<Problem> problems{}; ///< not empty: do nothing
  std::vector<Problem> warnings{};
  SettingsInput input{}; ///< what `asked` was read from
  /// The plan will be kept, so this user needs no rights to write; whoever applies it does.
  bool for_others = false;
  std::string kept_digest{}; ///< digest of the kept plan being applied; empty: none
  Observation seen{};
  Plan plan{};
  std::string cluster_directory{}; ///< empty until the cluster's UID is known
  /// Bytes in the journals of each cluster directory when the look began: whatever was written
  /// before that has been seen.
  std::map<std::string, std::uintmax_t> written_before{};
};

/// The sources of the settings: the flags file of -f or IPLEASE_FILE, flags, environment.
[[nodiscard]] SettingsInput
settings_input(const RawOptions& options, World& world, std::vector<Problem>& problems);
/// Settings from flags file, flags and environment and, below them, from an unfinished run or a
/// kept plan (`replayable_settings`; may be empty). Finds all problems at once.
[[nodiscard]] Session read_asked(const RawOptions& options,
                                 World& world,
                                 const std::string& unfinished = {},
                                 const std::string& kept = {});
/// Looks at the cluster (or assumes a standard one) and plans. Settings of an unfinished run count
/// below what was asked; if they change anything, looks again. With `more`, also reads what a
/// change needs: rights, charts, a trial of the upgrade.
void look(Session& session, const RawOptions& options, World& world, bool offline, bool more);
/// Reads what a change needs beyond the first look; nothing if there is nothing to do.
void look_closer(Session& session, World& world);
/// Looks at the cluster again and plans with the settings asked for now.
void look_again(Session& session, const RawOptions& options, World& world);
/// Plans again from the settings asked for and the observation.
void plan_again(Session& session);
/// What `resolve` uses from the provider's values and an older MetalLB; empty if unreadable.
[[nodiscard]] ResolveFacts resolve_facts(const Observation& seen, const Settings& asked);

/// Reads settings and cluster. Returns an exit code if that ends the command: invalid input
/// (reported before looking), or a value that nobody gave and nothing can detect.
[[nodiscard]] std::optional<ExitCode> prepare(Session& session,
                                              const RawOptions& options,
                                              World& world,
                                              bool offline,
                                              const std::string& unfinished = {});
/// The same for a run that asks or applies a kept plan: ignores warnings and missing values.
[[nodiscard]] std::optional<ExitCode> prepare_to_ask(Session& session,
                                                     const RawOptions& options,
                                                     World& world,
                                                     const std::string& unfinished = {},
                                                     const std::string& kept = {});
/// Reports the problems, quoting lines of the flags file. Returns the first one's exit code.
[[nodiscard]] ExitCode
refuse(const Session& session, const std::vector<Problem>& problems, World& world);
/// Reports the warnings about the input, quoting lines of the flags file.
void tell_warnings(const Session& session, World& world);

/// `resume` of an undo.
[[nodiscard]] ExitCode
resume_undo(const RunToResume& unfinished, const RawOptions& options, World& world);

/// What blocks a plan, without duplicates; only the root cause if the cluster cannot be seen.
[[nodiscard]] std::vector<Problem> blocking_problems(const Plan& plan);

} // namespace iplease
