// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace iplease {

/// How often a view without a terminal says that a step still goes on.
inline constexpr std::chrono::milliseconds k_beat{15'000};

/// "412ms", "15s", "1m52s", "5m", "1h02m".
[[nodiscard]] std::string human(std::chrono::milliseconds time);
/// Cuts to that many columns (code points), with "..." for what is left out; no line break stays.
[[nodiscard]] std::string fit(std::string_view text, std::size_t columns);

} // namespace iplease
