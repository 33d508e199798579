// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace iplease {

/// Searches `text` line by line, as grep does, for a POSIX extended regular expression (with \1,
/// like glibc and GNU grep -E). Returns the groups of the first match, whole match first, or
/// nullopt. A pattern that does not compile is a bug: throws std::logic_error.
[[nodiscard]] std::optional<std::vector<std::string>> search_pattern(const std::string& pattern,
                                                                     const std::string& text);

} // namespace iplease
