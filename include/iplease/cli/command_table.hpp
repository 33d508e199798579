// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// One option of the command line. Parsing, help, completions and the man page come from these
/// rows, so they cannot disagree.
struct OptionSpec {
  std::string_view name;       ///< long name without dashes
  char letter = 0;             ///< short name, 0: none
  std::string_view argument{}; ///< placeholder; empty: a switch
  std::string_view help;
  std::string_view values{}; ///< allowed words, separated by '|'; empty: free
  bool common = true;        ///< shown by --help; the rest by --help-all
  bool repeats = false;
};

struct CommandSpec {
  std::string_view name; ///< "enable", "config validate"
  std::string_view summary;
  std::string_view positional{}; ///< placeholder such as "FILE"; in brackets when optional
  std::vector<std::string_view> examples{};
  std::vector<OptionSpec> options{};
  bool uses_cluster = false;  ///< takes the cluster options as well
  bool uses_settings = false; ///< takes the flags of docs/settings.md as well
  std::string_view next{};    ///< the command a person would want after this one
};

[[nodiscard]] std::span<const CommandSpec> command_table();
/// Options that every command knows.
[[nodiscard]] std::span<const OptionSpec> global_options();
[[nodiscard]] std::span<const OptionSpec> cluster_options();
[[nodiscard]] std::span<const OptionSpec> settings_options();
/// All options of a command, its own first.
[[nodiscard]] std::vector<OptionSpec> options_of(const CommandSpec& command);

} // namespace iplease
