// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/version.hpp>

#include <charconv>
#include <tuple>

namespace iplease {

std::strong_ordering Version::operator<=>(const Version& other) const
{
  const auto numbers =
      std::tie(major, minor, patch) <=> std::tie(other.major, other.minor, other.patch);
  if (numbers != 0) {
    return numbers;
  }
  if (pre.empty() != other.pre.empty()) {
    return pre.empty() ? std::strong_ordering::greater : std::strong_ordering::less;
  }
  return pre.compare(other.pre) <=> 0;
}

std::optional<Version> parse_version(std::string_view text)
{
  if (!text.empty() && text.front() == 'v') {
    text.remove_prefix(1);
  }
  Version version;
  int* const parts[] = {&version.major, &version.minor, &version.patch};
  int read = 0;
  for (int* part : parts) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *part);
    if (error != std::errc{}) {
      return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    ++read;
    if (text.empty() || text.front() != '.' || read == 3) {
      break;
    }
    text.remove_prefix(1);
  }
  if (read < 2 || (!text.empty() && text.front() != '-' && text.front() != '+')) {
    return std::nullopt;
  }
  if (!text.empty() && text.front() == '-') {
    version.pre = text.substr(
        1, text.find('+') == std::string_view::npos ? std::string_view::npos : text.find('+') - 1);
  }
  return version;
}

bool version_within(std::string_view text, std::string_view low, std::string_view high)
{
  const auto at = parse_version(text);
  const auto from = parse_version(low);
  const auto to = parse_version(high);
  return at && from && to && *at >= *from && *at <= *to;
}

bool version_older(std::string_view text, std::string_view other)
{
  const auto one = parse_version(text);
  const auto two = parse_version(other);
  return one && two && *one < *two;
}

} // namespace iplease
