// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// One line of a comparison: ' ' in both, '-' only in the old text, '+' only in the new one.
struct DiffLine {
  char sign = ' ';
  std::size_t old_line = 0; ///< 0-based index into the old lines; for '+' where it would stand
  std::size_t new_line = 0;
};

/// A shortest edit script (Myers) from `a` to `b`. Beyond some 2000 differing lines everything
/// between the first and the last difference counts as replaced.
[[nodiscard]] std::vector<DiffLine> compare_lines(const std::vector<std::string_view>& a,
                                                  const std::vector<std::string_view>& b);

/// The lines of a text, without their line feeds. A missing last line feed is not visible here.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

/// A unified diff with three lines of context; empty when the texts are equal.
[[nodiscard]] std::string
unified_diff(const std::string& old_text, const std::string& new_text, const std::string& name);

/// The same diff of two values texts with every secret, also in context lines, block scalars,
/// flow mappings and comments, shown as `••• (unchanged)` or `••• (changed)`. The comparison
/// itself is of the real texts. A text that is not YAML has all its values masked.
[[nodiscard]] std::string
masked_diff(const std::string& old_text, const std::string& new_text, const std::string& name);

} // namespace iplease
