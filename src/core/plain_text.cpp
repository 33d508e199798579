// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/json.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/core/utf8.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace iplease {
namespace {

constexpr unsigned char k_escape = 0x1b;
constexpr unsigned char k_bell = 0x07;
constexpr std::size_t k_longest_sequence = 4096; ///< bytes; an unended ESC ] hides no whole log

unsigned char byte(std::string_view text, std::size_t at)
{
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

bool follows(std::string_view text, std::size_t at)
{
  return at < text.size() && !begins_character(text[at]);
}

/// Length in bytes of the terminal sequence at `at` (ECMA-48: CSI, OSC and similar), or 0.
std::size_t sequence(std::string_view text, std::size_t at)
{
  const unsigned char kind = byte(text, at + 1);
  std::size_t end = at + 2;
  if (kind == '[') {
    while (byte(text, end) >= 0x20 && byte(text, end) <= 0x3f) {
      ++end;
    }
    return byte(text, end) >= 0x40 && byte(text, end) <= 0x7e ? end + 1 - at : 0;
  }
  if (kind != ']' && kind != 'P' && kind != '^' && kind != '_') {
    return 0;
  }
  for (; end < text.size() && end - at < k_longest_sequence; ++end) {
    if (byte(text, end) == k_bell) {
      return end + 1 - at;
    }
    if (byte(text, end) == k_escape) {
      return byte(text, end + 1) == '\\' ? end + 2 - at : 0;
    }
  }
  return 0;
}

/// Whether it is one of LRE to RLO or LRI to PDI, which change the displayed order of a text.
bool turns(std::string_view one)
{
  return one.size() == 3 && one[0] == '\xe2' &&
         ((one[1] == '\x80' && one[2] >= '\xaa' && one[2] <= '\xae') ||
          (one[1] == '\x81' && one[2] >= '\xa6' && one[2] <= '\xa9'));
}

std::string shown(std::string_view one)
{
  const auto last = static_cast<unsigned char>(one.back());
  if (turns(one)) {
    return fmt::format("\\u20{:02x}", (one[1] == '\x80' ? 0x00U : 0x40U) + (last & 0x3fU));
  }
  return fmt::format("\\x{:02x}", last);
}

bool is_control(std::string_view one)
{
  const auto first = static_cast<unsigned char>(one[0]);
  const bool c0 =
      one.size() == 1 && (first < 0x20 || first == 0x7f) && first != '\n' && first != '\t';
  const bool c1 = one.size() == 2 && first == 0xc2 && static_cast<unsigned char>(one[1]) < 0xa0;
  return c0 || c1 || turns(one);
}

nlohmann::ordered_json plain(const nlohmann::ordered_json& value)
{
  if (value.is_string()) {
    return plain_text(value.get_ref<const std::string&>());
  }
  if (!value.is_structured()) {
    return value;
  }
  nlohmann::ordered_json copy =
      value.is_array() ? nlohmann::ordered_json::array() : nlohmann::ordered_json::object();
  for (const auto& [key, member] : value.items()) {
    if (value.is_array()) {
      copy.push_back(plain(member));
    } else {
      copy[plain_text(key)] = plain(member);
    }
  }
  return copy;
}

} // namespace

std::string plain_text(std::string_view text)
{
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t dropped = byte(text, at) == k_escape ? sequence(text, at) : 0;
    const bool line_end = text[at] == '\r' && byte(text, at + 1) == '\n';
    if (dropped > 0 || line_end) {
      at += dropped + (line_end ? 1U : 0U);
      continue;
    }
    const std::size_t length = character_at(text, at).bytes;
    const std::string_view one = text.substr(at, length == 0 ? 1 : length);
    if (length == 0 || is_control(one)) {
      out += shown(one);
    } else {
      out += one;
    }
    at += one.size();
  }
  return out;
}

std::string plain_json(const nlohmann::ordered_json& document, int indent)
{
  return plain(document).dump(indent);
}

std::string_view first_bytes(std::string_view text, std::size_t most)
{
  if (text.size() <= most) {
    return text;
  }
  std::size_t end = most;
  while (end > 0 && most - end < 3 && follows(text, end)) {
    --end;
  }
  return text.substr(0, follows(text, end) ? most : end);
}

std::string_view last_bytes(std::string_view text, std::size_t most)
{
  if (text.size() <= most) {
    return text;
  }
  const std::size_t from = text.size() - most;
  std::size_t begin = from;
  while (begin < text.size() && begin - from < 3 && follows(text, begin)) {
    ++begin;
  }
  return text.substr(begin < text.size() && follows(text, begin) ? from : begin);
}

std::string both_ends(std::string_view text, std::size_t head, std::size_t tail)
{
  return text.size() <= head + tail
             ? std::string(text)
             : fmt::format("{} ... {}", first_bytes(text, head), last_bytes(text, tail));
}

std::vector<std::string_view> split(std::string_view text, char at)
{
  std::vector<std::string_view> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(at, from), text.size());
    parts.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return parts;
}

} // namespace iplease
