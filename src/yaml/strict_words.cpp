// SPDX-License-Identifier: Apache-2.0
#include "strict_words.hpp"

#include <algorithm>
#include <array>

namespace iplease {

namespace {

YamlMessage at(ScanPlace place, const TextLines& lines, std::string what, std::string fix)
{
  return {YamlMessage::Kind::syntax,
          place.line + 1,
          lines.column(place.line, place.byte),
          std::move(what),
          std::move(fix)};
}

YamlMessage tab_message(const StrictScan& scan, const TextLines& lines)
{
  return at(scan.tab,
            lines,
            "a tab in the indentation: YAML allows only spaces there",
            "replace the tab by spaces, as many as the lines beside it have");
}

YamlMessage quote_message(ScanPlace place, char mark, const TextLines& lines)
{
  const std::string shown = mark == '"' ? "`\"`" : "`'`";
  return at(place,
            lines,
            "the quote " + shown + " that opens here is never closed",
            "add the closing " + shown + " on the same line");
}

YamlMessage bracket_message(const StrictScan& scan, const TextLines& lines)
{
  const bool list = scan.bracket_mark == '[';
  return at(scan.bracket,
            lines,
            std::string("the `") + scan.bracket_mark + "` that opens here is never closed",
            std::string("add the closing `") + (list ? "]`" : "}`"));
}

/// yaml-cpp's "illegal map value" and "end of map not found" cover four everyday mistakes.
YamlMessage map_message(ScanPlace noticed, const TextLines& lines)
{
  const std::string_view line = lines.line(noticed.line);
  const auto byte = static_cast<std::size_t>(std::max(noticed.byte, 0));
  const std::string_view before = line.substr(0, std::min(byte, line.size()));
  const std::size_t first = line.find_first_not_of(' ');
  if (before.find(": ") != std::string_view::npos) {
    return at(noticed,
              lines,
              "a second `: ` on the line: it would begin another key inside the value",
              "put the value in quotes");
  }
  const int start = first == std::string_view::npos ? 0 : static_cast<int>(first);
  for (int number = noticed.line - 1; number >= 0; --number) {
    const std::string_view above = lines.line(number);
    const std::size_t text = above.find_first_not_of(' ');
    if (text == std::string_view::npos || above[text] == '#') {
      continue;
    }
    if (above.find(": ") == std::string_view::npos && !above.ends_with(':') &&
        static_cast<int>(text) == start && above[text] != '-') {
      return at({number, static_cast<int>(text)},
                lines,
                "this line has no `:` after the key",
                "write `key: value`");
    }
    break;
  }
  return at({noticed.line, start},
            lines,
            "the indentation of this line fits no line above it",
            "indent it exactly as the keys that it belongs to");
}

YamlMessage refuse(int line, int column, std::string what, std::string fix)
{
  return {YamlMessage::Kind::encoding, line, column, std::move(what), std::move(fix)};
}

/// Bytes of the character that `text` begins with; 0 when they are no UTF-8.
std::size_t utf8_width(std::string_view text)
{
  const auto c = static_cast<unsigned char>(text.front());
  const std::size_t wide = c < 0x80                ? 1
                           : c >= 0xc2 && c < 0xe0 ? 2
                           : c >= 0xe0 && c < 0xf0 ? 3
                           : c >= 0xf0 && c < 0xf5 ? 4
                                                   : 0;
  const std::string_view rest = text.substr(1, wide > 0 ? wide - 1 : 0);
  const bool good = rest.size() + 1 == wide && std::all_of(rest.begin(), rest.end(), [](char x) {
                      return (static_cast<unsigned char>(x) & 0xc0U) == 0x80U;
                    });
  return good ? wide : 0;
}

bool is_control(char c)
{
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

/// What yaml-cpp says, in the operator's words.
struct Rewording {
  const char* said;
  const char* what;
  const char* fix;
};
constexpr std::array k_rewordings{
    Rewording{.said = "anchor is not defined",
              .what = "a value cannot begin with `*` (that would be an alias)",
              .fix = "put the value in quotes"},
    Rewording{.said = "illegal block entry",
              .what = "a list cannot begin on the line of its key",
              .fix = "write `- item` on the next line, or `[item]` here"},
    Rewording{.said = "illegal flow end",
              .what = "a closing bracket without an opening one",
              .fix = "remove it, or put the value in quotes"},
    Rewording{.said = "unknown escape character",
              .what = "an escape that YAML does not know, in a text in double quotes",
              .fix = "write `\\\\` for a backslash, or use single quotes"},
};

/// A place that the scan knows better than yaml-cpp does.
std::optional<YamlMessage>
scanned_message(ScanPlace noticed, const StrictScan& scan, const TextLines& lines)
{
  if (scan.tab.found() && scan.tab.line <= noticed.line) {
    return tab_message(scan, lines);
  }
  for (const StrictScan::LongQuote& quote : scan.long_quotes) {
    if (quote.last_line == noticed.line) {
      return quote_message(quote.from, quote.mark, lines);
    }
  }
  if (scan.quote.found()) {
    return quote_message(scan.quote, scan.quote_mark, lines);
  }
  return std::nullopt;
}

constexpr std::size_t k_block = 64;

int characters_in(std::string_view bytes)
{
  return static_cast<int>(std::count_if(bytes.begin(), bytes.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

} // namespace

TextLines::TextLines(std::string_view text)
    : m_text(text)
{
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    std::string_view line = text.substr(from, end - from);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    m_lines.push_back(line);
    from = end + 1;
  }
  int before = 0;
  for (from = 0; from <= text.size(); from += k_block) {
    m_characters.push_back(before);
    before += characters_in(text.substr(from, k_block));
  }
}

std::string_view TextLines::line(int number) const
{
  return number >= 0 && number < size() ? m_lines[static_cast<std::size_t>(number)]
                                        : std::string_view{};
}

int TextLines::characters(std::size_t byte) const
{
  const std::size_t block = byte / k_block;
  return m_characters.at(block) +
         characters_in(m_text.substr(block * k_block, byte - block * k_block));
}

int TextLines::column(int number, int byte) const
{
  const std::string_view text = line(number);
  const auto asked = static_cast<std::size_t>(std::max(byte, 0));
  const std::size_t inside = std::min(asked, text.size());
  const auto beyond = static_cast<int>(asked - inside);
  if (inside == 0) {
    return beyond + 1;
  }
  const auto start = static_cast<std::size_t>(text.data() - m_text.data());
  return characters(start + inside) - characters(start) + beyond + 1;
}

std::optional<YamlMessage>
encoding_message(std::string_view text, const TextLines& lines, std::size_t most_bytes)
{
  if (text.size() > most_bytes) {
    return refuse(1,
                  1,
                  "it has " + std::to_string(text.size()) +
                      " bytes; more than 1 MiB is no settings file",
                  "name the right file");
  }
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    return refuse(1, 1, "it is UTF-16", "save it as UTF-8");
  }
  for (int number = 0; number < lines.size(); ++number) {
    const std::string_view line = lines.line(number);
    for (std::size_t i = 0; i < line.size();) {
      const std::size_t wide = utf8_width(line.substr(i));
      const auto column = [&] { return lines.column(number, static_cast<int>(i)); };
      if (wide == 0) {
        return refuse(
            number + 1, column(), "a byte that is not UTF-8 text", "save the file as UTF-8");
      }
      if (is_control(line[i])) {
        return refuse(number + 1,
                      column(),
                      "a control character",
                      "remove it; the file has to be plain text");
      }
      i += wide;
    }
  }
  return std::nullopt;
}

YamlMessage syntax_message(const std::string& words,
                           ScanPlace noticed,
                           const StrictScan& scan,
                           const TextLines& lines)
{
  const auto has = [&](const char* part) { return words.find(part) != std::string::npos; };
  if (auto message = scanned_message(noticed, scan, lines)) {
    return *message;
  }
  if (has("flow not found") && scan.bracket.found()) {
    return bracket_message(scan, lines);
  }
  if (has("illegal map value") || has("end of map not found") || has("end of sequence not found")) {
    return map_message(noticed, lines);
  }
  if (has("unknown token")) {
    const std::string_view rest =
        lines.line(noticed.line)
            .substr(std::min(lines.line(noticed.line).size(),
                             static_cast<std::size_t>(std::max(noticed.byte, 0))));
    return at(noticed,
              lines,
              "a value cannot begin with `" + std::string(rest.substr(0, 1)) + "`",
              "put the value in quotes");
  }
  for (const Rewording& rewording : k_rewordings) {
    if (has(rewording.said)) {
      return at(noticed, lines, rewording.what, rewording.fix);
    }
  }
  return at(noticed, lines, "not YAML: " + words, "look at this line and the one above it");
}

std::optional<YamlMessage> silent_message(const StrictScan& scan, const TextLines& lines)
{
  if (scan.tab.found()) {
    return tab_message(scan, lines);
  }
  if (scan.quote.found()) {
    return quote_message(scan.quote, scan.quote_mark, lines);
  }
  return std::nullopt;
}

std::string short_tag(const std::string& tag)
{
  const std::string standard = "tag:yaml.org,2002:";
  return tag.starts_with(standard) ? "!!" + tag.substr(standard.size()) : tag;
}

} // namespace iplease
