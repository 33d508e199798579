// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cli/command_table.hpp>
#include <iplease/core/error.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// What stood on the command line, by long name; nothing is checked against the cluster here.
struct RawOptions {
  const CommandSpec* command = nullptr;                     ///< nullptr: bare `iplease`
  std::map<std::string, std::vector<std::string>> values{}; ///< "" for a switch that was given
  std::vector<std::string> positionals{};
  std::string group{}; ///< with `help`: the first word of several commands, as `config`
  bool help = false;
  bool help_all = false;
  bool version = false;
  [[nodiscard]] bool has(const std::string& name) const { return values.contains(name); }
  /// The last value given; `fallback` when there is none.
  [[nodiscard]] std::string value(const std::string& name, const std::string& fallback = {}) const;
  [[nodiscard]] std::vector<std::string> all(const std::string& name) const;
};

struct ParsedLine {
  RawOptions options{};
  std::vector<Problem> problems{}; ///< exit 2, each with the nearest name
  /// `-o json` stands somewhere on the line, also on one that cannot be read otherwise.
  bool json = false;
};

/// Reads argv by the command table. CLI11 does the reading; its own exit codes never leave here.
[[nodiscard]] ParsedLine parse_line(int argc, const char* const* argv);

/// Help made from the table for what `asked` names: a command, a group of commands, or neither.
/// `program` is "iplease" or "kubectl iplease".
[[nodiscard]] std::string
help_text(const RawOptions& asked, const std::string& program, std::size_t columns = 80);

/// `text` with each command of ours in it as it is typed where the program is called so:
/// "kubectl iplease resume" for "iplease resume".
[[nodiscard]] std::string as_typed(std::string_view text, const std::string& program);

/// The manual page iplease(1) in roff, from the same table.
[[nodiscard]] std::string man_page();

} // namespace iplease
