// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// How many single-character changes (insert, remove, exchange, swap neighbours) lead from one
/// word to the other; letters compare without case.
[[nodiscard]] std::size_t edit_distance(std::string_view one, std::string_view other);
/// The candidate that was probably meant; empty when none is near enough to be worth a guess.
[[nodiscard]] std::string nearest(std::string_view word,
                                  const std::vector<std::string>& candidates);

} // namespace iplease
