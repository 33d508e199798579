// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/options.hpp>

#include <fmt/format.h>

namespace iplease {

namespace {

std::string option_line(const OptionSpec& option)
{
  std::string left = option.letter != 0 ? fmt::format("-{}, ", option.letter) : "    ";
  left += "--" + std::string(option.name);
  if (!option.argument.empty()) {
    left += " " + std::string(option.argument);
  }
  return fmt::format("  {:<30} {}\n", left, option.help);
}

std::string overview(bool all, const std::string& program)
{
  std::string text = fmt::format(
      "Turns on IP leases for an existing Akash provider.\n\n"
      "  {0} enable                         ask, plan, do, prove\n"
      "  {0} enable -f flags.yaml --yes     the same without questions\n"
      "  {0} enable -f flags.yaml --dry-run every command, nothing changed\n\nCommands\n",
      program);
  for (const CommandSpec& command : command_table()) {
    text += fmt::format("  {:<16} {}\n", command.name, command.summary);
  }
  if (all) {
    text += "\nOptions of every command\n";
    for (const OptionSpec& option : global_options()) {
      text += option_line(option);
    }
  }
  return text +
         fmt::format("\n{} COMMAND --help shows its options. Docs: docs/README.md\n", program);
}

} // namespace

std::string help_text(const CommandSpec* command, bool all, const std::string& program)
{
  if (command == nullptr) {
    return overview(all, program);
  }
  std::string text = fmt::format("{} {}: {}\n\n", program, command->name, command->summary);
  for (std::string_view example : command->examples) {
    const std::size_t own = example.find("iplease");
    std::string shown(example);
    if (own != std::string::npos) {
      shown.replace(own, 7, program);
    }
    text += "  " + shown + "\n";
  }
  bool hidden = false;
  std::string lines;
  for (const OptionSpec& option : options_of(*command)) {
    if (option.common || all) {
      lines += option_line(option);
    } else {
      hidden = true;
    }
  }
  if (!lines.empty()) {
    text += "\nOptions\n" + lines;
  }
  if (hidden) {
    text += fmt::format("  {:<30} {}\n", "    --help-all", "show every option");
  }
  text += "\n";
  if (!command->next.empty()) {
    text += fmt::format("Next: {}   ", command->next);
  }
  return text + "Docs: docs/README.md\n";
}

} // namespace iplease
