// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace iplease {

/// Interval at which a view without a terminal reports that a step still runs.
inline constexpr std::chrono::milliseconds k_beat{15'000};

/// "412ms", "15s", "1m52s", "5m", "1h02m".
[[nodiscard]] std::string human(std::chrono::milliseconds time);
/// Cuts to `columns` code points, with "..." at the cut; line breaks become spaces.
[[nodiscard]] std::string fit(std::string_view text, std::size_t columns);

} // namespace iplease
