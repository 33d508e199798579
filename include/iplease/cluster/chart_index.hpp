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

/// The entries of one chart; nullopt if the text is not an index. Parses only that chart's part: a
/// whole index is about 1 MiB, and its tree would need ten times as much memory.
[[nodiscard]] std::optional<std::vector<ChartEntry>> parse_chart_index(std::string_view text,
                                                                       std::string_view chart);

/// The newest entry with that appVersion, by semantic version, releases before pre-releases.
/// Ignores a leading "v" and entries without a valid version. Null: none.
[[nodiscard]] const ChartEntry* newest_chart(const std::vector<ChartEntry>& entries,
                                             std::string_view app_version);

/// The newest entry with the nearest older appVersion. Null: all are newer.
[[nodiscard]] const ChartEntry* nearest_older_chart(const std::vector<ChartEntry>& entries,
                                                    std::string_view app_version);

/// Makes an index with this one chart, named `chart`, from its Chart.yaml.
[[nodiscard]] std::string index_of_one(std::string_view chart_yaml);
/// Chooses the IP operator's chart from an index: by the provider's appVersion, else by the image
/// tag in its values, else the nearest older one. Records in `seen` why if there is none.
void choose_operator_chart(Observation& seen, const std::string& index, const std::string& place);

} // namespace iplease
