// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/utf8.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace iplease {

/// As some editors leave it in front of a text.
inline constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

/// Line and column of a byte, both 1-based; the column counts characters. As quick at the end of a
/// line as at its beginning, because a line may be as long as the file. A byte order mark is no
/// part of the first line. The text outlives this.
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

  /// Characters that begin in the first `at` bytes of the text.
  [[nodiscard]] int characters(std::size_t at) const
  {
    at = std::min(at, m_text.size());
    return m_characters[at / k_block] +
           static_cast<int>(characters_in(m_text.substr(at / k_block * k_block, at % k_block)));
  }

  std::string_view m_text;
  std::vector<std::size_t> m_starts{}; ///< of the lines
  std::vector<int> m_characters{};     ///< that begin before each block of the text
};

} // namespace iplease
