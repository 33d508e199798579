// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/exit_code.hpp>
#include <iplease/engine/effects.hpp>

#include <string>
#include <vector>

namespace iplease {

/// What `iplease values FILE [--diff|--write] [--merge VALUES] [--attribute NAME...]` was asked.
struct ValuesOptions {
  std::string file{};  ///< "-": standard input, which cannot be written back
  bool diff = false;   ///< show what would change, secrets masked
  bool write = false;  ///< change the file in place, with a backup
  std::string merge{}; ///< values whose own keys the file takes over; empty: none; "-": piped
  std::vector<std::string> attributes{"ip-lease", "capabilities/ip-lease", "feat-endpoint-ip"};
};

/// The editor alone, for people who keep provider.yaml in git; never a cluster. `out` becomes
/// standard output: the edited text byte for byte, or the diff; `err` standard error: what
/// changed in words, or why nothing was done. 0 done or unchanged, 2 the file cannot be read or
/// the options contradict each other, 3 refused, 12 it cannot be written.
[[nodiscard]] ExitCode
values_command(const ValuesOptions& options, Files& files, std::string& out, std::string& err);

} // namespace iplease
