// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// One program invocation as data, never a shell line. execve and the pipe get exactly these bytes.
struct Command {
  std::vector<std::string> argv; ///< argv[0] is looked up on PATH; argv never holds a secret
  std::string input{};           ///< standard input, for example manifests for `kubectl apply -f -`
  bool secret_input = false;     ///< never show, log or journal the input
  std::chrono::seconds timeout{60};
  /// Working folder; empty: the operator's. Relative paths in the environment still resolve, those
  /// in argv do not, so use absolute paths there if this is set.
  std::string folder{};
  bool operator==(const Command&) const = default;
};

/// How a process ended, apart from its exit code.
enum class Ended { exited, signalled, timed_out, not_found, not_started };
/// The word for journal and event stream, "timed_out".
[[nodiscard]] const char* ended_word(Ended ended);

/// The result of one invocation. `out` and `err` are bounded; `truncated`: bytes were dropped.
struct CommandResult {
  Ended ended = Ended::exited;
  int exit_code = 0; ///< the exit code, or the signal's number when `signalled`
  std::string out{};
  std::string err{};
  bool truncated = false;
  std::chrono::milliseconds took{0};
  [[nodiscard]] bool ok() const noexcept { return ended == Ended::exited && exit_code == 0; }
};

/// Quotes one word for POSIX sh. Only for display and the plan as a script.
[[nodiscard]] std::string shell_quote(std::string_view word);
/// Quotes all words and joins them with spaces.
[[nodiscard]] std::string shell_line(const std::vector<std::string>& argv);

} // namespace iplease
