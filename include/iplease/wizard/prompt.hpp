// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace iplease {

/// What somebody did at a prompt.
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

/// The door to the person: talk that scrolls, and one line of answer at a time.
class Prompt {
public:
  virtual ~Prompt() = default;
  /// Shows text as it is; lines are not wrapped here.
  virtual void say(std::string_view text) = 0;
  /// Shows `mark` and waits for one line. What was typed before is thrown away, so that no key
  /// pressed too early answers a question that was not yet read.
  [[nodiscard]] virtual Reply ask(std::string_view mark) = 0;
  /// Columns as they are now; a window may change between two questions.
  [[nodiscard]] virtual int columns() const = 0;
};

} // namespace iplease
