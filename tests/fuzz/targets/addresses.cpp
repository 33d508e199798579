// SPDX-License-Identifier: Apache-2.0
// Any lines as entries of a pool. What is read is what was written, and the size is the number of
// addresses from the first to the last.
#include <iplease/core/address_range.hpp>
#include <iplease/core/pool_rules.hpp>

#include "../target.hpp"
#include <algorithm>
#include <limits>

namespace iplease::fuzz {

namespace {

constexpr std::uint64_t k_most = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t k_most_entries = 20; // the checks between entries are quadratic

/// last - first + 1, limited to k_most. Computed in 128 bits.
std::uint64_t distance(const IpAddress& first, const IpAddress& last)
{
  __extension__ using Wide = unsigned __int128;
  const auto number = [](const IpAddress& address) {
    Wide value = 0;
    for (const std::uint8_t byte : address.bytes) {
      value = value << 8U | byte;
    }
    return value;
  };
  const Wide between = number(last) - number(first);
  return between >= k_most ? k_most : static_cast<std::uint64_t>(between) + 1;
}

void check_address(const std::string& text)
{
  const auto read = parse_address(text);
  const auto* address = std::get_if<IpAddress>(&read);
  if (address == nullptr) {
    must(!std::get<std::string>(read).empty(), "a refusal says why", text);
    return;
  }
  const auto again = parse_address(to_text(*address));
  must(again == read, "an address that is written and read is the same", text);
}

/// The prefixes that MetalLB derives from the range are contiguous from its first address to its
/// last.
void check_prefixes(const AddressRange& range)
{
  if (range.first.v4 != range.last.v4) {
    must(prefixes(range).empty(), "MetalLB makes nothing of a mixed range", range.text);
    return;
  }
  std::uint64_t sum = 0;
  AddressRange before;
  for (const std::string& text : prefixes(range)) {
    const auto read = parse_range(text);
    const auto* prefix = std::get_if<AddressRange>(&read);
    must(prefix != nullptr && !prefix->host_bits, "a prefix can be read: " + text, range.text);
    must(sum == 0 ? prefix->first == range.first
                  : distance(before.last, prefix->first) == 2 && !overlap(before, *prefix),
         "a prefix begins where the one before it ends: " + text,
         range.text);
    sum += distance(prefix->first, prefix->last);
    sum = std::min(sum, k_most);
    before = *prefix;
  }
  must(before.last == range.last, "the prefixes end where the range ends", range.text);
  must(sum == distance(range.first, range.last), "no address is in two prefixes", range.text);
}

void check_range(const AddressRange& range, const std::string& text)
{
  must(range.text == text, "an entry stays as it was written", text);
  must(range.first.bytes <= range.last.bytes, "a range is no backward one", text);
  const std::string plain = range.cidr ? to_text(range.first) + "/" + std::to_string(range.prefix)
                                       : to_text(range.first) + "-" + to_text(range.last);
  const auto again = parse_range(plain);
  const auto* same = std::get_if<AddressRange>(&again);
  must(same != nullptr && same->first == range.first && same->last == range.last,
       "a range that is written and read is the same: " + plain,
       text);
  check_prefixes(range);
  if (range.first.v4 == range.last.v4) {
    must(contains(range, range.first) && contains(range, range.last), "its ends are in it", text);
    const std::uint64_t size = distance(range.first, range.last);
    const std::uint64_t counted = count({range});
    // From 2^62 on MetalLB stops counting.
    must(counted == size || (counted == k_most && size >= (k_most >> 1U)), "its size counts", text);
    must(count({range}, true) <= counted, "without buggy addresses there are not more", text);
  }
}

} // namespace

void addresses(const std::string& text)
{
  std::vector<AddressRange> ranges;
  for (std::size_t from = 0; from < text.size() && ranges.size() < k_most_entries;) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string line = text.substr(from, end - from);
    from = end + 1;
    check_address(line);
    const auto read = parse_range(line);
    if (const auto* range = std::get_if<AddressRange>(&read)) {
      check_range(*range, line);
      ranges.push_back(*range);
      continue;
    }
    const std::string& refusal = std::get<std::string>(read);
    must(!refusal.empty(), "a refusal says why", line);
    must_be_refusal(refused_entry(line, refusal, "pool.addresses", {}), ExitCode::usage);
  }
  for (const AddressRange& one : ranges) {
    for (const AddressRange& other : ranges) {
      must(overlap(one, other) == overlap(other, one), "overlap has no direction", text);
    }
  }
  const PoolFindings found = check_pool(ranges);
  for (const auto* problems : {&found.problems, &found.warnings}) {
    for (const Problem& problem : *problems) {
      must_be_refusal(problem, ExitCode::usage);
    }
  }
}

} // namespace iplease::fuzz
