// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/address_range.hpp>

#include <fmt/format.h>

#include "go_text.hpp"
#include "legacy_config.hpp"
#include <algorithm>
#include <cctype>
#include <string_view>

namespace iplease::legacy {

namespace {

using Complaint = std::optional<std::string>;

constexpr std::int64_t k_second = 1'000'000'000;

/// Whole seconds, truncated towards zero, or Go's error text.
std::variant<std::int64_t, std::string> whole_seconds(const std::string& text)
{
  auto parsed = go::parse_duration(text);
  if (auto* why = std::get_if<std::string>(&parsed)) {
    return std::move(*why);
  }
  return std::get<std::int64_t>(parsed) / k_second;
}

Complaint parse_times_of(Peer& peer)
{
  if (!peer.hold_time.empty()) {
    const auto hold = whole_seconds(peer.hold_time);
    const std::string prefix = "invalid hold time " + go::quote(peer.hold_time) + ": ";
    if (const auto* why = std::get_if<std::string>(&hold)) {
      return prefix + *why;
    }
    peer.hold_seconds = std::get<std::int64_t>(hold);
    if (peer.hold_seconds != 0 && peer.hold_seconds < 3) {
      return prefix + "must be 0 or >=3s";
    }
  }
  if (!peer.keepalive_time.empty()) {
    const auto keepalive = whole_seconds(peer.keepalive_time);
    if (const auto* why = std::get_if<std::string>(&keepalive)) {
      return "invalid keepalive time " + go::quote(peer.keepalive_time) + ": " + *why;
    }
    peer.keepalive_seconds = std::get<std::int64_t>(keepalive);
  }
  return std::nullopt;
}

/// `%q` of a Go slice of strings.
std::string quote_list(const std::vector<std::string>& values)
{
  std::string out = "[";
  for (const std::string& value : values) {
    out += (out.size() > 1 ? " " : "") + go::quote(value);
  }
  return out + "]";
}

std::string quote_requirement(const Requirement& requirement)
{
  return fmt::format("{{{} {} {}}}",
                     go::quote(requirement.key),
                     go::quote(requirement.op),
                     quote_list(requirement.values));
}

std::string quote_selector(const Selector& selector)
{
  std::string labels;
  for (const auto& [key, value] : selector.labels) {
    labels += (labels.empty() ? "" : " ") + go::quote(key) + ":" + go::quote(value);
  }
  std::string expressions;
  for (const Requirement& requirement : selector.expressions) {
    expressions += (expressions.empty() ? "" : " ") + quote_requirement(requirement);
  }
  return fmt::format("{{map[{}] [{}]}}", labels, expressions);
}

Complaint check_duplicates(const std::vector<Requirement>& expressions)
{
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    const auto& values = expressions[i].values; // sorted already
    const auto twice = std::adjacent_find(values.begin(), values.end());
    if (twice != values.end()) {
      return "duplicate definition of match expression value in label selector " +
             go::quote(*twice);
    }
    for (std::size_t j = i + 1; j < expressions.size(); ++j) {
      if (expressions[i] == expressions[j]) {
        return "duplicate definition of match expressions " + quote_requirement(expressions[i]);
      }
    }
  }
  return std::nullopt;
}

Complaint check_selectors(const std::vector<Selector>& selectors)
{
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    if (auto why = check_duplicates(selectors[i].expressions)) {
      return why;
    }
    for (std::size_t j = i + 1; j < selectors.size(); ++j) {
      if (selectors[i] == selectors[j]) {
        return "duplicate definition of nodeSelectors " + quote_selector(selectors[i]);
      }
    }
  }
  return std::nullopt;
}

bool label_word(std::string_view text)
{
  const auto alnum = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  return !text.empty() && text.size() <= 63 && alnum(text.front()) && alnum(text.back()) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return alnum(c) || c == '-' || c == '_' || c == '.';
         });
}

bool subdomain(std::string_view text)
{
  const auto low = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  char before = '.';
  for (const char c : text) {
    const bool edge = c == '.' || c == '-';
    if (!(low(c) || edge) || (c == '.' && !low(before)) || (c == '-' && before == '.')) {
      return false;
    }
    before = c;
  }
  return !text.empty() && text.size() <= 253 && low(before);
}

bool label_key(std::string_view key)
{
  const auto slash = key.find('/');
  return slash == std::string_view::npos
             ? label_word(key)
             : subdomain(key.substr(0, slash)) && label_word(key.substr(slash + 1));
}

