// SPDX-License-Identifier: Apache-2.0
#include "ip_text.hpp"

#include <algorithm>
#include <array>

namespace iplease {

namespace {

constexpr std::array<std::uint8_t, 12> k_mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::string_view k_hex = "0123456789abcdef";

/// Parses four decimal octets without leading zeros into out[0..3] (netip.parseIPv4Fields).
bool parse_octets(std::string_view text, std::uint8_t* out)
{
  int value = 0;
  int digits = 0;
  std::size_t field = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      if (digits == 1 && value == 0) {
        return false;
      }
      value = value * 10 + (c - '0');
      ++digits;
      if (value > 255) {
        return false;
      }
    } else if (c == '.') {
      if (digits == 0 || field == 3) {
        return false;
      }
      out[field++] = static_cast<std::uint8_t>(value);
      value = 0;
      digits = 0;
    } else {
      return false;
    }
  }
  if (field < 3 || digits == 0) {
    return false;
  }
  out[3] = static_cast<std::uint8_t>(value);
  return true;
}

/// Takes up to four hex digits off the front of `text`; -1 if there are none or more.
int take_group(std::string_view& text)
{
  int value = 0;
  std::size_t digits = 0;
  while (digits < text.size()) {
    const char c = text[digits];
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    const std::size_t digit = k_hex.find(lower);
    if (digit == std::string_view::npos) {
      break;
    }
    if (++digits > 4) {
      return -1;
    }
    value = value * 16 + static_cast<int>(digit);
  }
  if (digits == 0) {
    return -1;
  }
  text.remove_prefix(digits);
  return value;
}

/// State while parsing an IPv6 text; `gap` is the position of "::".
struct Groups {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t filled = 0;
  std::optional<std::size_t> gap{};
};

/// Takes the colon or colons after a group. False if the text is not an address.
bool take_colons(std::string_view& text, Groups& groups)
{
  if (text.front() != ':' || text.size() == 1) {
    return false;
  }
  text.remove_prefix(1);
  if (text.front() == ':') {
    if (groups.gap) {
      return false;
    }
    groups.gap = groups.filled;
    text.remove_prefix(1);
  }
  return true;
}

bool take_groups(std::string_view& text, Groups& groups)
{
  while (groups.filled < 16) {
    const std::string_view from = text;
    const int group = take_group(text);
    if (group < 0) {
      return false;
    }
    if (!text.empty() && text.front() == '.') {
      const bool fits = groups.gap ? groups.filled + 4 <= 16 : groups.filled == 12;
      if (!fits || !parse_octets(from, &groups.bytes[groups.filled])) {
        return false;
      }
      groups.filled += 4;
      text = {};
      return true;
    }
    groups.bytes[groups.filled++] = static_cast<std::uint8_t>(group >> 8);
    groups.bytes[groups.filled++] = static_cast<std::uint8_t>(group & 0xff);
    if (text.empty()) {
      return true;
    }
    if (!take_colons(text, groups)) {
      return false;
    }
    if (text.empty()) {
      return true; // "::" at the end
    }
  }
  return text.empty();
}

std::optional<IpAddress> parse_v6(std::string_view text)
{
  Groups groups;
  if (text.starts_with("::")) {
    groups.gap = 0;
    text.remove_prefix(2);
  }
  if (!(groups.gap && text.empty()) && !take_groups(text, groups)) {
    return std::nullopt;
  }
  if ((groups.filled == 16) == groups.gap.has_value()) {
    return std::nullopt; // too short without "::", or a "::" that replaces nothing
  }
  if (groups.gap) {
    auto* const begin = groups.bytes.begin() + static_cast<std::ptrdiff_t>(*groups.gap);
    auto* const end = groups.bytes.begin() + static_cast<std::ptrdiff_t>(groups.filled);
    auto* const moved = std::move_backward(begin, end, groups.bytes.end());
    std::fill(begin, moved, std::uint8_t{0});
  }
  IpAddress address{groups.bytes, false};
  address.v4 = std::equal(k_mapped_prefix.begin(), k_mapped_prefix.end(), address.bytes.begin());
  return address;
}

/// Unicode's White_Space beyond ASCII, without the range U+2000 to U+200A.
constexpr std::array<std::string_view, 8> k_wide_spaces{"\xc2\x85",
                                                        "\xc2\xa0",
                                                        "\xe1\x9a\x80",
                                                        "\xe2\x80\xa8",
                                                        "\xe2\x80\xa9",
                                                        "\xe2\x80\xaf",
                                                        "\xe2\x81\x9f",
                                                        "\xe3\x80\x80"};

/// Bytes of the White_Space character at the front of `text`; 0: none.
std::size_t space_at_front(std::string_view text)
{
  if (text.empty()) {
    return 0;
  }
  if (text.front() == ' ' || (text.front() >= '\t' && text.front() <= '\r')) {
    return 1;
  }
  for (const std::string_view wide : k_wide_spaces) {
    if (text.starts_with(wide)) {
      return wide.size();
    }
  }
  const std::string_view three = text.substr(0, 3);
  return three >= "\xe2\x80\x80" && three <= "\xe2\x80\x8a" ? 3 : 0;
}

