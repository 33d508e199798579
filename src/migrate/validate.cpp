// SPDX-License-Identifier: Apache-2.0
// internal/config/config.go of MetalLB 0.14.8, in its order, so that the first complaint is the
// same.
#include <iplease/core/address_range.hpp>

#include <fmt/format.h>

#include "go_text.hpp"
#include "legacy_config.hpp"
#include <algorithm>
#include <set>
#include <string_view>

namespace iplease::legacy {

namespace {

using Complaint = std::optional<std::string>;

/// One summarised prefix of a pool's entry.
struct Prefix {
  std::string text{};
  AddressRange range{};
};

struct Entry {
  std::string text{};
  std::vector<Prefix> prefixes{};
};

struct ParsedPool {
  const Pool* pool = nullptr;
  std::vector<Entry> entries{};
  bool has_v6 = false;
};

Complaint within(const std::optional<std::uint32_t>& value, std::uint32_t least, std::uint32_t most)
{
  if (!value || (*value >= least && *value <= most)) {
    return std::nullopt;
  }
  return fmt::format("invalid value {}, must be in {}-{} range", *value, least, most);
}

Complaint check_profile(const BfdProfile& profile)
{
  struct Limit {
    std::optional<std::uint32_t> value;
    std::uint32_t least;
    std::uint32_t most;
    std::string_view name;
  };
  const Limit limits[] = {{profile.multiplier, 2, 255, "detect multiplier"},
                          {profile.receive, 10, 60000, "receive interval"},
                          {profile.transmit, 10, 60000, "transmit interval"},
                          {profile.min_ttl, 1, 254, "minimum ttl"},
                          {profile.echo_interval, 10, 60000, "echo interval"}};
  for (const Limit& limit : limits) {
    if (const auto why = within(limit.value, limit.least, limit.most)) {
      return fmt::format("{}\ninvalid {} value", *why, limit.name);
    }
  }
  return std::nullopt;
}

Complaint check_profiles(const Config& config)
{
  std::set<std::string> names;
  for (std::size_t i = 0; i < config.bfd_profiles.size(); ++i) {
    const BfdProfile& profile = config.bfd_profiles[i];
    if (const auto why = check_profile(profile)) {
      return fmt::format("parsing bfd profile #{}: {}", i + 1, *why);
    }
    if (!names.insert(profile.name).second) {
      return "found duplicate bfd profile name " + profile.name;
    }
  }
  return std::nullopt;
}

/// internal/bgp/community.New: nothing, or why `text` is not a community.
Complaint check_community(const std::string& text)
{
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == ':') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (parts.size() != 2 && parts.size() != 4) {
    return "invalid community format: " + text;
  }
  const bool large = parts.size() == 4;
  if (large && parts[0] != "large") {
    return "invalid community value: invalid marker for large community, expected community to be "
           "of "
           "format large:<uint32>:<uint32>:<uint32> but got " +
           go::quote(text) + " instead";
  }
  for (std::size_t i = large ? 1 : 0; i < parts.size(); ++i) {
    const auto number = go::parse_uint(parts[i], large ? 32 : 16);
    if (const auto* why = std::get_if<std::string>(&number)) {
      return fmt::format("invalid community value: invalid section {} of community {}, err: {}",
                         go::quote(parts[i]),
                         go::quote(text),
                         go::quote(*why));
    }
  }
  return std::nullopt;
}

Complaint check_aliases(const Config& config)
{
  for (const auto& [name, value] : config.communities) {
    if (const auto why = check_community(value)) {
      return "parsing community " + go::quote(name) + ": " + *why;
    }
  }
  return std::nullopt;
}

/// Parses a pool's entries into the prefixes that MetalLB compares.
std::variant<ParsedPool, std::string> parse_pool(const Pool& pool)
{
  ParsedPool out{&pool, {}, false};
  if (pool.addresses.empty()) {
    return std::string("pool has no prefixes defined");
  }
  for (const std::string& text : pool.addresses) {
    const auto parsed = parse_range(text);
    if (const auto* why = std::get_if<std::string>(&parsed)) {
      return fmt::format(
          "invalid CIDR {} in pool {}: {}", go::quote(text), go::quote(pool.name), *why);
    }
    Entry entry{text, {}};
    for (const std::string& prefix : prefixes(std::get<AddressRange>(parsed))) {
      const auto again = parse_range(prefix);
      if (const auto* range = std::get_if<AddressRange>(&again)) {
        out.has_v6 = out.has_v6 || !range->first.v4;
        entry.prefixes.push_back({prefix, *range});
      }
    }
    out.entries.push_back(std::move(entry));
  }
  return out;
}

Complaint add_prefixes(const ParsedPool& pool, std::vector<Prefix>& all)
{
  for (const Entry& entry : pool.entries) {
    for (const Prefix& prefix : entry.prefixes) {
      for (const Prefix& earlier : all) {
        // Go's net.IPNet never lets one family contain the other.
        if (prefix.range.first.v4 == earlier.range.first.v4 &&
            overlap(prefix.range, earlier.range)) {
          return fmt::format("CIDR {} in pool {} overlaps with already defined CIDR {}",
                             go::quote(prefix.text),
                             go::quote(pool.pool->name),
                             go::quote(earlier.text));
        }
      }
      all.push_back(prefix);
    }
  }
  return std::nullopt;
}

std::variant<std::vector<ParsedPool>, std::string> parse_pools(const Config& config)
{
  std::vector<ParsedPool> out;
  std::vector<Prefix> all;
  std::set<std::string> names;
  for (const Pool& pool : config.pools) {
    auto parsed = parse_pool(pool);
    if (const auto* why = std::get_if<std::string>(&parsed)) {
      return "parsing address pool " + pool.name + ": " + *why;
    }
    if (!names.insert(pool.name).second) {
      return "duplicate definition of pool " + go::quote(pool.name);
    }
    if (auto why = add_prefixes(std::get<ParsedPool>(parsed), all)) {
      return *why;
    }
    out.push_back(std::move(std::get<ParsedPool>(parsed)));
  }
  return out;
}

Complaint check_advertised_communities(const BgpAdvertisement& advertisement, const Config& config)
{
  const auto& wanted = advertisement.communities;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (std::find(wanted.begin() + static_cast<std::ptrdiff_t>(i) + 1, wanted.end(), wanted[i]) !=
        wanted.end()) {
      return "duplicate definition of community " + go::quote(wanted[i]);
    }
  }
  if (advertisement.length && *advertisement.length > 32) {
    // MetalLB prints the number as a character here; iplease prints the number.
    return fmt::format("invalid aggregation length {} for IPv4", *advertisement.length);
  }
  if (advertisement.length_v6 && *advertisement.length_v6 > 128) {
    return fmt::format("invalid aggregation length {} for IPv6", *advertisement.length_v6);
  }
  for (const std::string& community : wanted) {
    if (config.communities.contains(community)) {
      continue;
    }
    if (const auto why = check_community(community)) {
      return fmt::format(
          "{}\ninvalid community {} in BGP advertisement", *why, go::quote(community));
    }
  }
  return std::nullopt;
}

