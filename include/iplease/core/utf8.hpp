// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace iplease {

/// A character of UTF-8 text.
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 0; ///< 1 to 4; 0: the bytes there are not well-formed UTF-8
};

/// The character at a byte of `text` (Unicode 15, table 3-7: no longer than it needs to be, no half
/// of a surrogate pair, nothing beyond U+10FFFF). None at its end.
[[nodiscard]] Character character_at(std::string_view text, std::size_t at);

/// Whether a byte is the first one of a character.
[[nodiscard]] constexpr bool begins_character(char byte)
{
  return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
}

/// How many characters begin in the bytes.
[[nodiscard]] std::size_t characters_in(std::string_view bytes);

} // namespace iplease
