// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/chart_index.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/version.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "json_access.hpp"
#include <algorithm>

namespace iplease {
namespace {

constexpr const char* k_operator_chart = "akash-ip-operator";

std::string_view without_v(std::string_view version)
{
  return version.starts_with('v') ? version.substr(1) : version;
}

// The lines below `entries:` -> `  CHART:`, up to the next key at the same or a lower depth. helm
// indents the names by two blanks.
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

// Some repositories serve their index as JSON. It is YAML too, but faster to parse.
std::optional<std::vector<ChartEntry>> json_entries(std::string_view text, const std::string& chart)
{
  const nlohmann::json all = parsed_json(text);
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
    // Another indentation than helm's: parse the whole tree.
    const YAML::Node all = YAML::Load(std::string(text));
    if (!all.IsMap() || !all["entries"].IsDefined()) {
      return std::nullopt;
    }
    return entries_of(all["entries"][std::string(chart)]);
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
}

const ChartEntry* nearest_older_chart(const std::vector<ChartEntry>& entries,
                                      std::string_view app_version)
{
  const ChartEntry* best = nullptr;
  for (const ChartEntry& entry : entries) {
    const bool older =
        parse_version(entry.version) && version_older(entry.app_version, app_version);
    if (older && (best == nullptr || version_older(best->app_version, entry.app_version))) {
      best = &entry;
    }
  }
  return best == nullptr ? nullptr : newest_chart(entries, best->app_version);
}

const ChartEntry* newest_chart(const std::vector<ChartEntry>& entries, std::string_view app_version)
{
  const ChartEntry* best = nullptr;
  for (const ChartEntry& entry : entries) {
    const bool matches =
        without_v(entry.app_version) == without_v(app_version) && parse_version(entry.version);
    if (matches && (best == nullptr || version_older(best->version, entry.version))) {
      best = &entry;
    }
  }
  return best;
}

std::string index_of_one(std::string_view chart_yaml)
{
  // Chart.yaml is one entry of an index, unindented.
  std::string index = "entries:\n  chart:\n  -\n";
  std::string_view rest = chart_yaml;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    index += "    " + std::string(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return index;
}

void choose_operator_chart(Observation& seen, const std::string& index, const std::string& place)
{
  Seen<std::string>& out = seen.ip_operator.chart_version;
  const auto entries = parse_chart_index(index, k_operator_chart);
  if (!entries) {
    out = {.look = Look::failed, .why = place + " is not the index of a chart repository"};
    return;
  }
  const std::string& app = seen.provider.release.value.app_version;
  const ChartEntry* chart = newest_chart(*entries, app);
  const auto facts = read_values(seen.provider.release_values.value, "values");
  const ValuesFacts* known = std::get_if<ValuesFacts>(&facts);
  if (chart == nullptr && known != nullptr && !known->image_tag.empty()) {
    chart = newest_chart(*entries, known->image_tag); // what the provider runs
  }
  if (chart == nullptr) {
    chart = nearest_older_chart(*entries, app);
    seen.ip_operator.chart_app_version = chart == nullptr ? "" : chart->app_version;
  }
  if (chart != nullptr) {
    out = {.look = Look::seen, .value = chart->version};
  } else {
    out = {.look = Look::absent,
           .why = fmt::format("{} lists {} charts {}, none of appVersion {}",
                              place,
                              entries->size(),
                              k_operator_chart,
                              app)};
  }
}

} // namespace iplease
