// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// One program invocation as data, never a shell line. What is planned here is what reaches
/// execve and the pipe, byte for byte.
struct Command {
  std::vector<std::string> argv; ///< argv[0] is looked up on PATH; secrets never go in argv
  std::string input{};           ///< standard input, for example manifests for `kubectl apply -f -`
  bool secret_input = false;     ///< the input holds secrets: never shown, logged or journaled
  std::chrono::seconds timeout{60};
  /// Where it runs; empty: in the operator's folder. Relative paths in its environment keep their
  /// meaning, those in argv do not: what goes in argv is absolute where this is set.
  std::string folder{};
  bool operator==(const Command&) const = default;
};

/// How a process ended, apart from its exit code.
enum class Ended { exited, signalled, timed_out, not_found, not_started };
/// "timed_out", in the journal and in the event stream.
[[nodiscard]] const char* ended_word(Ended ended);

/// What one invocation answered. `out` and `err` are bounded; `truncated` says that more came.
struct CommandResult {
  Ended ended = Ended::exited;
  int exit_code = 0; ///< the exit code, or the signal's number when `signalled`
  std::string out{};
  std::string err{};
  bool truncated = false;
  std::chrono::milliseconds took{0};
  [[nodiscard]] bool ok() const noexcept { return ended == Ended::exited && exit_code == 0; }
};

/// One word quoted for POSIX sh. For display and for the script face of the plan only.
[[nodiscard]] std::string shell_quote(std::string_view word);
/// All words quoted and joined with blanks.
[[nodiscard]] std::string shell_line(const std::vector<std::string>& argv);

} // namespace iplease
