// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cli/flags_file.hpp>
#include <iplease/core/schema.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// A value with the full path of its key; `key` points into the table.
struct Given {
  const SettingKey* key = nullptr;
  std::string path{};
  GivenValue value{};
};

/// Everything that one source gave, in its order.
struct GivenList {
  std::vector<Given> values{};
  std::vector<Problem> problems{};
};

[[nodiscard]] GivenList read_file_values(const FlagsText& file, const std::string& home);
[[nodiscard]] GivenList read_environment_values(const SettingsInput& input);
/// Flags and `--set`. The same key twice with different values is a problem.
[[nodiscard]] GivenList read_command_line_values(const SettingsInput& input);

/// A problem of the settings, exit 2; `name` leads the sentence.
[[nodiscard]] Problem setting_problem(const char* id,
                                      const std::string& name,
                                      const std::string& what,
                                      std::string fix,
                                      Place place = {});
/// An unknown key, with the nearest key beside it, or where a key of that name belongs.
[[nodiscard]] Problem unknown_key(const std::string& path, const Place& place);
/// "a, b, c".
[[nodiscard]] std::string joined(const std::vector<std::string>& words);
/// Whether there are keys under `path`: "metallb", "metallb.kubespray".
[[nodiscard]] bool is_group(std::string_view path);
/// Names of keys and groups directly under `path` ("" is the top level).
[[nodiscard]] std::vector<std::string> names_under(std::string_view path);

} // namespace iplease
