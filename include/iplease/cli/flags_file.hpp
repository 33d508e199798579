// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/settings.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace iplease {

/// A flags file that was read.
struct FlagsText {
  std::string name{};   ///< name for messages: "flags.yaml", "standard input"
  std::string folder{}; ///< absolute; base of relative paths in the file
  std::string text{};
};

/// One settings flag from the command line. A flag without a value (`--kubespray-run`) has the
/// value "true".
struct FlagValue {
  std::string flag{}; ///< "--pool"
  std::string value{};
};

/// All sources of the settings, as plain data.
struct SettingsInput {
  std::optional<FlagsText> file{};
  std::vector<FlagValue> flags{};
  std::vector<std::string> set{}; ///< `--set key.path=value`
  std::map<std::string, std::string> environment{};
  std::string current_folder{}; ///< base of relative paths in flags and variables
  std::string home{};
  /// Settings of the cluster's unfinished run, from `replayable_settings`; empty: none.
  std::string unfinished{};
  /// Settings of a kept plan, in the same form; empty: none. Files and the environment cannot
  /// change them. Only these flags can: access to the cluster, the programs, and secrets that the
  /// plan could not store.
  std::string kept{};
};

/// Settings with the source of every value, and all problems at once (exit 2). With problems the
/// settings hold what could be read, for the other checks; do not act on them.
struct ReadSettings {
  Settings settings{};
  std::vector<Problem> problems{};
  std::vector<Problem> warnings{}; ///< reported, and confirmed on a terminal
};

/// Merges the sources: flag over environment over file over unfinished run over default. `resolve`
/// then adds what the cluster knows, and `missing_settings` lists what is still missing.
[[nodiscard]] ReadSettings read_settings(const SettingsInput& input);

/// The settings for a journal: a JSON object with the value (as texts) and source of each key.
[[nodiscard]] std::string replayable_settings(const Settings& settings);
/// The settings stored in a kept plan, each with its source at that time. For display only: what
/// cannot be read is left out.
[[nodiscard]] Settings settings_of_kept(const std::string& kept);
/// The tool flags of an unfinished run, "--kubectl 'k3s kubectl'"; empty: none. `resume` does not
/// reuse them, because a journal decides what to do, never which program runs.
[[nodiscard]] std::string programs_given(const std::string& unfinished);

} // namespace iplease
