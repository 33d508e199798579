// SPDX-License-Identifier: Apache-2.0
#include "range_hint.hpp"

#include "ip_text.hpp"
#include <bit>
#include <optional>
#include <vector>

namespace iplease {

namespace {

constexpr const char* k_forms =
    "write a prefix (198.51.100.32/28) or first-last (198.51.100.64-198.51.100.70)";

bool readable(const std::string& text)
{
  return std::holds_alternative<AddressRange>(parse_range(text));
}

std::string did_you_mean(const std::string& text)
{
  return "did you mean " + text + "?";
}

std::string replace_all(std::string text, std::string_view what, std::string_view by)
{
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

/// Drops leading zeros: "192.0.02.1", "192.0.2.001".
std::string without_leading_zeros(std::string_view text)
{
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = i == 0 || text[i - 1] < '0' || text[i - 1] > '9';
    const bool more = i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9';
    if (text[i] == '0' && more && (starts || out.empty() || out.back() < '0' || out.back() > '9')) {
      continue;
    }
    out += text[i];
  }
  return out;
}

/// The prefix length of a mask: 28 for 255.255.255.240.
std::optional<int> mask_length(std::string_view text)
{
  const std::optional<IpAddress> mask = go_parse_ip(text);
  if (!mask || !mask->v4) {
    return std::nullopt;
  }
  std::uint32_t bits = 0;
  for (std::size_t i = 12; i < 16; ++i) {
    bits = bits << 8U | mask->bytes[i];
  }
  const int ones = std::countl_one(bits);
  return std::popcount(bits) == ones ? std::optional<int>(ones) : std::nullopt;
}

std::string after_slash(const std::string& text, std::size_t slash)
{
  const std::string address = text.substr(0, slash);
  const std::string length = text.substr(slash + 1);
  if (const std::optional<int> ones = mask_length(length)) {
    return did_you_mean(address + "/" + std::to_string(*ones));
  }
  const bool digits =
      !length.empty() && length.find_first_not_of("0123456789") == std::string::npos;
  if (digits && readable(address + "/32") && address.find(':') == std::string::npos) {
    return "an IPv4 prefix ends in /0 to /32; " + did_you_mean(address + "/32");
  }
  return {};
}

std::string after_dash(const std::string& text, std::size_t dash)
{
  const std::string_view from = go_trim_space(std::string_view(text).substr(0, dash));
  const std::string to(go_trim_space(std::string_view(text).substr(dash + 1)));
  if (!go_parse_ip(from)) {
    return {};
  }
  if (const auto last = go_parse_ip(to)) {
    return did_you_mean(to + "-" + std::string(from)); // only the order can still be wrong
  }
  const std::size_t dot = from.rfind('.');
  if (dot != std::string_view::npos) {
    const std::string whole = std::string(from) + "-" + std::string(from.substr(0, dot + 1)) + to;
    if (readable(whole)) {
      return "write the last address in full: " + whole;
    }
  }
  return {};
}

} // namespace

std::string range_hint(std::string_view text)
{
  const std::string trimmed(go_trim_space(text));
  if (trimmed.empty()) {
    return std::string("the entry is empty; ") + k_forms;
  }
  if (go_parse_ip(trimmed)) {
    return "for one address write " + trimmed +
           (trimmed.find(':') == std::string::npos ? "/32" : "/128");
  }
  if (trimmed.find(',') != std::string::npos) {
    return "write every entry as its own item of the list";
  }
  for (const char* dash : {"\u2013", "\u2014", "\u2212", ".."}) {
    if (const std::string plain = replace_all(trimmed, dash, "-");
        plain != trimmed && readable(plain)) {
      return "use a plain hyphen: " + plain;
    }
  }
  const std::vector<std::string> repaired = {trimmed,
                                             replace_all(trimmed, " ", ""),
                                             without_leading_zeros(trimmed),
                                             trimmed.substr(0, trimmed.find_first_of(" #"))};
  for (const std::string& candidate : repaired) {
    if (candidate != text && readable(candidate)) {
      return did_you_mean(candidate);
    }
  }
  std::string hint;
  if (const std::size_t slash = trimmed.find('/'); slash != std::string::npos) {
    hint = after_slash(trimmed, slash);
  }
  if (const std::size_t dash = trimmed.find('-'); hint.empty() && dash != std::string::npos) {
    hint = after_dash(trimmed, dash);
  }
  return hint.empty() ? k_forms : hint;
}

} // namespace iplease
