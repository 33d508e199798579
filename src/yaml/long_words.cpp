// SPDX-License-Identifier: Apache-2.0
#include "long_words.hpp"

#include <algorithm>

namespace iplease {
namespace {

/// Kept of a long word: more than the 1024 characters that a key may have, so that what is too long
/// for a key stays so.
constexpr std::size_t k_kept = 1100;
constexpr std::size_t k_long = 2 * k_kept;

/// The letters of base64. Within a word none of them means anything to YAML.
bool is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/' || c == '=';
}

} // namespace

LongWords::LongWords(std::string_view text)
{
  std::size_t copied = 0;
  for (const auto* begin = text.begin(); begin != text.end();) {
    begin = std::find_if(begin, text.end(), is_letter);
    const auto* end = std::find_if_not(begin, text.end(), is_letter);
    const auto start = static_cast<std::size_t>(begin - text.begin());
    const auto length = static_cast<std::size_t>(end - begin);
    if (length >= k_long) {
      m_shortened.append(text, copied, start - copied);
      m_words.push_back({.place = m_shortened.size(), .whole = text.substr(start, length)});
      m_shortened.append(text, start, k_kept);
      copied = start + length;
    }
    begin = end;
  }
  m_shortened.append(text, copied);
}

std::size_t LongWords::whole_place(std::size_t place) const
{
  std::size_t left_out = 0;
  for (const Word& word : m_words) {
    left_out += word.place + k_kept <= place ? word.whole.size() - k_kept : 0;
  }
  return place + left_out;
}

std::string LongWords::whole_value(std::size_t place, const std::string& value)
{
  for (const Word& word : m_words) {
    const bool quoted = word.place == place + 1;
    if ((quoted || word.place == place) && value == word.whole.substr(0, k_kept)) {
      ++m_found;
      return std::string(word.whole);
    }
  }
  return value;
}

} // namespace iplease
