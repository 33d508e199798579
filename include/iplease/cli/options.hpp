// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cli/command_table.hpp>
#include <iplease/core/error.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// The command line by long option name. Nothing is checked against the cluster here.
struct RawOptions {
  const CommandSpec* command = nullptr;                     ///< nullptr: bare `iplease`
  std::map<std::string, std::vector<std::string>> values{}; ///< "" for a flag without a value
  std::vector<std::string> positionals{};
  std::string group{}; ///< with `help`: the first word of a group of commands, "config"
  bool help = false;
  bool help_all = false;
  bool version = false;
  [[nodiscard]] bool has(const std::string& name) const { return values.contains(name); }
  /// The last value given, else `fallback`.
  [[nodiscard]] std::string value(const std::string& name, const std::string& fallback = {}) const;
  [[nodiscard]] std::vector<std::string> all(const std::string& name) const;
};

struct ParsedLine {
  RawOptions options{};
  std::vector<Problem> problems{}; ///< exit 2, each with the nearest valid name
  /// Whether `-o json` is anywhere on the line, even if the line is invalid.
  bool json = false;
};

/// Parses argv by the command table. CLI11 does the work, but its exit codes are not used.
[[nodiscard]] ParsedLine parse_line(int argc, const char* const* argv);

/// Help for what `asked` names: a command, a group of commands, or neither. `program` is "iplease"
/// or "kubectl iplease".
[[nodiscard]] std::string
help_text(const RawOptions& asked, const std::string& program, std::size_t columns = 80);

/// Replaces `iplease COMMAND` in `text` with the form the operator types: "kubectl iplease resume"
/// if `program` is "kubectl iplease".
[[nodiscard]] std::string as_typed(std::string_view text, const std::string& program);

/// The manual page iplease(1) in roff, from the same table.
[[nodiscard]] std::string man_page();

} // namespace iplease
