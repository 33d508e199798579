// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iplease {

/// Columns that a text takes on a terminal: code points, two for those that are drawn wide.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// How far right a broken line may go on: half of the window, or what leaves room enough for words.
[[nodiscard]] std::size_t most_indent(std::size_t columns);

/// Breaks every line of a text between words so that none is wider than `columns`. A line that
/// begins with blanks goes on with as many, and `hang` more. A word that is wider than a line
/// stands on its own, whole, so that it can be copied. Ends with a line break.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t columns, std::size_t hang = 0);

} // namespace iplease
