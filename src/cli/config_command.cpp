// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/config_command.hpp>
#include <iplease/core/address_range.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/report/plan_view.hpp>
#include <iplease/report/problem_text.hpp>

#include "given.hpp"

namespace iplease {

namespace {

using nlohmann::ordered_json;

ordered_json settings_json(const Settings& settings)
{
  ordered_json all = ordered_json::object();
  for (const std::string& path : setting_paths()) {
    const SettingKey& key = *find_key(path);
    const ShownValue shown = shown_setting(key, path, settings);
    all[path] = {{"value", setting_json(key, shown)},
                 {"source", source_name(shown.from)},
                 {"where", shown.where},
                 {"default", key.fallback},
                 {"help", key.help}};
  }
  return all;
}

/// "a, b", or an object's JSON; for a key that nobody gave, how it is detected.
std::string text_of_value(const SettingKey& key, const ShownValue& shown)
{
  if (!shown.present) {
    return "(" + std::string(key.fallback) + ")";
  }
  const ordered_json value = setting_json(key, shown);
  if (value.is_array()) {
    return "[" + joined(shown.texts) + "]";
  }
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string_view first_sentence(std::string_view help)
{
  const std::size_t end = help.find(". ");
  return end == std::string_view::npos ? help : help.substr(0, end + 1);
}

} // namespace

ExitCode config_validate(const SettingsInput& input, bool json, std::string& out, std::string& err)
{
  ReadSettings read = read_settings(input);
  if (read.problems.empty()) { // a refused value is not missing
    read.problems = missing_settings(read.settings);
  }
  const auto& ranges = read.settings.pool.addresses.value;
  const std::uint64_t addresses =
      count(ranges, read.settings.pool.avoid_buggy_ips.value.value_or(false));
  if (json) {
    ordered_json problems = ordered_json::array();
    for (const Problem& problem : read.problems) {
      problems.push_back(problem_json(problem));
    }
    for (const Problem& warning : read.warnings) {
      problems.push_back(problem_json(warning, "warning"));
    }
    out = plain_json({{"type", "validation"},
                      {"ui", "1.0"},
                      {"valid", read.problems.empty()},
                      {"pool", {{"count", addresses}}},
                      {"problems", problems},
                      {"settings", settings_json(read.settings)}},
                     2) +
          "\n";
    return read.problems.empty() ? ExitCode::done : ExitCode::usage;
  }
  SourceTexts sources;
  if (input.file) {
    sources[input.file->name] = input.file->text;
  }
  err = problems_text(read.warnings, sources, "warning") + problems_text(read.problems, sources);
  if (!read.problems.empty()) {
    return ExitCode::usage;
  }
  out = "valid: " + std::to_string(addresses) + (addresses == 1 ? " address" : " addresses") +
        " in the pool\n";
  return ExitCode::done;
}

std::string config_show(const Settings& settings, bool json)
{
  if (json) {
    return plain_json({{"type", "settings"}, {"ui", "1.0"}, {"settings", settings_json(settings)}},
                      2) +
           "\n";
  }
  std::string text;
  for (const std::string& path : setting_paths()) {
    const SettingKey& key = *find_key(path);
    const ShownValue shown = shown_setting(key, path, settings);
    text += path + ": " + text_of_value(key, shown) + "\n    from " +
            source_text(std::string(source_name(shown.from)), shown.where) + "\n    " +
            std::string(first_sentence(key.help)) + "\n";
  }
  return text;
}

ExitCode config_explain(const std::string& path, std::string& out, std::string& err)
{
  if (path.empty()) {
    for (const std::string& each : setting_paths()) {
      out += each + " (" + type_name(*find_key(each)) + ")\n";
    }
    return ExitCode::done;
  }
  const SettingKey* key = find_key(path);
  if (key == nullptr) {
    err = problem_text(unknown_key(path, {}));
    return ExitCode::usage;
  }
  out = path + " (" + type_name(*key) + ")\n  " + std::string(key->help) + "\n  default   " +
        std::string(key->fallback) + "\n  example   " + std::string(key->example) + "\n";
  out += "  flag      " + command_line_example(*key, path) + "\n";
  if (!key->flag.empty()) {
    out += "  variable  " + environment_name(*key) + "\n";
  }
  return ExitCode::done;
}

} // namespace iplease
