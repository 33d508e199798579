// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// A YAML text with the middle of its long words left out. yaml-cpp looks at each character with a
/// regular expression, and a bid script in base64 has tens of thousands that mean nothing to YAML.
class LongWords {
public:
  /// `text` outlives this.
  explicit LongWords(std::string_view text);

  [[nodiscard]] const std::string& shortened() const { return m_shortened; }
  [[nodiscard]] bool any() const { return !m_words.empty(); }
  /// The place in the whole text of a place in the shortened one.
  [[nodiscard]] std::size_t whole_place(std::size_t place) const;
  /// What a scalar holds that starts at a place of the shortened text, with or without a quote, and
  /// was read as `value`: the whole word, if it is nothing but a long one.
  [[nodiscard]] std::string whole_value(std::size_t place, const std::string& value);
  /// Whether each long word was found to be a scalar. One that is not stands in a comment or within
  /// a scalar; then only the whole text tells what was read.
  [[nodiscard]] bool all_found() const { return m_found == m_words.size(); }

private:
  struct Word {
    std::size_t place = 0; ///< in the shortened text
    std::string_view whole{};
  };
  std::string m_shortened{};
  std::vector<Word> m_words{};
  std::size_t m_found = 0;
};

} // namespace iplease
