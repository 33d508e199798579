// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/settings.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace iplease {

inline constexpr const char* k_api_version = "iplease.akash.network/v1";
inline constexpr const char* k_kind = "Enablement";

enum class KeyType {
  text,
  path, ///< text; relative to the file's folder
  boolean,
  choice,
  list,      ///< of text
  words,     ///< a program and its first arguments; a flag is split at spaces
  addresses, ///< list of prefixes and first-last ranges
  durations, ///< by stage: 5m, 90s, 1h30m
  object,    ///< any object, passed on unchanged
};

/// Where Settings stores a key.
using Slot = std::variant<Sourced<std::string>*,
                          Sourced<std::optional<std::string>>*,
                          Sourced<bool>*,
                          Sourced<std::optional<bool>>*,
                          Sourced<std::vector<std::string>>*,
                          Sourced<std::optional<std::vector<std::string>>>*,
                          Sourced<std::vector<AddressRange>>*,
                          Sourced<MetallbInstall>*,
                          Sourced<ValuesFrom>*,
                          std::map<std::string, Sourced<std::chrono::seconds>>*>;

/// Why a value is refused; `id` is IPL-CFG-NNN.
struct Refusal {
  std::string id{};
  std::string what{}; ///< continues "<key>: "
  std::string fix{};
};

/// One key of the settings. This table is the only list of keys: the file, `--set`, the flags, the
/// environment, `config schema`, `config explain`, completions and docs/settings.md come from it.
struct SettingKey {
  std::string_view path{}; ///< "metallb.install"; "timeouts.<stage>" stands for all eleven stages
  KeyType type = KeyType::text;
  std::string_view flag{};     ///< "--metallb"; empty: only `--set`
  std::string_view choices{};  ///< allowed words, separated by spaces
  std::string_view fallback{}; ///< what happens if it is not given, in words
  std::string_view help{};     ///< one sentence, and its consequences
  std::string_view example{};  ///< as in a flags file
  std::string_view pattern{};  ///< of a text or each item, for the JSON Schema; may be empty
  std::optional<Refusal> (*check)(std::string_view text) = nullptr; ///< of a text or each item
  Slot (*slot)(Settings& settings) = nullptr;
};

/// In the order of the flags file.
[[nodiscard]] std::span<const SettingKey> setting_keys();
/// The row of "metallb.install", "timeouts.metallb" or "metallb.values"; null if unknown.
[[nodiscard]] const SettingKey* find_key(std::string_view path);
/// The row of a flag, "--pool"; null if unknown.
[[nodiscard]] const SettingKey* find_flag(std::string_view flag);
/// Every full path, with `timeouts` spelt out; for completions and suggestions.
[[nodiscard]] std::vector<std::string> setting_paths();
/// IPLEASE_METALLB_VERSION for `--metallb-version`; empty if the key has no flag.
[[nodiscard]] std::string environment_name(const SettingKey& key);
/// The key with `value` as a command-line option: "--timeout provider=VALUE". `path` is the key's
/// own, with the stage's name if it has one.
[[nodiscard]] std::string
command_line_form(const SettingKey& key, std::string_view path, const std::string& value);
/// The key's example as a command-line option: "--timeout provider=5m".
[[nodiscard]] std::string command_line_example(const SettingKey& key, std::string_view path);
[[nodiscard]] std::vector<std::string> choices_of(const SettingKey& key);
/// "text", "list of text", "true or false", ...
[[nodiscard]] std::string type_name(const SettingKey& key);
/// The stage ids that `timeouts` accepts, in the order of a run.
[[nodiscard]] std::span<const std::string_view> stage_names();

/// A piece of given text with its place.
struct GivenText {
  std::string text{};
  Place place{};
};

/// A value on its way into Settings. A boolean is "true" or "false"; an object is JSON text.
struct GivenValue {
  std::vector<GivenText> texts{}; ///< one, or the items of a list
  From from = From::file;
  std::string where{}; ///< "flags.yaml:12", "--pool"
  std::string name{};  ///< leads the messages: the path in a file, else the flag or variable
  Place place{};
  std::string folder{}; ///< base of relative paths
  std::string home{};   ///< replaces ~/; empty: unknown
};

/// Checks the value and stores it with its source. Stores nothing if there are problems, which it
/// returns all at once. `timeouts.<stage>` needs `path`.
[[nodiscard]] std::vector<Problem> store_setting(const SettingKey& key,
                                                 std::string_view path,
                                                 const GivenValue& value,
                                                 Settings& settings);

/// A value as it is in Settings.
struct ShownValue {
  bool present = false; ///< false: still to be detected
  std::vector<std::string> texts{};
  From from = From::fallback;
  std::string where{};
  Place place{};
};
[[nodiscard]] ShownValue
shown_setting(const SettingKey& key, std::string_view path, const Settings& settings);

/// "1h30m" as seconds; nullopt if it is not a duration.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);
[[nodiscard]] std::string duration_text(std::chrono::seconds value);
/// "answer", "flag", "environment", "file", "unfinished run", "cluster", "default".
[[nodiscard]] std::string_view source_name(From from);

/// A key that must be given, and why ("" if it always must).
struct MissingKey {
  std::string_view path{};
  std::string why{};
};
/// Keys that nobody gave and nothing can detect. Call after `resolve`.
[[nodiscard]] std::vector<MissingKey> missing_keys(const Settings& settings);
/// IPL-CFG-009 (exit 2) with the flag and the file key to give it with.
[[nodiscard]] Problem missing_problem(const MissingKey& missing);
/// `missing_problem` of every missing key. Call after `resolve`.
[[nodiscard]] std::vector<Problem> missing_settings(const Settings& settings);

} // namespace iplease
