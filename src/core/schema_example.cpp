// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/command.hpp>
#include <iplease/core/schema.hpp>

namespace iplease {

std::string
command_line_form(const SettingKey& key, std::string_view path, const std::string& value)
{
  if (key.flag.empty()) {
    return "--set " + shell_quote(std::string(path) + "=" + value);
  }
  if (key.type == KeyType::boolean) {
    return std::string(key.flag);
  }
  if (key.type != KeyType::durations) {
    return std::string(key.flag) + " " + shell_quote(value);
  }
  const std::string stage(path.substr(path.find('.') + 1));
  return std::string(key.flag) + " " +
         shell_quote((stage.starts_with('<') ? "provider" : stage) + "=" + value);
}

std::string command_line_example(const SettingKey& key, std::string_view path)
{
  std::string value(key.example);
  if (value.starts_with('[') && value.ends_with(']')) {
    // On the command line a list has no brackets, and spaces separate a program's words.
    const bool program = key.type == KeyType::words && !key.flag.empty();
    std::string plain;
    for (const char letter : value.substr(1, value.size() - 2)) {
      plain += letter == ' ' ? "" : letter == ',' && program ? " " : std::string(1, letter);
    }
    value = plain;
  }
  return command_line_form(key, path, value);
}

} // namespace iplease