/// k8s.io/apimachinery labels.NewRequirement, with shorter messages.
Complaint check_requirement(const std::string& key,
                            std::string_view op,
                            const std::vector<std::string>& values)
{
  if (!label_key(key)) {
    return "key: Invalid value: " + go::quote(key);
  }
  const bool wants_values = op == "In" || op == "NotIn";
  if (wants_values && values.empty()) {
    return "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty";
  }
  if (!wants_values && op != "Equals" && !values.empty()) {
    return "values: Invalid value: " + quote_list(values) +
           ": values set must be empty for exists and does not exist";
  }
  for (const std::string& value : values) {
    if (!value.empty() && !label_word(value)) {
      return fmt::format("values[0][{}]: Invalid value: {}", key, go::quote(value));
    }
  }
  return std::nullopt;
}

Complaint check_as_selector(const Selector& selector)
{
  for (const auto& [key, value] : selector.labels) {
    if (auto why = check_requirement(key, "Equals", {value})) {
      return why;
    }
  }
  for (const Requirement& requirement : selector.expressions) {
    const std::string& op = requirement.op;
    if (op != "In" && op != "NotIn" && op != "Exists" && op != "DoesNotExist") {
      return go::quote(op) + " is not a valid label selector operator";
    }
    if (auto why = check_requirement(requirement.key, op, requirement.values)) {
      return why;
    }
  }
  return std::nullopt;
}

bool is_address(const std::string& text)
{
  return std::holds_alternative<IpAddress>(parse_address(text));
}

Complaint check_numbers(const Peer& peer)
{
  if (peer.my_asn == 0) {
    return "missing local ASN";
  }
  if (peer.asn == 0) {
    return "missing peer ASN";
  }
  if (peer.asn == peer.my_asn && peer.ebgp_multihop) {
    return "invalid ebgp-multihop parameter set for an ibgp peer";
  }
  if (!is_address(peer.address)) {
    return "invalid BGPPeer address " + go::quote(peer.address);
  }
  const std::int64_t hold = peer.hold_seconds == 0 ? 90 : peer.hold_seconds;
  if (peer.keepalive_seconds > hold) {
    return fmt::format("invalid keepaliveTime {} must be smaller than holdtime {}",
                       go::quote(go::seconds_text(peer.keepalive_seconds)),
                       go::quote(go::seconds_text(hold)));
  }
  if (!peer.router_id.empty() && !is_address(peer.router_id)) {
    return "invalid router ID " + go::quote(peer.router_id);
  }
  if (!peer.source.empty() && !is_address(peer.source)) {
    return "invalid source IP " + go::quote(peer.source);
  }
  return std::nullopt;
}

Complaint check_peer(Peer& peer, const std::string& name)
{
  if (auto why = check_numbers(peer)) {
    return why;
  }
  for (Selector& selector : peer.node_selectors) {
    for (Requirement& requirement : selector.expressions) {
      std::sort(requirement.values.begin(), requirement.values.end());
    }
  }
  if (auto why = check_selectors(peer.node_selectors)) {
    return why;
  }
  for (const Selector& selector : peer.node_selectors) {
    if (const auto why = check_as_selector(selector)) {
      return *why + "\nfailed to convert peer " + name + " node selector";
    }
  }
  return std::nullopt;
}

} // namespace

std::optional<std::string> parse_times(Config& config)
{
  for (Peer& peer : config.peers) {
    if (auto why = parse_times_of(peer)) {
      return why;
    }
  }
  return std::nullopt;
}

std::optional<std::string> validate_peers(Config& config)
{
  for (std::size_t i = 0; i < config.peers.size(); ++i) {
    Peer& peer = config.peers[i];
    const std::string name = "peer" + std::to_string(i + 1);
    if (const auto why = check_peer(peer, name)) {
      return *why + "\nparsing peer " + name;
    }
    const auto named = [&](const BfdProfile& profile) { return profile.name == peer.bfd_profile; };
    if (!peer.bfd_profile.empty() &&
        std::none_of(config.bfd_profiles.begin(), config.bfd_profiles.end(), named)) {
      return fmt::format("peer {} referencing non existing bfd profile {}", name, peer.bfd_profile);
    }
  }
  return std::nullopt;
}

} // namespace iplease::legacy
