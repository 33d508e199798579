// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/screen.hpp>
#include <iplease/report/wrap.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace iplease {

namespace {

constexpr const char* k_red = "\033[31m";
constexpr const char* k_green = "\033[32m";
constexpr const char* k_yellow = "\033[33m";
constexpr const char* k_cyan = "\033[36m";
constexpr const char* k_faint = "\033[2m";
constexpr const char* k_end = "\033[0m";

/// Line starts with a colour.
constexpr std::array<std::pair<std::string_view, const char*>, 15> k_marks{{{"error", k_red},
                                                                            {"warning", k_yellow},
                                                                            {"✖", k_red},
                                                                            {"xx", k_red},
                                                                            {"‼", k_yellow},
                                                                            {"!!", k_yellow},
                                                                            {"?", k_yellow},
                                                                            {"??", k_yellow},
                                                                            {"✔", k_green},
                                                                            {"ok", k_green},
                                                                            {"+", k_green},
                                                                            {"~", k_yellow},
                                                                            {"!", k_red},
                                                                            {"=", k_faint},
                                                                            {"--", k_faint}}};

/// First words of lines that are copied or quoted.
constexpr std::array<std::string_view, 8> k_copied{
    "$", "|", "iplease", "kubectl", "helm", "curl", "---", "+++"};

std::size_t first_of(std::string_view line)
{
  return std::min(line.find_first_not_of(' '), line.size());
}

std::string_view word_at(std::string_view line, std::size_t at)
{
  return line.substr(at, std::min(line.find(' ', at), line.size()) - at);
}

/// Recognises the lines of a unified diff at any indentation.
class Hunk {
public:
  /// Whether the line belongs to a diff; `next` is the line after it.
  [[nodiscard]] bool takes(std::string_view line, std::string_view next)
  {
    const std::size_t first = first_of(line);
    const bool heads = line.substr(first).starts_with("--- ") && first_of(next) == first &&
                       next.substr(first).starts_with("+++ ");
    if (heads) {
      m_indent = first;
      m_inside = true;
    } else if (m_inside) {
      m_inside = first >= m_indent && line.size() > m_indent &&
                 std::string_view(" +-@\\").find(line[m_indent]) != std::string_view::npos;
    }
    return m_inside;
  }
  /// The colour of a line that `takes` accepted.
  [[nodiscard]] const char* colour(std::string_view line) const
  {
    switch (line[m_indent]) {
    case '+':
      return k_green;
    case '-':
      return k_red;
    case '@':
      return k_cyan;
    default:
      return "";
    }
  }

private:
  std::size_t m_indent = 0;
  bool m_inside = false;
};

/// Indent of a continued line relative to its first word: below the text behind the label, if there
/// is room.
std::size_t hang_of(std::string_view line, std::size_t columns)
{
  const std::size_t first = first_of(line);
  std::size_t hang = first == 0 ? 2 : 0;
  for (std::size_t gap = line.find("  ", first); gap != std::string_view::npos;
       gap = line.find("  ", gap)) {
    gap = std::min(line.find_first_not_of(' ', gap), line.size());
    const std::size_t at = columns_of(line.substr(0, gap));
    if (at > most_indent(columns) || gap == line.size()) {
      break;
    }
    hang = at - first;
  }
  return hang;
}

/// Whether it is a command with a description, as in a list of commands; only these are wrapped.
bool is_explained(std::string_view line, std::size_t columns)
{
  const std::size_t first = first_of(line);
  const std::size_t gap = line.find("  ", first);
  const std::string_view command = line.substr(std::min(first, line.size()));
  const bool ours = command.starts_with("iplease ") || command.starts_with("kubectl iplease ");
  return ours && gap != std::string_view::npos && columns_of(line.substr(0, gap)) <= columns;
}

bool is_copied(std::string_view line, std::size_t columns)
{
  if (is_explained(line, columns)) {
    return false;
  }
  return std::ranges::find(k_copied, word_at(line, first_of(line))) != k_copied.end() ||
         line.find(" $ ") != std::string_view::npos; // "06:40:00Z metallb: $ helm upgrade ..."
}

/// Colours the first word of the line if it is one of iplease's marks.
std::string marked(std::string_view line)
{
  const std::size_t first = first_of(line);
  const std::string_view word = word_at(line, first);
  const auto* const mark =
      std::ranges::find(k_marks,
                        word.ends_with(':') ? word.substr(0, word.size() - 1) : word,
                        [](const auto& one) { return one.first; });
  if (word.empty() || mark == k_marks.end()) {
    return std::string(line);
  }
  return std::string(line.substr(0, first)) + mark->second + std::string(word) + k_end +
         std::string(line.substr(first + word.size()));
}

/// Replaces iplease's own marks by ASCII.
std::string in_ascii(std::string_view text)
{
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> ours{
      {{"·", "-"}, {"→", "->"}, {"•", "*"}}};
  std::string out(text);
  for (const auto& [mark, plain] : ours) {
    for (std::size_t at = out.find(mark); at != std::string::npos; at = out.find(mark, at)) {
      out.replace(at, mark.size(), plain);
    }
  }
  return out;
}

std::string shown(std::string_view line, std::string_view next, const Screen& screen, Hunk& hunk)
{
  const bool quoted = hunk.takes(line, next);
  if (quoted && screen.colour && !line.empty()) {
    const std::string colour = hunk.colour(line);
    return colour + std::string(line) + (colour.empty() ? "" : k_end);
  }
  std::string text(line);
  const auto columns = static_cast<std::size_t>(std::max(screen.columns, 0));
  if (columns > 0 && !quoted && columns_of(line) > columns && !is_copied(line, columns)) {
    text = wrap(line, columns, hang_of(line, columns));
    text.pop_back(); // the caller adds the line end
  }
  return screen.colour && !quoted ? marked(text) : text;
}

} // namespace

std::string on_screen(std::string_view text, const Screen& screen)
{
  const std::string plain = screen.ascii ? in_ascii(text) : std::string(text);
  if (!screen.colour && screen.columns <= 0) {
    return plain;
  }
  std::string out;
  Hunk hunk;
  for (std::string_view rest = plain; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const bool ended = end < rest.size();
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + (ended ? 1 : 0));
    out += shown(line, rest.substr(0, rest.find('\n')), screen, hunk) + (ended ? "\n" : "");
  }
  return out;
}

} // namespace iplease
