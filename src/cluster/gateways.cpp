// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/parse.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstring>

namespace iplease {
namespace {

constexpr unsigned k_route_has_gateway = 0x2; ///< RTF_GATEWAY of linux/route.h

std::vector<std::string_view> words_of(std::string_view line)
{
  std::vector<std::string_view> words;
  for (std::size_t at = line.find_first_not_of("\t "); at != std::string_view::npos;
       at = line.find_first_not_of("\t ", at)) {
    const std::size_t end = std::min(line.find_first_of("\t ", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

bool read_hex(std::string_view word, unsigned& value)
{
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, 16);
  return error == std::errc{} && end == word.data() + word.size();
}

/// The gateway if the line is a default route: Iface Destination Gateway Flags ... Mask.
std::string gateway_of(std::string_view line)
{
  const std::vector<std::string_view> words = words_of(line);
  unsigned destination = 0;
  unsigned gateway = 0;
  unsigned flags = 0;
  unsigned mask = 0;
  if (words.size() < 8 || !read_hex(words[1], destination) || !read_hex(words[2], gateway) ||
      !read_hex(words[3], flags) || !read_hex(words[7], mask)) {
    return {}; // for example the heading
  }
  if (destination != 0 || mask != 0 || (flags & k_route_has_gateway) == 0) {
    return {};
  }
  // The kernel prints the four octets as one number in the machine's byte order.
  std::array<unsigned char, sizeof gateway> octets{};
  std::memcpy(octets.data(), &gateway, octets.size());
  return fmt::format("{}", fmt::join(octets, "."));
}

} // namespace

std::vector<std::string> parse_gateways(std::string_view routes)
{
  std::vector<std::string> gateways;
  while (!routes.empty()) {
    const std::size_t end = std::min(routes.find('\n'), routes.size());
    if (std::string gateway = gateway_of(routes.substr(0, end)); !gateway.empty()) {
      gateways.push_back(std::move(gateway));
    }
    routes.remove_prefix(std::min(end + 1, routes.size()));
  }
  return gateways;
}

} // namespace iplease
