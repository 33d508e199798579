// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/utf8.hpp>
#include <iplease/report/wrap.hpp>
#include <iplease/wizard/line_editor.hpp>

#include <algorithm>

namespace iplease {

namespace {

constexpr char k_ctrl_c = 0x03;
constexpr char k_ctrl_d = 0x04;
constexpr char k_backspace = 0x08;
constexpr char k_ctrl_u = 0x15;
constexpr char k_ctrl_w = 0x17;
constexpr char k_ctrl_z = 0x1a;
constexpr char k_escape = 0x1b;
constexpr char k_delete = 0x7f;
constexpr const char* k_unknown = "\xEF\xBF\xBD"; // U+FFFD

bool is_break(char c)
{
  return c == '\r' || c == '\n';
}

/// Bytes of the character at the front of `rest`; 0 if they are not UTF-8.
std::size_t character_length(std::string_view rest)
{
  const auto lead = static_cast<unsigned char>(rest.front());
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length > rest.size()) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (begins_character(rest[i])) {
      return 0;
    }
  }
  return length;
}

/// Bytes of the last character, including its combining marks.
std::size_t last_length(const std::string& text)
{
  std::size_t from = text.size();
  while (from > 0) {
    --from;
    if (begins_character(text[from]) && columns_of(std::string_view(text).substr(from)) > 0) {
      break;
    }
  }
  return text.size() - from;
}

std::size_t last_word_length(const std::string& text)
{
  const std::size_t end = text.find_last_not_of(" ,");
  const std::size_t before = end == std::string::npos ? end : text.find_last_of(" ,", end);
  return text.size() - (before == std::string::npos ? 0 : before + 1);
}

/// The end of a text that fits into `columns`.
std::string_view tail(std::string_view text, std::size_t columns)
{
  std::size_t from = 0;
  while (from < text.size() && columns_of(text.substr(from)) > columns) {
    do {
      ++from;
    } while (from < text.size() && !begins_character(text[from]));
  }
  return text.substr(from);
}

} // namespace

LineEditor::LineEditor(std::string mark, bool redraws)
    : m_mark(std::move(mark)),
      m_redraws(redraws)
{
}

bool LineEditor::too_wide(std::size_t columns) const
{
  return columns_of(m_mark) + columns_of(m_text) >= columns; // in the last column it would wrap
}

void LineEditor::draw(std::size_t columns, std::string& echo)
{
  const std::size_t room = columns - std::min(columns, columns_of(m_mark) + 4);
  echo += "\r\x1b[K" + m_mark;
  echo += too_wide(columns) ? "..." + std::string(tail(m_text, room)) : m_text;
  m_drawn = too_wide(columns);
}

void LineEditor::insert(std::string_view character, std::size_t columns, std::string& echo)
{
  m_text += character;
  if (m_redraws && (m_drawn || too_wide(columns))) {
    draw(columns, echo);
  } else {
    echo += character;
  }
}

void LineEditor::erase(std::size_t bytes, std::size_t columns, std::string& echo)
{
  if (bytes == 0) {
    return;
  }
  const bool wrapped = too_wide(columns);
  const std::size_t gone = columns_of(std::string_view(m_text).substr(m_text.size() - bytes));
  m_text.resize(m_text.size() - bytes);
  if (m_redraws && (m_drawn || wrapped)) {
    draw(columns, echo);
  } else if (wrapped) {
    echo += "\n" + line(); // \b cannot go back past the left edge of a window
  } else {
    const std::string back(gone, '\b');
    echo += back + std::string(gone, ' ') + back;
  }
}

std::size_t LineEditor::escape_length(std::string_view rest)
{
  if (rest.size() < 2 || (rest[1] != '[' && rest[1] != 'O')) {
    return std::min<std::size_t>(rest.size(), rest.size() > 1 && rest[1] >= ' ' ? 2 : 1);
  }
  std::size_t at = 2;
  while (at < rest.size() && (rest[at] < 0x40 || rest[at] > 0x7e)) {
    ++at;
  }
  return std::min(at + 1, rest.size());
}

LineEditor::Event LineEditor::control(char c, std::size_t columns, std::string& echo)
{
  switch (c) {
  case k_ctrl_c:
    echo += "^C\n";
    return Event::interrupt;
  case k_ctrl_d:
    if (!m_text.empty()) {
      return Event::none; // like a shell: only ends an empty line
    }
    echo += "\n";
    return Event::end;
  case k_ctrl_z:
    return Event::suspend;
  case k_backspace:
  case k_delete:
    erase(last_length(m_text), columns, echo);
    return Event::none;
  case k_ctrl_u:
    erase(m_text.size(), columns, echo);
    return Event::none;
  case k_ctrl_w:
    erase(last_word_length(m_text), columns, echo);
    return Event::none;
  case '\t':
    insert(" ", columns, echo);
    return Event::none;
  default:
    return Event::none;
  }
}

LineEditor::Event LineEditor::feed(std::string_view burst, std::size_t columns, std::string& echo)
{
  std::size_t last = burst.size();
  while (last > 0 && is_break(burst[last - 1])) {
    --last;
  }
  std::size_t at = 0;
  while (at < last) {
    const char c = burst[at];
    if (is_break(c)) {
      if (!m_text.empty() && !m_text.ends_with(", ")) {
        insert(m_text.ends_with(',') ? " " : ", ", columns, echo);
      }
      ++at;
    } else if (c == k_escape) {
      at += escape_length(burst.substr(at, last - at));
    } else if (static_cast<unsigned char>(c) < ' ' || c == k_delete) {
      const Event event = control(c, columns, echo);
      if (event != Event::none) {
        return event; // the rest of the burst is no longer part of the answer
      }
      ++at;
    } else {
      const std::size_t length = character_length(burst.substr(at));
      insert(length == 0 ? k_unknown : burst.substr(at, length), columns, echo);
      at += std::max<std::size_t>(length, 1);
    }
  }
  if (last == burst.size()) {
    return Event::none;
  }
  echo += "\n";
  return Event::line;
}

} // namespace iplease
