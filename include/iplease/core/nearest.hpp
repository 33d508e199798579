// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// Number of single-character edits (insert, remove, replace, swap neighbours) from one word to the
/// other, ignoring case.
[[nodiscard]] std::size_t edit_distance(std::string_view one, std::string_view other);
/// The candidate that was probably meant; empty if none is close enough.
[[nodiscard]] std::string nearest(std::string_view word,
                                  const std::vector<std::string>& candidates);

} // namespace iplease
