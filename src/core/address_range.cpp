// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/address_range.hpp>

#include "ip_text.hpp"
#include <algorithm>
#include <limits>

namespace iplease {

namespace {

/// One network like Go's net.IPNet: `ones` of `bits` mask bits are set.
struct Network {
  IpAddress first{};
  IpAddress last{};
  int ones = 0;
  int bits = 32;
};

constexpr int k_mapped_bits = 96; // a v4 address in 16-byte form starts after 96 bits

IpAddress with_low_bits(IpAddress address, int ones, bool set)
{
  for (int bit = ones; bit < 128; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> static_cast<unsigned>(bit % 8));
    auto& byte = address.bytes[static_cast<std::size_t>(bit / 8)];
    byte = static_cast<std::uint8_t>(set ? (byte | mask) : (byte & ~mask));
  }
  return address;
}

/// Moves to the next address; false at the end of the address space.
bool increment(IpAddress& address)
{
  const std::size_t end = address.v4 ? 12 : 0;
  for (std::size_t i = 16; i > end; --i) {
    if (++address.bytes[i - 1] != 0) {
      return true;
    }
  }
  return false;
}

/// The fewest networks that cover first..last, lowest first; none if the families differ.
std::vector<Network> summarize(const IpAddress& first, const IpAddress& last)
{
  std::vector<Network> networks;
  if (first.v4 != last.v4) {
    return networks; // MetalLB accepts such a range but gets no network from it
  }
  const int shortest = first.v4 ? k_mapped_bits : 0;
  IpAddress from = first;
  while (from.bytes <= last.bytes) {
    int ones = 128;
    while (ones > shortest && with_low_bits(from, ones - 1, false).bytes == from.bytes &&
           with_low_bits(from, ones - 1, true).bytes <= last.bytes) {
      --ones;
    }
    const IpAddress end = with_low_bits(from, ones, true);
    networks.push_back({from, end, ones - shortest, 128 - shortest});
    from = end;
    if (!increment(from)) {
      break;
    }
  }
  return networks;
}

std::vector<Network> networks_of(const AddressRange& range)
{
  if (!range.cidr) {
    return summarize(range.first, range.last);
  }
  // Inside MetalLB a v4-mapped prefix keeps its 128-bit mask, which matters for counting.
  const bool wide = !range.first.v4 || range.text.find(':') != std::string::npos;
  const int ones = wide && range.first.v4 ? range.prefix + k_mapped_bits : range.prefix;
  return {{range.first, range.last, ones, wide ? 128 : 32}};
}

std::string refuse(std::string_view text)
{
  return "invalid CIDR " + go_quote(text);
}

/// Go's dtoi for the whole text: only digits, a small number.
int prefix_length(std::string_view text)
{
  if (text.empty()) {
    return -1;
  }
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return -1;
    }
    value = value * 10 + (c - '0');
    if (value > 128 * 1000) {
      return -1;
    }
  }
  return value;
}

std::variant<AddressRange, std::string> parse_prefix(std::string_view text)
{
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return refuse(text);
  }
  const std::string_view address = text.substr(0, slash);
  const std::optional<IpAddress> ip = go_parse_ip(address);
  const int length = prefix_length(text.substr(slash + 1));
  // Here Go reads "::ffff:192.0.2.0" as a 128-bit address, although it prints it as IPv4.
  const bool wide = address.find(':') != std::string_view::npos;
  if (!ip || length < 0 || length > (wide ? 128 : 32)) {
    return refuse(text);
  }
  const int ones = wide ? length : length + k_mapped_bits;
  AddressRange range;
  range.text = text;
  range.cidr = true;
  range.first = with_low_bits(*ip, ones, false);
  range.last = with_low_bits(*ip, ones, true);
  range.host_bits = range.first.bytes != ip->bytes;
  range.first.v4 = range.last.v4 = ip->v4 && ones >= k_mapped_bits;
  range.prefix = range.first.v4 ? ones - k_mapped_bits : ones;
  return range;
}

std::variant<AddressRange, std::string> parse_first_last(std::string_view text)
{
  const std::size_t dash = text.find('-');
  const std::string refused = "invalid IP range " + go_quote(text) + ": ";
  const std::string_view from = text.substr(0, dash);
  const std::string_view to = text.substr(dash + 1);
  const std::optional<IpAddress> first = go_parse_ip(go_trim_space(from));
  if (!first) {
    return refused + "invalid start IP " + go_quote(from);
  }
  const std::optional<IpAddress> last = go_parse_ip(go_trim_space(to));
  if (!last) {
    return refused + "invalid end IP " + go_quote(to);
  }
  if (first->bytes > last->bytes) {
    return refused + "start IP " + go_quote(to_text(*first)) + " is after the end IP " +
           go_quote(to_text(*last));
  }
  AddressRange range;
  range.text = text;
  range.first = *first;
  range.last = *last;
  return range;
}

/// Number of addresses ending in .0 or .255, as MetalLB's poolCount subtracts them.
std::int64_t buggy(const Network& network)
{
  if (network.ones <= 24) {
    return std::int64_t{2} << (24 - network.ones);
  }
  const auto confuses = [](const IpAddress& ip) {
    return ip.v4 && (ip.bytes[15] == 0 || ip.bytes[15] == 255);
  };
  return (confuses(network.first) ? 1 : 0) + (confuses(network.last) ? 1 : 0);
}

} // namespace

std::variant<AddressRange, std::string> parse_range(std::string_view text)
{
  return text.find('-') == std::string_view::npos ? parse_prefix(text) : parse_first_last(text);
}

std::variant<IpAddress, std::string> parse_address(std::string_view text)
{
  if (const std::optional<IpAddress> ip = go_parse_ip(text)) {
    return *ip;
  }
  return "invalid IP address " + go_quote(text);
}

bool contains(const AddressRange& range, const IpAddress& address)
{
  return range.first.v4 == range.last.v4 && range.first.v4 == address.v4 &&
         range.first.bytes <= address.bytes && address.bytes <= range.last.bytes;
}

bool overlap(const AddressRange& one, const AddressRange& other)
{
  const bool comparable = one.first.v4 == one.last.v4 && other.first.v4 == other.last.v4 &&
                          one.first.v4 == other.first.v4;
  return comparable && one.first.bytes <= other.last.bytes && other.first.bytes <= one.last.bytes;
}

std::vector<std::string> prefixes(const AddressRange& range)
{
  std::vector<std::string> texts;
  for (const Network& network : networks_of(range)) {
    const bool mapped = network.first.v4 && network.bits == 128;
    texts.push_back(to_text(network.first) + "/" +
                    std::to_string(mapped ? network.ones - k_mapped_bits : network.ones));
  }
  return texts;
}

std::uint64_t count(const std::vector<AddressRange>& ranges, bool avoid_buggy_ips)
{
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  std::int64_t total = 0;
  bool endless = false;
  for (const AddressRange& range : ranges) {
    for (const Network& network : networks_of(range)) {
      if (network.bits - network.ones >= 62) {
        endless = true; // MetalLB sets MaxInt64 here and overflows later; saturate instead
        continue;
      }
      const std::int64_t size = (std::int64_t{1} << (network.bits - network.ones)) -
                                (avoid_buggy_ips ? buggy(network) : 0);
      total = size > 0 && total > most - size ? most : total + size;
    }
  }
  // MetalLB counts 192.0.2.0/32 with avoidBuggyIPs as -1; a pool never has fewer than 0 addresses.
  return static_cast<std::uint64_t>(endless ? most : std::max<std::int64_t>(total, 0));
}

} // namespace iplease
