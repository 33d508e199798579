// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace iplease::test {

/// Compares the text with a file below the project's root. With IPLEASE_TEST_ACCEPT=1 in the
/// environment it rewrites the file instead. Returns the first difference in words, or empty if
/// they are equal.
[[nodiscard]] std::string differs_from_file(const std::string& path, const std::string& text);

} // namespace iplease::test
