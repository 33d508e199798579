// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

struct Observation;

/// One entry of a Helm repository's index.yaml.
struct ChartEntry {
  std::string version{};
  std::string app_version{};
  bool operator==(const ChartEntry&) const = default;
};

/// The entries of one chart. Only that chart's part of the text is parsed: a whole index is a
/// megabyte, and a tree of it would cost ten times as much memory. Nothing: not an index.
[[nodiscard]] std::optional<std::vector<ChartEntry>> parse_chart_index(std::string_view text,
                                                                       std::string_view chart);

/// The newest entry (by semantic version, releases before pre-releases) with that appVersion; a
/// leading "v" does not count, what is no version is passed over. Null: there is none.
[[nodiscard]] const ChartEntry* newest_chart(const std::vector<ChartEntry>& entries,
                                             std::string_view app_version);

/// Where there is none: of the entries with the nearest older appVersion the newest. Null: all are
/// newer.
[[nodiscard]] const ChartEntry* nearest_older_chart(const std::vector<ChartEntry>& entries,
                                                    std::string_view app_version);

/// The index that a repository with this one chart, called `chart`, would have.
[[nodiscard]] std::string index_of_one(std::string_view chart_yaml);
/// Chooses the IP operator's chart of an index by the provider's appVersion, else by the image that
/// it really runs, else the nearest older one; says where there is none.
void choose_operator_chart(Observation& seen, const std::string& index, const std::string& place);

} // namespace iplease
