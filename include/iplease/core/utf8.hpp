// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace iplease {

/// A character of UTF-8 text.
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 0; ///< 1 to 4; 0: not well-formed UTF-8
};

/// The character at a byte of `text`, by Unicode 15, table 3-7: no overlong form, no surrogate,
/// nothing beyond U+10FFFF. 0 bytes at the end of the text.
[[nodiscard]] Character character_at(std::string_view text, std::size_t at);

/// Whether a byte is the first of a character.
[[nodiscard]] constexpr bool begins_character(char byte)
{
  return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
}

/// How many characters start in the bytes.
[[nodiscard]] std::size_t characters_in(std::string_view bytes);

} // namespace iplease