/// In Go, a prefix written v4-mapped has a mask of 128 bits.
int mask_of(const Entry& entry, const Prefix& prefix)
{
  const bool mapped = prefix.range.first.v4 && entry.text.find(':') != std::string::npos &&
                      entry.text.find('-') == std::string::npos;
  return prefix.range.prefix + (mapped ? 96 : 0);
}

Complaint check_length(const BgpAdvertisement& advertisement, const ParsedPool& pool)
{
  const int length = advertisement.length.value_or(32);
  for (const Entry& entry : pool.entries) {
    if (entry.prefixes.empty()) {
      continue;
    }
    const bool v4 = entry.prefixes.front().range.first.v4;
    int lowest = 128;
    for (const Prefix& prefix : entry.prefixes) {
      lowest = std::min(lowest, mask_of(entry, prefix));
    }
    if ((v4 ? length : advertisement.length_v6.value_or(128)) < lowest) {
      return fmt::format(
          "invalid aggregation length {}: prefix {} in this pool is more specific than "
          "the aggregation length for addresses {}",
          length,
          lowest,
          entry.text);
    }
  }
  return std::nullopt;
}

Complaint check_advertisements(const std::vector<ParsedPool>& pools, const Config& config)
{
  for (const ParsedPool& pool : pools) {
    std::vector<BgpAdvertisement> all = pool.pool->advertisements;
    if (all.empty() && pool.pool->protocol == "bgp") {
      all.emplace_back();
    }
    for (const BgpAdvertisement& advertisement : all) {
      if (auto why = check_advertised_communities(advertisement, config)) {
        return why;
      }
      if (auto why = check_length(advertisement, pool)) {
        return why;
      }
    }
  }
  return std::nullopt;
}

/// Bidirectional echo cannot protect IPv6 announcements (validateConfig).
Complaint check_echo(const std::vector<ParsedPool>& pools, const Config& config)
{
  std::size_t peer = 0;
  for (std::size_t i = 0; i < config.peers.size() && peer == 0; ++i) {
    const auto echoes = [&](const BfdProfile& profile) {
      return profile.echo && profile.name == config.peers[i].bfd_profile;
    };
    if (std::any_of(config.bfd_profiles.begin(), config.bfd_profiles.end(), echoes)) {
      peer = i + 1;
    }
  }
  std::size_t number = 1;
  for (const ParsedPool& pool : pools) {
    const std::size_t own = pool.pool->advertisements.empty() && pool.pool->protocol == "bgp"
                                ? 1
                                : pool.pool->advertisements.size();
    if (peer != 0 && pool.has_v6 && own > 0) {
      return fmt::format(
          "pool {} has bgpadvertisement bgpadvertisement{} which references peer peer{} "
          "which has bfd echo enabled, which is not possible",
          pool.pool->name,
          number,
          peer);
    }
    number += own;
  }
  return std::nullopt;
}

} // namespace

std::optional<std::string> validate(Config& config)
{
  if (auto why = check_profiles(config)) {
    return why;
  }
  if (auto why = validate_peers(config)) {
    return why;
  }
  if (auto why = check_aliases(config)) {
    return why;
  }
  const auto pools = parse_pools(config);
  if (const auto* why = std::get_if<std::string>(&pools)) {
    return *why;
  }
  if (auto why = check_advertisements(std::get<0>(pools), config)) {
    return why;
  }
  return check_echo(std::get<0>(pools), config);
}

} // namespace iplease::legacy
