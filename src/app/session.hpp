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

/// The directories of all clusters that this machine remembers. Throws EnvironmentError where
/// others can write there (IPL-RUN-075).
[[nodiscard]] std::vector<std::string> remembered_clusters(const RawOptions& options,
                                                           const World& world);

/// The one run of this machine that is unfinished: its cluster's UID and its settings.
struct RunToResume {
  std::string cluster{};
  std::string run{};
  std::string settings{};
  std::string command{};
  std::string only{};    ///< of an undo
  bool anything = false; ///< somewhere a run is to go on with, or something is owed
};
/// No cluster where no run is, or where runs on several clusters are. It is how `resume` knows
/// which kubeconfig and programs that run was given, before any cluster is looked at.
[[nodiscard]] RunToResume only_unfinished(const RawOptions& options, const World& world);

/// What a command that looks at a cluster works with.
struct Session {
  Settings asked{};                ///< file, flags, environment
  Settings want{};                 ///< with what the cluster knows
  std::vector<Problem> problems{}; ///< not empty: nothing may be done
  std::vector<Problem> warnings{};
  SettingsInput input{}; ///< what `asked` was read from
  /// The plan is to be kept: whoever applies it needs the rights to write, not we.
  bool for_others = false;
  std::string kept_digest{}; ///< of the kept plan that is applied; empty: none
  Observation seen{};
  Plan plan{};
  std::string cluster_directory{}; ///< empty until the cluster's UID is known
  /// By cluster directory the bytes in its journals when the look began: what was written before
  /// was seen.
  std::map<std::string, std::uintmax_t> written_before{};
};

/// What settings are made of: the flags file that -f or IPLEASE_FILE names, flags, environment.
[[nodiscard]] SettingsInput
settings_input(const RawOptions& options, World& world, std::vector<Problem>& problems);
/// Settings from flags file, flags, environment and, below them, those of an unfinished run
/// or a kept plan (`replayable_settings`; may be empty); all problems at once.
[[nodiscard]] Session read_asked(const RawOptions& options,
                                 World& world,
                                 const std::string& unfinished = {},
                                 const std::string& kept = {});
/// Looks at the cluster (or assumes a standard one) and plans. Where a run is unfinished there, its
/// settings count below what was asked; if that changes anything, it looks again with them. With
/// `more`, what a change needs to know is looked at too: rights, charts, a trial of the upgrade.
void look(Session& session, const RawOptions& options, World& world, bool offline, bool more);
/// What a change needs to know beyond the first look; reads nothing where nothing is to be done.
void look_closer(Session& session, World& world);
/// Looks at the cluster once more and plans anew for the same settings as they are asked for now.
void look_again(Session& session, const RawOptions& options, World& world);
/// Plans with what is asked for now and was seen.
void plan_again(Session& session);
/// What `resolve` takes from the provider's values and an older MetalLB; empty where not readable.
[[nodiscard]] ResolveFacts resolve_facts(const Observation& seen, const Settings& asked);

/// Reads settings and cluster. An exit code when that already ends the command: a problem with what
/// was given (told before anything is looked at), or a value that nobody gave and nothing can find.
[[nodiscard]] std::optional<ExitCode> prepare(Session& session,
                                              const RawOptions& options,
                                              World& world,
                                              bool offline,
                                              const std::string& unfinished = {});
/// The same for a run that asks, or applies a kept plan: warnings and missing values are left.
[[nodiscard]] std::optional<ExitCode> prepare_to_ask(Session& session,
                                                     const RawOptions& options,
                                                     World& world,
                                                     const std::string& unfinished = {},
                                                     const std::string& kept = {});
/// Tells the problems, those of the flags file with its lines; the exit code is the first one's.
[[nodiscard]] ExitCode
refuse(const Session& session, const std::vector<Problem>& problems, World& world);
/// The warnings about what was given, those of the flags file with its lines.
void tell_warnings(const Session& session, World& world);

/// `resume` of a run of undo.
[[nodiscard]] ExitCode
resume_undo(const RunToResume& unfinished, const RawOptions& options, World& world);

/// What blocks a plan, each thing once; only the root of it where the cluster cannot be seen.
[[nodiscard]] std::vector<Problem> blocking_problems(const Plan& plan);

} // namespace iplease
