// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/settings.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace iplease {

/// A flags file, already read.
struct FlagsText {
  std::string name{};   ///< as messages show it: "flags.yaml", "standard input"
  std::string folder{}; ///< absolute; relative paths in it count from here
  std::string text{};
};

/// One flag of the settings table as it was given; for a flag without a value (`--kubespray-run`)
/// the value is "true".
struct FlagValue {
  std::string flag{}; ///< "--pool"
  std::string value{};
};

/// Everything that settings are made of, as plain data.
struct SettingsInput {
  std::optional<FlagsText> file{};
  std::vector<FlagValue> flags{};
  std::vector<std::string> set{}; ///< `--set key.path=value`
  std::map<std::string, std::string> environment{};
  std::string current_folder{}; ///< relative paths of flags and variables count from here
  std::string home{};
  /// Settings of the cluster's unfinished run, as `replayable_settings` wrote them; empty: none.
  std::string unfinished{};
  /// The same of a plan that was kept. No file or environment changes them: of what is given now
  /// only flags are taken, how the cluster is reached, the programs, and what had to be kept out of
  /// the plan. Empty: none.
  std::string kept{};
};

/// Settings with the source of every value, and all problems at once (exit 2). With problems the
/// settings are what could be read, for the other checks; nothing may be done with them.
struct ReadSettings {
  Settings settings{};
  std::vector<Problem> problems{};
  std::vector<Problem> warnings{}; ///< told, and asked about on a terminal
};

/// Flag over environment over file over unfinished run over default. What the cluster knows is
/// added by `resolve`, what is then still missing is listed by `missing_settings`.
[[nodiscard]] ReadSettings read_settings(const SettingsInput& input);

/// The settings as a JSON object for a run's journal: per key its value, as texts, and its source.
[[nodiscard]] std::string replayable_settings(const Settings& settings);
/// The settings that a plan was kept with, each with its source of then; for people, as what cannot
/// be read is left out.
[[nodiscard]] Settings settings_of_kept(const std::string& kept);
/// "--kubectl 'k3s kubectl'" of the programs that an unfinished run was given. They are not taken
/// over: a journal says what is to be done, never with which program. Empty where it was given
/// none.
[[nodiscard]] std::string programs_given(const std::string& unfinished);

} // namespace iplease
