// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/utf8.hpp>
#include <iplease/report/words.hpp>

#include <fmt/format.h>

namespace iplease {
std::string human(std::chrono::milliseconds time)
{
  const auto ms = time.count();
  if (ms < 1000) {
    return fmt::format("{}ms", ms);
  }
  const auto seconds = ms / 1000;
  if (seconds < 60) {
    return fmt::format("{}s", seconds);
  }
  if (seconds < 3600) {
    return seconds % 60 == 0 ? fmt::format("{}m", seconds / 60)
                             : fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  }
  return fmt::format("{}h{:02}m", seconds / 3600, seconds / 60 % 60);
}

std::string fit(std::string_view text, std::size_t columns)
{
  std::string line;
  std::size_t used = 0;
  std::size_t three_before_end = 0; // where to cut so that "..." fits
  for (const char c : text) {
    const bool starts = begins_character(c);
    if (starts && used == columns) {
      line.resize(three_before_end);
      return columns < 3 ? line : line + "...";
    }
    if (starts && used + 3 == columns) {
      three_before_end = line.size();
    }
    used += starts ? 1U : 0U;
    line += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  }
  return line;
}

} // namespace iplease
