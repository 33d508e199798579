// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iplease {

/// Keys of a terminal in raw mode become one line of text. Pure: bytes in, echo out.
/// Knows Backspace (one character, however many bytes it has), Ctrl-U, Ctrl-W, Ctrl-C, Ctrl-D,
/// Ctrl-Z. Arrow keys and other escape sequences are swallowed. A line break with more text
/// behind it in the same burst is pasted: it becomes ", ", so that a pasted column of addresses
/// is one answer and no pasted line break answers the next question.
class LineEditor {
public:
  enum class Event { none, line, end, interrupt, suspend };

  /// With `redraws` a line wider than the window shows its end ("<..."); without, it wraps and a
  /// deletion there writes it anew on the next line, so that no CR and no ESC is ever sent.
  LineEditor(std::string mark, bool redraws);

  /// Takes one burst of bytes. `echo` is what to show for it.
  Event feed(std::string_view burst, std::size_t columns, std::string& echo);

  [[nodiscard]] const std::string& text() const { return m_text; }
  /// The mark and what was typed, to be shown again after a suspension.
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
  bool m_drawn = false; ///< the line on the screen is a redrawn part of the text
};

} // namespace iplease
