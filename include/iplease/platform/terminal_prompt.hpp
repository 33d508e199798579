// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/platform/terminal.hpp>
#include <iplease/wizard/prompt.hpp>

namespace iplease {

/// Prompts on a real terminal, which is in raw mode with bracketed paste off while it waits for a
/// line. Whatever ends the wait (a line, Ctrl-C, SIGTERM, SIGHUP, Ctrl-Z), the modes are restored
/// first.
class TerminalPrompt final : public Prompt {
public:
  /// `in` and `out` are the same terminal, or `in` is /dev/tty. Owns neither.
  TerminalPrompt(int in, int out, Style style);
  /// `text` must be plain except for iplease's own colours.
  void say(std::string_view text) override { m_write(text); }
  [[nodiscard]] Reply ask(std::string_view mark) override;
  [[nodiscard]] int columns() const override { return terminal_width(m_in); }

private:
  int m_in;
  Style m_style;
  Write m_write;
};

/// A terminal to ask on, or -1: standard input if it is one. If it is a pipe (`curl ... | sh`) and
/// standard error is a terminal: /dev/tty, which the caller then owns.
[[nodiscard]] int terminal_to_ask_on();

} // namespace iplease
