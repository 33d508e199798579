// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/utf8.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace iplease {

/// Some editors put it at the start of a text.
inline constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

/// Line and column of a byte, 1-based; the column counts characters and ignores a byte order mark.
/// Equally fast anywhere in a line, because a line may be as long as the file. `text` must outlive
/// this.
class Places {
public:
  explicit Places(std::string_view text)
      : m_text(text)
  {
    m_starts.push_back(text.starts_with(k_byte_order_mark) ? k_byte_order_mark.size() : 0);
    for (std::size_t at = text.find('\n'); at != std::string_view::npos;
         at = text.find('\n', at + 1)) {
      m_starts.push_back(at + 1);
    }
    int before = 0;
    for (std::size_t from = 0; from <= text.size(); from += k_block) {
      m_characters.push_back(before);
      before += static_cast<int>(characters_in(text.substr(from, k_block)));
    }
  }
  [[nodiscard]] int line(std::size_t at) const
  {
    const auto after = std::upper_bound(m_starts.begin() + 1, m_starts.end(), at);
    return static_cast<int>(after - m_starts.begin());
  }
  [[nodiscard]] int column(std::size_t at) const
  {
    const std::size_t start = m_starts[static_cast<std::size_t>(line(at)) - 1];
    return characters(std::max(at, start)) - characters(start) + 1;
  }

private:
  static constexpr std::size_t k_block = 64;

  /// How many characters start in the first `at` bytes.
  [[nodiscard]] int characters(std::size_t at) const
  {
    at = std::min(at, m_text.size());
    return m_characters[at / k_block] +
           static_cast<int>(characters_in(m_text.substr(at / k_block * k_block, at % k_block)));
  }

  std::string_view m_text;
  std::vector<std::size_t> m_starts{}; ///< of each line
  std::vector<int> m_characters{};     ///< characters before each block of the text
};

} // namespace iplease
