// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/address_range.hpp>

#include "legacy_config.hpp"
#include <algorithm>
#include <array>
#include <cctype>

namespace iplease::legacy {

namespace {

/// An RFC 1123 subdomain, as metadata.name must be.
bool valid_name(const std::string& name)
{
  const auto low = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  char before = '.';
  for (const char c : name) {
    if (!low(c) && c != '-' && c != '.') {
      return false;
    }
    if ((c == '.' && !low(before)) || (c == '-' && before == '.')) {
      return false;
    }
    before = c;
  }
  return !name.empty() && name.size() <= 253 && low(before);
}

struct Reserved {
  const char* range;
  const char* why;
};

constexpr std::array<Reserved, 6> k_reserved{{{"0.0.0.0/8", "\"this network\""},
                                              {"127.0.0.0/8", "loopback"},
                                              {"169.254.0.0/16", "link-local"},
                                              {"224.0.0.0/4", "multicast"},
                                              {"240.0.0.0/4", "reserved"},
                                              {"::1/128", "loopback"}}};

void warn_of_range(const std::string& pool,
                   const AddressRange& range,
                   std::vector<std::string>& warnings)
{
  const std::string head = "pool " + pool + ": " + range.text + " ";
  if (range.first.v4 != range.last.v4) {
    warnings.push_back(head + "mixes IPv4 and IPv6: MetalLB 0.14.8 counts no address in it");
    return;
  }
  if (range.host_bits) {
    const auto nets = prefixes(range);
    warnings.push_back(head + "has host bits set: MetalLB uses " +
                       (nets.empty() ? "the whole network" : nets.front()));
  }
  if (!range.first.v4) {
    warnings.push_back(head +
                       "is IPv6: Akash leases are IPv4 only and would count these addresses");
  } else if (range.cidr && range.prefix < 16) {
    warnings.push_back(head + "is larger than a /16");
  }
  for (const Reserved& reserved : k_reserved) {
    const auto known = parse_range(reserved.range);
    const auto* block = std::get_if<AddressRange>(&known);
    if (block != nullptr && block->first.v4 == range.first.v4 && overlap(*block, range)) {
      warnings.push_back(head + "overlaps " + reserved.range + " (" + reserved.why +
                         "): no lease can use it");
    }
  }
}

} // namespace

std::optional<std::string> refused_by_server(const Config& config, const std::string& name_space)
{
  const auto refuse = [](const std::string& what, const std::string& name) {
    return what + " `" + name +
           "` is no valid Kubernetes name after conversion; rename it in the ConfigMap first";
  };
  const bool dotted = name_space.find('.') != std::string::npos;
  if (!valid_name(name_space) || dotted || name_space.size() > 63) {
    return "namespace `" + name_space + "` is no valid namespace name";
  }
  for (const Pool& pool : config.pools) {
    if (!valid_name(pool.name)) {
      return refuse("pool", pool.name);
    }
  }
  for (const BfdProfile& profile : config.bfd_profiles) {
    if (!valid_name(profile.name)) {
      return refuse("BFD profile", profile.name);
    }
  }
  for (std::size_t i = 0; i < config.peers.size(); ++i) {
    if (config.peers[i].port > 16384) {
      return "peer" + std::to_string(i + 1) + ": peer-port " +
             std::to_string(config.peers[i].port) +
             " is above 16384, the most that MetalLB's BGPPeer accepts";
    }
  }
  return std::nullopt;
}

void add_warnings(const Config& config,
                  const std::string& name_space,
                  std::vector<std::string>& warnings)
{
  for (const std::string& path : config.unknown) {
    warnings.push_back("key `" + path + "` is not known to MetalLB and was ignored");
  }
  if (name_space != "metallb-system") {
    warnings.push_back("namespace is `" + name_space +
                       "`: Akash looks for MetalLB in metallb-system only");
  }
  if (config.pools.empty()) {
    warnings.emplace_back("there is no address pool: with these objects MetalLB serves no address");
  }
  for (const Pool& pool : config.pools) {
    if (pool.protocol != "layer2" && pool.protocol != "bgp" && pool.advertisements.empty()) {
      warnings.push_back("pool " + pool.name + " has protocol `" + pool.protocol +
                         "`: its addresses will be assigned but never announced");
    }
    for (const std::string& text : pool.addresses) {
      const auto parsed = parse_range(text);
      if (const auto* range = std::get_if<AddressRange>(&parsed)) {
        warn_of_range(pool.name, *range, warnings);
      }
    }
  }
  const auto is_default = [](const Pool& pool) { return pool.name == "default"; };
  if (!config.pools.empty() && std::none_of(config.pools.begin(), config.pools.end(), is_default)) {
    warnings.emplace_back("no pool is named `default`, the only one whose addresses Akash counts");
  }
}

} // namespace iplease::legacy
