// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/utf8.hpp>

#include <algorithm>

namespace iplease {
namespace {

/// Whether `length` bytes may encode a code point: not overlong, no surrogate, not beyond Unicode.
bool well_formed(std::uint32_t code, std::size_t length)
{
  const bool longer_than_needed =
      (length == 3 && code < 0x800U) || (length == 4 && code < 0x10000U);
  return !longer_than_needed && code <= 0x10FFFFU && (code < 0xD800U || code > 0xDFFFU);
}

} // namespace

Character character_at(std::string_view text, std::size_t at)
{
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const std::uint32_t lead = byte(at);
  if (lead < 0x80U) {
    return {.code = lead, .bytes = at < text.size() ? std::size_t{1} : 0};
  }
  if (lead < 0xC2U || lead > 0xF4U) {
    return {};
  }
  const std::size_t length = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : 2;
  std::uint32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = at + 1; i < at + length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      return {};
    }
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  return well_formed(code, length) ? Character{.code = code, .bytes = length} : Character{};
}

std::size_t characters_in(std::string_view bytes)
{
  return static_cast<std::size_t>(std::count_if(bytes.begin(), bytes.end(), begins_character));
}

} // namespace iplease
