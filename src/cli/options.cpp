// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/options.hpp>
#include <iplease/core/nearest.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iterator>
#include <memory>

namespace iplease {

namespace {

Problem usage(std::string id, std::string what, std::string fix)
{
  return {
      .id = std::move(id), .what = std::move(what), .fix = std::move(fix), .exit = ExitCode::usage};
}

std::vector<std::string> words_of(std::string_view name)
{
  const std::size_t blank = name.find(' ');
  if (blank == std::string_view::npos) {
    return {std::string(name)};
  }
  return {std::string(name.substr(0, blank)), std::string(name.substr(blank + 1))};
}

/// The command that the first words name, and how many words its name has.
std::pair<const CommandSpec*, std::size_t> find_command(const std::vector<std::string>& words)
{
  for (const CommandSpec& command : command_table()) {
    const std::vector<std::string> name = words_of(command.name);
    if (words.size() >= name.size() && std::equal(name.begin(), name.end(), words.begin())) {
      return {&command, name.size()};
    }
  }
  return {nullptr, 0};
}

std::vector<std::string> names_after(const std::string& first)
{
  std::vector<std::string> names;
  for (const CommandSpec& command : command_table()) {
    const std::vector<std::string> words = words_of(command.name);
    if (first.empty()) {
      names.push_back(words.front());
    } else if (words.size() == 2 && words.front() == first) {
      names.push_back(words.back());
    }
  }
  return names;
}

std::string joined(const std::vector<std::string>& names)
{
  std::string text;
  for (const std::string& name : names) {
    if (text.find(name) == std::string::npos) {
      text += (text.empty() ? "" : ", ") + name;
    }
  }
  return text;
}

/// Handles CLI11's "--only: 1 required TEXT missing" and "Could not convert: --yes = maybe".
std::string value_fault(const CLI::ParseError& error)
{
  const std::string said = error.what();
  if (error.get_name() == "ArgumentMismatch") {
    return said.substr(0, said.find(':')) + " needs a value";
  }
  const std::string lead = "Could not convert: ";
  return said.starts_with(lead)
             ? said.substr(lead.size(), said.find(" = ") - lead.size()) + " takes no value"
             : said;
}

Problem unknown_command(const std::vector<std::string>& words)
{
  const std::vector<std::string> inner = names_after(words.front());
  const bool group = !words.front().empty() && !inner.empty();
  const std::string word = group ? (words.size() > 1 ? words[1] : "") : words.front();
  const std::vector<std::string> names = group ? inner : names_after("");
  const std::string near = nearest(word, names);
  const std::string shown = group ? words.front() + (word.empty() ? "" : " " + word) : word;
  if (word.empty()) {
    return usage("IPL-CLI-006",
                 "`iplease" + (shown.empty() ? "" : " " + shown) + "` needs a command",
                 "one of: " + joined(names));
  }
  return usage("IPL-CLI-001",
               "unknown command `" + shown + "`",
               near.empty() ? "one of: " + joined(names)
                            : "did you mean `" + (group ? words.front() + " " : "") + near + "`?");
}

/// Declares one CLI11 option per row of the table, all read as text.
void declare(CLI::App& app,
             const std::vector<OptionSpec>& specs,
             std::map<std::string, std::vector<std::string>>& values)
{
  for (const OptionSpec& spec : specs) {
    std::string names = "--" + std::string(spec.name);
    if (spec.letter != 0) {
      names = std::string{'-', spec.letter, ','} + names;
    }
    const std::string key(spec.name);
    if (spec.argument.empty()) {
      app.add_flag_callback(names, [&values, key] { values[key].emplace_back(); });
    } else {
      app.add_option(names, values[key])
          ->expected(1)
          ->allow_extra_args(false) // the next word is an argument of the command
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
          ->trigger_on_parse(false);
    }
  }
}

std::vector<Problem> check_values(const std::vector<OptionSpec>& specs, const RawOptions& options)
{
  std::vector<Problem> problems;
  for (const OptionSpec& spec : specs) {
    const std::string name(spec.name);
    const std::vector<std::string> given = options.all(name);
    if (!spec.argument.empty() && !spec.repeats && given.size() > 1) {
      problems.push_back(usage("IPL-CLI-004",
                               "--" + name + " is given " + std::to_string(given.size()) + " times",
                               "give it once"));
    }
    if (spec.values.empty()) {
      continue;
    }
    const std::vector<std::string> allowed = CLI::detail::split(std::string(spec.values), '|');
    for (const std::string& value : given) {
      if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
        const std::string near = nearest(value, allowed);
        problems.push_back(
            usage("IPL-CLI-003",
                  "--" + name + " does not take `" + value + "`",
                  near.empty() ? "one of: " + joined(allowed) : "did you mean `" + near + "`?"));
      }
    }
  }
  return problems;
}

Problem unknown_option(const std::string& word, const std::vector<OptionSpec>& specs)
{
  std::vector<std::string> names{"help", "help-all"};
  for (const OptionSpec& spec : specs) {
    names.emplace_back(spec.name);
  }
  const std::string bare = word.substr(std::min(word.find_first_not_of('-'), word.size()));
  const std::string near = nearest(bare.substr(0, bare.find('=')), names);
  return usage("IPL-CLI-002",
               "unknown option `" + word.substr(0, word.find('=')) + "`",
               near.empty() ? "the options are listed by --help-all"
                            : "did you mean `--" + near + "`?");
}

void read_rest(CLI::App& app, const std::vector<OptionSpec>& specs, ParsedLine& line)
{
  for (const std::string& word : app.remaining()) {
    if (word.size() > 1 && word.front() == '-') {
      line.problems.push_back(unknown_option(word, specs));
    } else {
      line.options.positionals.push_back(word);
    }
  }
  const CommandSpec& command = *line.options.command;
  if (command.positional.empty() && !line.options.positionals.empty()) {
    line.problems.push_back(usage("IPL-CLI-005",
                                  "`" + line.options.positionals.front() + "` is one word too many",
                                  "leave it out, or put its option before it: iplease " +
                                      std::string(command.name) + " --help"));
  }
  const bool asked = line.options.help || line.options.help_all;
  if (!command.positional.empty() && command.positional.front() != '[' &&
      line.options.positionals.empty() && !asked) {
    line.problems.push_back(usage("IPL-CLI-006",
                                  "`iplease " + std::string(command.name) + "` needs " +
                                      std::string(command.positional),
                                  "for example: " + std::string(command.examples.front())));
  }
}

void parse_command(const std::vector<std::string>& rest, ParsedLine& line)
{
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  const std::vector<OptionSpec> specs = options_of(*line.options.command);
  declare(app, specs, line.options.values);
  app.add_flag("-h,--help", line.options.help);
  app.add_flag("--help-all", line.options.help_all);
  std::vector<std::string> reversed(rest.rbegin(), rest.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    line.problems.push_back(
        usage("IPL-CLI-007",
              value_fault(error),
              "see iplease " + std::string(line.options.command->name) + " --help"));
  }
  std::erase_if(line.options.values, [](const auto& entry) { return entry.second.empty(); });
  read_rest(app, specs, line);
  for (Problem& problem : check_values(specs, line.options)) {
    line.problems.push_back(std::move(problem));
  }
}

bool asks_help(const std::string& word)
{
  return word == "--help" || word == "-h" || word == "--help-all" || word == "help";
}

bool is_group(const std::string& word)
{
  return !word.empty() && !names_after(word).empty();
}

/// Whether the line asks for help before any command: for everything, a group, or the command that
/// `iplease help WORDS` names.
bool help_wanted(const std::vector<std::string>& words, ParsedLine& line)
{
  const bool of_group = words.size() > 1 && asks_help(words[1]) && is_group(words.front());
  if (!asks_help(words.front()) && !of_group) {
    return false;
  }
  line.options.help = true;
  line.options.help_all = words.front() == "--help-all";
  const std::vector<std::string> named(words.begin() + (of_group ? 0 : 1),
                                       words.begin() + (of_group ? 1 : std::ssize(words)));
  if (named.empty()) {
    return true;
  }
  line.options.command = find_command(named).first;
  if (line.options.command == nullptr && named.size() == 1 && is_group(named.front())) {
    line.options.group = named.front();
  } else if (line.options.command == nullptr) {
    line.options.help = false;
    line.problems.push_back(unknown_command(named));
  }
  return true;
}

/// The format that a -o option at `at` asks for, and how many words it takes; 0 words: it is
/// another option.
std::pair<std::string, std::size_t> format_at(const std::vector<std::string>& words, std::size_t at)
{
  const std::string& word = words[at];
  if (word == "-o" || word == "--output") {
    return {at + 1 < words.size() ? words[at + 1] : "", 2};
  }
  for (const std::string_view start : {"--output=", "-o=", "-o"}) {
    if (word.starts_with(start)) {
      return {word.substr(start.size()), 1};
    }
  }
  return {};
}

bool names_json(const std::vector<std::string>& words)
{
  for (std::size_t at = 0; at < words.size() && words[at] != "--"; ++at) {
    if (format_at(words, at).first == "json") {
      return true;
    }
  }
  return false;
}

/// Whether --version comes first, or only after -o options.
bool asks_version(const std::vector<std::string>& words)
{
  std::size_t at = 0;
  for (std::size_t taken = 1; at < words.size() && taken > 0; at += taken) {
    taken = format_at(words, at).second;
  }
  return at < words.size() && (words[at] == "--version" || words[at] == "-V");
}

} // namespace

std::string RawOptions::value(const std::string& name, const std::string& fallback) const
{
  const auto at = values.find(name);
  return at == values.end() || at->second.empty() ? fallback : at->second.back();
}

std::vector<std::string> RawOptions::all(const std::string& name) const
{
  const auto at = values.find(name);
  return at == values.end() ? std::vector<std::string>{} : at->second;
}

ParsedLine parse_line(int argc, const char* const* argv)
{
  ParsedLine line;
  std::vector<std::string> words(argv + 1, argv + argc);
  line.json = names_json(words);
  // GNU: --help and --version win over everything else.
  if (asks_version(words)) {
    line.options.version = true;
    if (line.json) {
      line.options.values["output"] = {"json"};
    }
    return line;
  }
  if (words.empty() || help_wanted(words, line)) {
    return line;
  }
  const auto [command, used] = find_command(words);
  if (command == nullptr) {
    line.problems.push_back(words.front().starts_with('-') ? unknown_option(words.front(), {})
                                                           : unknown_command(words));
    return line;
  }
  line.options.command = command;
  parse_command({words.begin() + static_cast<std::ptrdiff_t>(used), words.end()}, line);
  line.json = line.json || line.options.value("output") == "json"; // `-yo json`
  return line;
}

} // namespace iplease