std::size_t space_at_back(std::string_view text)
{
  for (std::size_t length = 1; length <= 3 && length <= text.size(); ++length) {
    if (space_at_front(text.substr(text.size() - length)) == length) {
      return length;
    }
  }
  return 0;
}

/// Bytes of the well-formed UTF-8 sequence at the front; 0: none.
std::size_t utf8_length(std::string_view text)
{
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0xc2   ? 0
                             : byte(0) < 0xe0 ? 2
                             : byte(0) < 0xf0 ? 3
                             : byte(0) < 0xf5 ? 4
                                              : 0;
  if (length == 0 || text.size() < length) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) {
      return 0;
    }
  }
  return length;
}

/// Characters that Go's %q escapes: white space and the common format characters.
bool is_invisible(unsigned code)
{
  return (code >= 0x80 && code <= 0xa0) || code == 0xad || code == 0x1680 || code == 0x180e ||
         (code >= 0x2000 && code <= 0x200f) || (code >= 0x2028 && code <= 0x202f) ||
         (code >= 0x205f && code <= 0x206f) || code == 0x3000 || code == 0xfeff;
}

/// A well-formed sequence of two to four bytes, as it is or as \uXXXX.
std::string quote_wide(std::string_view sequence)
{
  unsigned code = static_cast<unsigned char>(sequence[0]) & (0x7fU >> sequence.size());
  for (const char c : sequence.substr(1)) {
    code = code << 6U | (static_cast<unsigned char>(c) & 0x3fU);
  }
  if (!is_invisible(code)) {
    return std::string(sequence);
  }
  std::string escaped = "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) {
    escaped += k_hex[(code >> shift) & 0xfU];
  }
  return escaped;
}

void append_escaped(std::string& quoted, char c)
{
  const std::string_view names = "abtnvfr";
  if (c == '"' || c == '\\') {
    quoted += '\\';
    quoted += c;
  } else if (c >= '\a' && c <= '\r') {
    quoted += '\\';
    quoted += names[static_cast<std::size_t>(c - '\a')];
  } else {
    const auto byte = static_cast<unsigned char>(c);
    quoted += "\\x";
    quoted += k_hex[byte >> 4U];
    quoted += k_hex[byte & 0xfU];
  }
}

} // namespace

std::optional<IpAddress> go_parse_ip(std::string_view text)
{
  const std::size_t first = text.find_first_of(".:%");
  if (first == std::string_view::npos || text.find('%') != std::string_view::npos) {
    return std::nullopt;
  }
  if (text[first] == ':') {
    return parse_v6(text);
  }
  IpAddress address{{}, true};
  std::copy(k_mapped_prefix.begin(), k_mapped_prefix.end(), address.bytes.begin());
  if (!parse_octets(text, &address.bytes[12])) {
    return std::nullopt;
  }
  return address;
}

std::string_view go_trim_space(std::string_view text)
{
  for (std::size_t n = space_at_front(text); n > 0; n = space_at_front(text)) {
    text.remove_prefix(n);
  }
  for (std::size_t n = space_at_back(text); n > 0; n = space_at_back(text)) {
    text.remove_suffix(n);
  }
  return text;
}

std::string go_quote(std::string_view text)
{
  std::string quoted = "\"";
  while (!text.empty()) {
    const char c = text.front();
    std::size_t length = 1;
    if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
      quoted += c;
    } else if (const std::size_t wide = utf8_length(text); wide > 1) {
      length = wide;
      quoted += quote_wide(text.substr(0, wide));
    } else {
      append_escaped(quoted, c);
    }
    text.remove_prefix(length);
  }
  return quoted + '"';
}

namespace {

std::string v6_text(const std::array<std::uint8_t, 16>& bytes)
{
  const auto group = [&](std::size_t i) { return bytes[2 * i] * 256 + bytes[2 * i + 1]; };
  std::size_t gap = 8; // the longest run of two or more zero groups; the first if several are equal
  std::size_t gap_length = 1;
  for (std::size_t from = 0; from < 8; ++from) {
    std::size_t to = from;
    while (to < 8 && group(to) == 0) {
      ++to;
    }
    if (to - from > gap_length) {
      gap = from;
      gap_length = to - from;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      text += "::";
      i += gap_length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') {
      text += ':';
    }
    bool started = false;
    for (unsigned shift = 16; shift > 0; shift -= 4) {
      const auto digit = (static_cast<unsigned>(group(i)) >> (shift - 4)) & 0xfU;
      started = started || digit != 0 || shift == 4;
      if (started) {
        text += k_hex[digit];
      }
    }
  }
  return text;
}

} // namespace

std::string to_text(const IpAddress& address)
{
  if (!address.v4) {
    return v6_text(address.bytes);
  }
  std::string text;
  for (std::size_t i = 12; i < 16; ++i) {
    text += (i == 12 ? "" : ".") + std::to_string(address.bytes[i]);
  }
  return text;
}

} // namespace iplease
