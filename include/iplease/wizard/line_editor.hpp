// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iplease {

/// Turns keys of a terminal in raw mode into one line of text. Pure: bytes in, echo out. Handles
/// Backspace (one whole character), Ctrl-U, Ctrl-W, Ctrl-C, Ctrl-D and Ctrl-Z; ignores arrow keys
/// and other escape sequences. A line break with more text behind it in the same burst was pasted
/// and becomes ", ": a pasted column of addresses is one answer and cannot answer the next
/// question.
class LineEditor {
public:
  enum class Event { none, line, end, interrupt, suspend };

  /// With `redraws`, a line wider than the window shows its end ("<..."). Without, it wraps, and a
  /// deletion there prints it again on the next line, so that neither CR nor ESC is sent.
  LineEditor(std::string mark, bool redraws);

  /// Takes one burst of bytes. `echo` is what to print for it.
  Event feed(std::string_view burst, std::size_t columns, std::string& echo);

  [[nodiscard]] const std::string& text() const { return m_text; }
  /// Mark and text, to print again after a suspension.
  [[nodiscard]] std::string line() const { return m_mark + m_text; }

private:
  Event control(char c, std::size_t columns, std::string& echo);
  void insert(std::string_view character, std::size_t columns, std::string& echo);
  void erase(std::size_t bytes, std::size_t columns, std::string& echo);
  void draw(std::size_t columns, std::string& echo);
  [[nodiscard]] bool too_wide(std::size_t columns) const;
  [[nodiscard]] static std::size_t escape_length(std::string_view rest);

  std::string m_mark;
  bool m_redraws;
  std::string m_text{};
  bool m_drawn = false; ///< the screen shows a redrawn part of the text
};

} // namespace iplease
