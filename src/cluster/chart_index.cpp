// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/chart_index.hpp>

#include <yaml-cpp/yaml.h>

#include "json_access.hpp"
#include <algorithm>
#include <charconv>

namespace iplease {
namespace {

std::string_view without_v(std::string_view version)
{
  return version.starts_with('v') ? version.substr(1) : version;
}

// The number at the front of `text`, which is moved past it and one dot.
long take_number(std::string_view& text)
{
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) {
    return 0;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with('.')) {
    text.remove_prefix(1);
  }
  return value;
}

// The lines of `entries:` -> `  CHART:` up to the next key of the same or a lower depth, as helm
// writes its index: two blanks before the names.
std::string_view part_of(std::string_view text, std::string_view chart)
{
  std::string key = "\n  ";
  key += chart;
  key += ":";
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::size_t begin = text.find('\n', at + 1);
  if (begin == std::string_view::npos) {
    return {};
  }
  std::size_t line = begin + 1;
  while (line < text.size()) {
    const std::string_view rest = text.substr(line);
    const bool inside =
        rest.starts_with("  -") || rest.starts_with("   ") || rest.starts_with("\n");
    if (!inside) {
      break;
    }
    const std::size_t end = rest.find('\n');
    line = end == std::string_view::npos ? text.size() : line + end + 1;
  }
  return text.substr(begin + 1, line - begin - 1);
}

std::string scalar(const YAML::Node& entry, const char* key)
{
  const YAML::Node value = entry[key];
  return value.IsDefined() && value.IsScalar() ? value.Scalar() : std::string{};
}

std::vector<ChartEntry> entries_of(const YAML::Node& list)
{
  std::vector<ChartEntry> entries;
  if (list.IsSequence()) {
    for (const YAML::Node& entry : list) {
      if (entry.IsMap()) {
        entries.push_back(
            {.version = scalar(entry, "version"), .app_version = scalar(entry, "appVersion")});
      }
    }
  }
  return entries;
}

// Some repositories serve their index as JSON, which is YAML too, only faster to read.
std::optional<std::vector<ChartEntry>> json_entries(std::string_view text, const std::string& chart)
{
  const nlohmann::json all = nlohmann::json::parse(text, nullptr, false);
  if (json_access::at(all, {"entries"}) == nullptr) {
    return std::nullopt;
  }
  std::vector<ChartEntry> entries;
  for (const nlohmann::json* entry : json_access::each(all, {"entries", chart.c_str()})) {
    entries.push_back({.version = json_access::text(*entry, {"version"}),
                       .app_version = json_access::text(*entry, {"appVersion"})});
  }
  return entries;
}

} // namespace

std::optional<std::vector<ChartEntry>> parse_chart_index(std::string_view text,
                                                         std::string_view chart)
{
  if (text.starts_with('{')) {
    return json_entries(text, std::string(chart));
  }
  try {
    const std::string part(part_of(text, chart));
    if (!part.empty()) {
      return entries_of(YAML::Load(part));
    }
    if (text.find("entries:") != std::string_view::npos &&
        text.find(chart) == std::string_view::npos) {
      return std::vector<ChartEntry>{}; // an index without that chart
    }
    // Written by something else than helm, in another indentation: the whole tree then.
    const YAML::Node all = YAML::Load(std::string(text));
    if (!all.IsMap() || !all["entries"].IsDefined()) {
      return std::nullopt;
    }
    return entries_of(all["entries"][std::string(chart)]);
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
}

bool older_version(std::string_view one, std::string_view other)
{
  one = without_v(one);
  other = without_v(other);
  for (int part = 0; part < 3; ++part) {
    const long left = take_number(one);
    const long right = take_number(other);
    if (left != right) {
      return left < right;
    }
  }
  const bool one_pre = one.starts_with('-');
  const bool other_pre = other.starts_with('-');
  return one_pre != other_pre ? one_pre : one_pre && one < other;
}

const ChartEntry* newest_chart(const std::vector<ChartEntry>& entries, std::string_view app_version)
{
  const ChartEntry* best = nullptr;
  for (const ChartEntry& entry : entries) {
    const bool matches =
        without_v(entry.app_version) == without_v(app_version) && !entry.version.empty();
    if (matches && (best == nullptr || older_version(best->version, entry.version))) {
      best = &entry;
    }
  }
  return best;
}

} // namespace iplease
