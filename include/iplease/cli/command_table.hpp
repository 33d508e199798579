// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// One option of the command line. Parsing, help, completions and the man page all come from these
/// rows, so they cannot disagree.
struct OptionSpec {
  std::string_view name;       ///< long name without dashes
  char letter = 0;             ///< short name; 0: none
  std::string_view argument{}; ///< placeholder; empty: a flag without a value
  std::string_view help;
  std::string_view values{}; ///< allowed words, separated by '|'; empty: any
  bool common = true;        ///< shown by --help; the others only by --help-all
  bool repeats = false;
};

struct CommandSpec {
  std::string_view name; ///< "enable", "config validate"
  std::string_view summary;
  std::string_view positional{}; ///< placeholder such as "FILE"; in brackets if optional
  std::vector<std::string_view> examples{};
  std::vector<OptionSpec> options{};
  bool uses_cluster = false;  ///< accepts the cluster options too
  bool uses_settings = false; ///< accepts the flags of docs/settings.md too
  std::string_view next{};    ///< command to suggest after this one
};

[[nodiscard]] std::span<const CommandSpec> command_table();
/// Options that every command accepts.
[[nodiscard]] std::span<const OptionSpec> global_options();
[[nodiscard]] std::span<const OptionSpec> cluster_options();
[[nodiscard]] std::span<const OptionSpec> settings_options();
/// All options of a command, its own first.
[[nodiscard]] std::vector<OptionSpec> options_of(const CommandSpec& command);

} // namespace iplease
