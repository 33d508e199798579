// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace iplease {

/// What the operator did at a prompt.
struct Reply {
  enum class Kind {
    line,      ///< a line was entered; it may be empty
    end,       ///< Ctrl-D on an empty line, or the terminal is gone
    interrupt, ///< Ctrl-C, SIGTERM or SIGHUP
  };
  Kind kind = Kind::line;
  std::string text{};
  int signal = 0; ///< of an interrupt: SIGINT, SIGTERM or SIGHUP
};

/// Interface to the operator: text that scrolls, and one line of answer at a time.
class Prompt {
public:
  virtual ~Prompt() = default;
  /// Prints text as it is, without wrapping.
  virtual void say(std::string_view text) = 0;
  /// Prints `mark` and waits for one line. Discards earlier input, so that no key answers a
  /// question before it was shown.
  [[nodiscard]] virtual Reply ask(std::string_view mark) = 0;
  /// Current number of columns; it may change between two questions.
  [[nodiscard]] virtual int columns() const = 0;
};

} // namespace iplease
