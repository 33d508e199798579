// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/report/words.hpp>

#include <fmt/format.h>

namespace iplease {
namespace {

/// "  saw     first line" and the other lines below it, indented alike.
std::string field(std::string_view name, const std::string& text)
{
  if (text.empty()) {
    return {};
  }
  std::string lines = fmt::format("  {:<7} ", name);
  for (const char c : text) {
    lines += c;
    if (c == '\n') {
      lines += "          ";
    }
  }
  return lines + "\n";
}

std::string place_text(const Place& place)
{
  if (place.file.empty()) {
    return {};
  }
  if (place.line == 0) {
    return place.file;
  }
  return fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

} // namespace

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
  std::size_t three_before_end = 0; // where to cut so that "..." still fits
  for (const char c : text) {
    const bool starts = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
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

std::string problem_text(const Problem& problem, const std::string& stage_line)
{
  const Problem full = with_catalogue(problem);
  std::string text = fmt::format("error {}: {}\n", full.id, full.what);
  text += field("at", place_text(full.place));
  text += field("stage", stage_line);
  text += field("saw", full.saw);
  text += field("cause", full.cause);
  text += field("fix", full.fix);
  return text + field("more", "iplease explain " + full.id);
}

} // namespace iplease
