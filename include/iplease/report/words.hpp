// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace iplease {

/// "412ms", "15s", "1m52s", "5m", "1h02m".
[[nodiscard]] std::string human(std::chrono::milliseconds time);
/// Cuts to that many columns (code points), with "..." for what is left out; no line break stays.
[[nodiscard]] std::string fit(std::string_view text, std::size_t columns);
/// The error shape: id and what, then where, saw, cause, fix and more; ends with a line break.
/// `stage_line` is "pool (6 of 11)" or empty. Cause and fix come from the catalogue where the
/// problem has none of its own.
[[nodiscard]] std::string problem_text(const Problem& problem, const std::string& stage_line = "");

} // namespace iplease
