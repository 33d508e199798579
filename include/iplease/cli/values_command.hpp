// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/exit_code.hpp>
#include <iplease/engine/effects.hpp>

#include <string>
#include <vector>

namespace iplease {

/// Options of `iplease values FILE [--diff|--write] [--merge VALUES] [--attribute NAME...]`.
struct ValuesOptions {
  std::string file{};  ///< "-": standard input, which cannot be combined with --write
  bool diff = false;   ///< show the changes, secrets masked
  bool write = false;  ///< change the file in place, with a backup
  std::string merge{}; ///< file whose extra keys are merged in; "-": standard input; empty: none
  std::vector<std::string> attributes{"ip-lease", "capabilities/ip-lease", "feat-endpoint-ip"};
};

/// The values editor alone, for operators who keep provider.yaml in git. Reads no cluster. `out` is
/// for standard output: the edited text or the diff. `err` is for standard error: the changes in
/// words, or why nothing was done. Returns 0 if done or unchanged, 2 if the file cannot be read or
/// the options conflict, 3 if refused, 12 if the file cannot be written.
[[nodiscard]] ExitCode
values_command(const ValuesOptions& options, Files& files, std::string& out, std::string& err);

} // namespace iplease
