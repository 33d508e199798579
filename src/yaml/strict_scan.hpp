// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace iplease {

/// A place in bytes: 0-based line, 0-based byte in it.
struct ScanPlace {
  int line = -1;
  int byte = 0;
  [[nodiscard]] bool found() const { return line >= 0; }
};

/// What yaml-cpp does not tell or tells at the wrong place, found by looking at the characters.
struct StrictScan {
  ScanPlace tab{};   ///< first tab in the indentation of a line
  ScanPlace quote{}; ///< a quote that no other closes
  char quote_mark = '"';
  ScanPlace bracket{}; ///< innermost [ or { that is open at the end
  char bracket_mark = '[';
  struct LongQuote {
    ScanPlace from{};
    int last_line = 0;
    char mark = '"';
  };
  std::vector<LongQuote> long_quotes{}; ///< quoted text over several lines
};

[[nodiscard]] StrictScan scan_yaml(std::string_view text);

} // namespace iplease
