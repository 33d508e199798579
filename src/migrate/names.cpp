// SPDX-License-Identifier: Apache-2.0
#include "legacy_config.hpp"
#include <algorithm>
#include <cctype>

namespace iplease::legacy {

namespace {

bool lower(char c)
{
  return c >= 'a' && c <= 'z';
}

bool lower_or_digit(char c)
{
  return lower(c) || (c >= '0' && c <= '9');
}

/// Upstream's `^[a-z][-a-z0-9]{0,61}[a-z0-9]{1}$`: such a name stays.
bool kept_as_is(const std::string& name)
{
  return name.size() >= 2 && name.size() <= 63 && lower(name.front()) &&
         lower_or_digit(name.back()) && std::all_of(name.begin(), name.end(), [](char c) {
           return c == '-' || lower_or_digit(c);
         });
}

/// Cuts to 63 bytes, changes to lower case and `_` to `-`, and drops everything before the first
/// letter; nothing if no letter is left.
std::optional<std::string> fit(const std::string& name)
{
  std::string out = name.substr(0, 63);
  for (char& c : out) {
    c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  const auto first = std::find_if(out.begin(), out.end(), lower);
  if (first == out.end()) {
    return std::nullopt;
  }
  return std::string(first, out.end());
}

std::optional<std::string>
change(std::string& name, const std::string& kind, std::vector<std::string>& warnings)
{
  if (kept_as_is(name)) {
    return std::nullopt;
  }
  auto fitted = fit(name);
  if (!fitted) {
    return "failed to make " + kind + " K8S compatible: " + name;
  }
  if (*fitted != name) {
    warnings.push_back("Changing " + kind + " name from: " + name + " to: " + *fitted);
    if (kind == "IpAddressPool") {
      warnings.push_back("Services with annotation metallb.universe.tf/address-pool: " + name +
                         " must ask for " + *fitted + " from now on; nothing rewrites them");
    }
  }
  name = std::move(*fitted);
  return std::nullopt;
}

} // namespace

std::optional<std::string> normalise_names(Config& config, std::vector<std::string>& warnings)
{
  for (Pool& pool : config.pools) {
    if (auto error = change(pool.name, "IpAddressPool", warnings)) {
      return error;
    }
  }
  for (BfdProfile& profile : config.bfd_profiles) {
    if (auto error = change(profile.name, "BFDProfile", warnings)) {
      return error;
    }
  }
  for (Peer& peer : config.peers) {
    if (peer.bfd_profile.empty()) {
      continue;
    }
    if (auto error = change(peer.bfd_profile, "BFDProfile", warnings)) {
      return error;
    }
  }
  return std::nullopt;
}

} // namespace iplease::legacy
