// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/options.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace iplease {

namespace {

constexpr std::size_t k_left = 28;  ///< column of an option's description
constexpr std::size_t k_names = 19; ///< column of a command's summary
constexpr std::size_t k_least = 20; ///< minimum columns for text, even in a narrow window

/// Puts `words` right of `left`, wrapped at `columns`.
std::string
beside(const std::string& left, std::string_view words, std::size_t indent, std::size_t columns)
{
  std::string text;
  std::string start = left.empty() || left.size() < indent
                          ? left + std::string(indent - left.size(), ' ')
                          : left + "\n" + std::string(indent, ' ');
  const std::size_t room = std::max(columns, indent + k_least) - indent;
  do {
    std::size_t end = words.size();
    if (end > room) {
      end = words.rfind(' ', room);
      end = end == std::string_view::npos ? room : end;
    }
    text += start + std::string(words.substr(0, end)) + "\n";
    start = std::string(indent, ' ');
    words.remove_prefix(std::min(end + 1, words.size()));
  } while (!words.empty());
  return text;
}

std::string option_line(const OptionSpec& option, std::size_t columns)
{
  std::string left = option.letter != 0 ? fmt::format("  -{}, ", option.letter) : "      ";
  left += "--" + std::string(option.name);
  if (!option.argument.empty()) {
    left += " " + std::string(option.argument);
  }
  return beside(left, option.help, k_left, columns);
}

std::string first_word(std::string_view name)
{
  return std::string(name.substr(0, name.find(' ')));
}

/// One line per command; a group, such as `config init`, shares one line unless `all`.
std::string command_lines(bool all, std::size_t columns)
{
  std::string text;
  std::string last;
  for (const CommandSpec& command : command_table()) {
    const std::string first = first_word(command.name);
    if (!all && (first == "man" || first == "version")) {
      continue; // named in the overview's last line, to fit a window of 24 lines
    }
    if (all || first == command.name) {
      text += beside("  " + std::string(command.name), command.summary, k_names, columns);
    } else if (first != last) {
      std::string words;
      for (const CommandSpec& other : command_table()) {
        if (other.name.starts_with(first + " ")) {
          words += (words.empty() ? "" : ", ") + std::string(other.name.substr(first.size() + 1));
        }
      }
      text += beside("  " + first + " ...", words, k_names, columns);
    }
    last = first;
  }
  return text;
}

std::string overview(bool all, const std::string& program, std::size_t columns)
{
  std::string text = "Turns on IP leases for an existing Akash provider.\n\n";
  for (const auto& [words, meaning] :
       {std::pair{"enable", "ask, plan, do, prove"},
        std::pair{"enable -f flags.yaml --yes", "the same without questions"},
        std::pair{"plan -f flags.yaml", "every command, nothing changed"}}) {
    text += fmt::format("  {:<44} {}\n", program + " " + words, meaning);
  }
  text += "\nCommands\n" + command_lines(all, columns);
  if (all) {
    text += "\nOptions of every command\n";
    for (const OptionSpec& option : global_options()) {
      text += option_line(option, columns);
    }
  }
  return text +
         beside(
             "", fmt::format("\nMore: {0} COMMAND --help, or all: {0} man", program), 0, columns);
}

std::string group_help(const std::string& group, const std::string& program, std::size_t columns)
{
  std::string text = program + " " + group + " COMMAND\n\nCommands\n";
  for (const CommandSpec& command : command_table()) {
    if (command.name.starts_with(group + " ")) {
      text += beside("  " + std::string(command.name.substr(group.size() + 1)),
                     command.summary,
                     k_names,
                     columns);
    }
  }
  return text + fmt::format("\n{} {} COMMAND --help shows its options.\n", program, group);
}

bool goes_on(char letter)
{
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '_';
}

/// Whether the text after the program's name starts with a command.
bool is_command(std::string_view rest)
{
  return rest.starts_with("--") ||
         std::ranges::any_of(command_table(), [&](const CommandSpec& command) {
           const std::size_t size = command.name.size();
           return rest.starts_with(command.name) && (rest.size() == size || !goes_on(rest[size]));
         });
}

} // namespace

std::string as_typed(std::string_view text, const std::string& program)
{
  constexpr std::string_view own = "iplease ";
  std::string shown;
  for (std::size_t at = text.find(own); at != std::string_view::npos && own.substr(0, 7) != program;
       at = text.find(own)) {
    const std::string_view before = text.substr(0, at);
    const bool alone = before.empty() || !(goes_on(before.back()) || before.back() == '/' ||
                                           before.ends_with("kubectl "));
    text.remove_prefix(at + own.size());
    shown += before;
    shown += alone && is_command(text) ? program + " " : std::string(own);
  }
  return shown + std::string(text);
}

std::string help_text(const RawOptions& asked, const std::string& program, std::size_t columns)
{
  const CommandSpec* command = asked.command;
  const bool all = asked.help_all;
  if (command == nullptr) {
    return asked.group.empty() ? overview(all, program, columns)
                               : group_help(asked.group, program, columns);
  }
  const std::string line =
      fmt::format("{} {}{}", program, command->name, command->positional.empty() ? "" : " ") +
      std::string(command->positional);
  std::string text = beside("", line + ": " + std::string(command->summary), 0, columns) + "\n";
  for (const std::string_view example : command->examples) {
    text += "  " + as_typed(example, program) + "\n";
  }
  std::string lines;
  bool hidden = false;
  for (const OptionSpec& option : options_of(*command)) {
    if (option.common || all) {
      lines += option_line(option, columns);
    } else {
      hidden = true;
    }
  }
  if (hidden) {
    lines += beside("      --help-all", "show every option", k_left, columns);
  }
  if (!lines.empty()) {
    text += "\nOptions\n" + lines;
  }
  if (!command->next.empty()) {
    text += fmt::format("\nNext: {}\n", as_typed(command->next, program));
  }
  return text;
}

} // namespace iplease
