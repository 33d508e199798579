// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

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
/// leading "v" does not count. Null: there is none.
[[nodiscard]] const ChartEntry* newest_chart(const std::vector<ChartEntry>& entries,
                                             std::string_view app_version);

/// Whether one semantic version is older than another.
[[nodiscard]] bool older_version(std::string_view one, std::string_view other);

} // namespace iplease
