// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// A text line by line, as compared and as shown.
struct ShownText {
  std::vector<std::string_view> compared{}; ///< views into the original text or `kept`
  std::vector<std::string> shown{};
  std::list<std::string> kept{}; ///< a list keeps its strings in place when the struct moves
  bool final_line_feed = true;
};

/// Fills `compared` and `final_line_feed`; `text` must outlive the result.
[[nodiscard]] ShownText compared_text(const std::string& text);

/// Compares by `compared`, prints `shown`.
[[nodiscard]] std::string
render_unified(const ShownText& a, const ShownText& b, const std::string& name);

} // namespace iplease
