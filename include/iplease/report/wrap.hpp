// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iplease {

/// Columns of a text on a terminal: one per code point, two for wide ones.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// Largest indent of a wrapped line: half of the window, or less to leave room for words.
[[nodiscard]] std::size_t most_indent(std::size_t columns);

/// Wraps every line between words to at most `columns`. A line that starts with spaces continues
/// with as many, and `hang` more. A word wider than a line stays whole, so that it can be copied.
/// Ends with a line break.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t columns, std::size_t hang = 0);

} // namespace iplease
