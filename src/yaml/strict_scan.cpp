// SPDX-License-Identifier: Apache-2.0
#include "strict_scan.hpp"

#include <optional>
#include <string>

namespace iplease {

namespace {

/// Walks the characters once. It knows quotes, comments, flow brackets and block texts, and
/// nothing else of YAML: it only has to be right where yaml-cpp stays silent or vague.
class Scanner {
public:
  explicit Scanner(std::string_view text)
      : m_text(text)
  {
  }

  StrictScan run()
  {
    std::size_t from = 0;
    while (from <= m_text.size()) {
      const std::size_t end = std::min(m_text.find('\n', from), m_text.size());
      scan_line(m_text.substr(from, end - from));
      from = end + 1;
      ++m_line;
    }
    if (m_quote != 0) {
      m_found.quote = m_quote_at;
      m_found.quote_mark = m_quote;
    }
    if (!m_open.empty()) {
      m_found.bracket = m_open.back().at;
      m_found.bracket_mark = m_open.back().mark;
    }
    return m_found;
  }

private:
  struct Open {
    ScanPlace at;
    char mark;
  };

  void scan_line(std::string_view line)
  {
    std::size_t at = 0;
    if (m_quote == 0) {
      at = line.find_first_not_of(" \t\r");
      if (at == std::string_view::npos) {
        return; // blank
      }
      const std::size_t spaces = line.find_first_not_of(' ');
      if (m_block >= 0 && static_cast<int>(spaces) > m_block) {
        return; // inside a block text
      }
      m_block = -1;
      if (line[spaces] == '\t' && line[at] != '#' && m_open.empty() && !m_found.tab.found()) {
        m_found.tab = {m_line, static_cast<int>(spaces)};
      }
      m_token_start = true;
      m_parent = static_cast<int>(at);
    }
    while (at < line.size()) {
      at = m_quote != 0 ? scan_quoted(line, at) : scan_plain(line, at);
    }
  }

  std::size_t scan_quoted(std::string_view line, std::size_t at)
  {
    const char c = line[at];
    if (m_quote == '"' && c == '\\') {
      return at + 2;
    }
    if (c != m_quote) {
      return at + 1;
    }
    if (m_quote == '\'' && at + 1 < line.size() && line[at + 1] == '\'') {
      return at + 2;
    }
    if (m_quote_at.line != m_line) {
      m_found.long_quotes.push_back({m_quote_at, m_line, m_quote});
    }
    m_quote = 0;
    m_token_start = false;
    return at + 1;
  }

  std::size_t scan_plain(std::string_view line, std::size_t at)
  {
    const char c = line[at];
    if (is_blank(c)) {
      return at + 1;
    }
    if (c == '#' && (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t')) {
      return line.size();
    }
    if (m_token_start) {
      if (const auto next = scan_start(line, at)) {
        return *next;
      }
    }
    if (is_bracket(c, at)) {
      return at + 1;
    }
    m_token_start = !m_open.empty() ? c == ':' || c == ',' : c == ':' && blank_after(line, at);
    return at + 1;
  }

  /// What only counts at the start of a value: a quote, a block scalar, `- ` and `? `. Where to
  /// go on, if it was one of them.
  std::optional<std::size_t> scan_start(std::string_view line, std::size_t at)
  {
    const char c = line[at];
    if (c == '"' || c == '\'') {
      m_quote = c;
      m_quote_at = {m_line, static_cast<int>(at)};
      return at + 1;
    }
    if ((c == '|' || c == '>') && m_open.empty()) {
      m_block = m_parent;
      return line.size();
    }
    if ((c == '-' || c == '?') && blank_after(line, at)) {
      const std::size_t next = line.find_first_not_of(' ', at + 1);
      if (next != std::string_view::npos && line[next] != '|' && line[next] != '>') {
        m_parent = static_cast<int>(next);
      }
      return at + 1;
    }
    return std::nullopt;
  }

  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

  static bool blank_after(std::string_view line, std::size_t at)
  {
    return at + 1 >= line.size() || is_blank(line[at + 1]);
  }

  /// Brackets count at the start of a value, and everywhere inside a flow.
  bool is_bracket(char c, std::size_t at)
  {
    if (c == '[' || c == '{') {
      if (m_token_start || !m_open.empty()) {
        m_open.push_back({{m_line, static_cast<int>(at)}, c});
        m_token_start = true;
        return true;
      }
    } else if ((c == ']' || c == '}') && !m_open.empty()) {
      m_open.pop_back();
      m_token_start = false;
      return true;
    }
    return false;
  }

  std::string_view m_text;
  StrictScan m_found{};
  std::vector<Open> m_open{};
  ScanPlace m_quote_at{};
  char m_quote = 0;
  int m_line = 0;
  int m_block = -1; ///< block text: its lines are indented deeper than this; -1 outside
  int m_parent = 0; ///< column of the key on this line
  bool m_token_start = true;
};

} // namespace

StrictScan scan_yaml(std::string_view text)
{
  return Scanner(text).run();
}

} // namespace iplease
