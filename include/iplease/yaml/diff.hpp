// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// One line of a comparison: ' ' in both texts, '-' only in the old one, '+' only in the new one.
struct DiffLine {
  char sign = ' ';
  std::size_t old_line = 0; ///< 0-based index into the old lines; for '+' the insertion point
  std::size_t new_line = 0;
};

/// A shortest edit script (Myers) from `a` to `b`. Above about 2000 differing lines everything
/// between the first and the last difference counts as replaced.
[[nodiscard]] std::vector<DiffLine> compare_lines(const std::vector<std::string_view>& a,
                                                  const std::vector<std::string_view>& b);

/// The lines of a text, without line feeds. Does not show whether the last line feed is missing.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

/// A unified diff with three lines of context; empty if the texts are equal.
[[nodiscard]] std::string
unified_diff(const std::string& old_text, const std::string& new_text, const std::string& name);

/// The same diff of two values texts, with every secret (also in context lines, block scalars, flow
/// mappings and comments) as `••• (unchanged)` or `••• (changed)`. Compares the real texts. If a
/// text is not YAML, masks all its values.
[[nodiscard]] std::string
masked_diff(const std::string& old_text, const std::string& new_text, const std::string& name);

} // namespace iplease
