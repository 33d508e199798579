// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/utf8.hpp>
#include <iplease/report/wrap.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace iplease {

namespace {

constexpr std::size_t k_least = 20; ///< columns; narrower windows get lines of this width

/// Code points that terminals show two columns wide: first and last of each block.
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 8> k_wide{{{0x1100, 0x115F},
                                                                         {0x2E80, 0xA4CF},
                                                                         {0xAC00, 0xD7A3},
                                                                         {0xF900, 0xFAFF},
                                                                         {0xFE30, 0xFE6F},
                                                                         {0xFF00, 0xFF60},
                                                                         {0xFFE0, 0xFFE6},
                                                                         {0x1F300, 0x1FAFF}}};

bool is_wide(std::uint32_t c)
{
  return std::ranges::any_of(
      k_wide, [&](const auto& block) { return c >= block.first && c <= block.second; });
}

bool is_combining(std::uint32_t c)
{
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x200B && c <= 0x200F) || c == 0xFEFF;
}

std::size_t columns_of_point(std::uint32_t c)
{
  return is_combining(c) ? 0U : is_wide(c) ? 2U : 1U;
}

void wrap_line(std::string_view line, std::size_t columns, std::size_t hang, std::string& out)
{
  const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
  const std::string first(blanks, ' ');
  const std::string next(std::min(blanks + hang, most_indent(columns)), ' ');
  std::string built = first;
  bool empty = true;
  std::size_t at = blanks;
  while (at < line.size()) {
    const std::size_t word_at = std::min(line.find_first_not_of(' ', at), line.size());
    const std::size_t end = std::min(line.find(' ', word_at), line.size());
    const std::string_view word = line.substr(word_at, end - word_at);
    const std::string gap(empty ? 0 : word_at - at, ' ');
    if (!empty && !word.empty() && columns_of(built) + gap.size() + columns_of(word) > columns) {
      out += built + "\n";
      built = next + std::string(word);
    } else if (!word.empty()) {
      built += gap + std::string(word);
    }
    empty = false;
    at = end;
  }
  out += (built == first && empty ? "" : built) + "\n";
}

} // namespace

std::size_t columns_of(std::string_view text)
{
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, bytes] = character_at(text, at);
    columns += columns_of_point(code);
    at += std::max<std::size_t>(bytes, 1); // an invalid byte takes one column
  }
  return columns;
}

std::size_t most_indent(std::size_t columns)
{
  constexpr std::size_t room = 30;
  return std::max(columns / 2, columns - std::min(columns, room));
}

std::string wrap(std::string_view text, std::size_t columns, std::size_t hang)
{
  std::string out;
  const std::size_t width = std::max(columns, k_least);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    wrap_line(text.substr(at, end - at), width, hang, out);
    at = end + 1;
  }
  return out;
}

} // namespace iplease
