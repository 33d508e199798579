// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/platform/terminal.hpp>
#include <iplease/wizard/prompt.hpp>

namespace iplease {

/// Prompts on a real terminal. While it waits for a line the terminal is in raw mode, with
/// bracketed paste off; whatever ends the wait (a line, Ctrl-C, SIGTERM, SIGHUP, Ctrl-Z), the
/// modes are put back first.
class TerminalPrompt final : public Prompt {
public:
  /// `in` and `out` are descriptors of the same terminal, or `in` is /dev/tty; neither is owned.
  TerminalPrompt(int in, int out, Style style);
  /// `text` is plain but for colours of ours.
  void say(std::string_view text) override { m_write(text); }
  [[nodiscard]] Reply ask(std::string_view mark) override;
  [[nodiscard]] int columns() const override { return terminal_width(m_in); }

private:
  int m_in;
  Style m_style;
  Write m_write;
};

/// A terminal to ask on, or -1: standard input when it is one. When it is a pipe (`curl ... | sh`)
/// and standard error is a terminal, /dev/tty, which the caller then owns for the rest of the run.
[[nodiscard]] int terminal_to_ask_on();

} // namespace iplease
