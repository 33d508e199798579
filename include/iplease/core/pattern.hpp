// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace iplease {

/// Searches `text` for a POSIX extended regular expression (with \1, as glibc and GNU grep -E
/// know it), line by line as grep does. The groups of the first match, whole match first; nothing
/// when there is none. A pattern that does not compile is a bug and throws std::logic_error.
[[nodiscard]] std::optional<std::vector<std::string>> search_pattern(const std::string& pattern,
                                                                     const std::string& text);

} // namespace iplease
