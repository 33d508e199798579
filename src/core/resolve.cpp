// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/bech32.hpp>
#include <iplease/core/resolve.hpp>

#include <algorithm>

namespace iplease {

namespace {

/// Whether a value is still open: neither given nor taken from an unfinished run.
template <class T> bool is_open(const Sourced<T>& slot)
{
  return slot.from == From::fallback || slot.from == From::cluster;
}

template <class T> void found(Sourced<T>& slot, T value, std::string where)
{
  slot = {.value = std::move(value), .from = From::cluster, .where = std::move(where)};
}

template <class T> void defaulted(Sourced<T>& slot, const char* why = "default")
{
  if (slot.from == From::fallback && slot.where.empty()) {
    slot.where = why;
  }
}

/// MetalLB's pool that Akash counts; nothing when it was not seen.
const PoolSeen* default_pool(const Observation& seen)
{
  const auto& pools = seen.metallb.pools.value;
  const auto hit = std::ranges::find_if(pools, [](const PoolSeen& pool) {
    return pool.name == "default" && pool.name_space == "metallb-system";
  });
  return seen.metallb.pools.found() && hit != pools.end() ? &*hit : nullptr;
}

/// The advertisement of interfaces that holds for `default` already.
const AdvertisementSeen* advertisement_of_default(const Observation& seen)
{
  const auto& all = seen.metallb.advertisements.value;
  const auto hit = std::ranges::find_if(all, [](const AdvertisementSeen& one) {
    return std::ranges::find(one.pools, "default") != one.pools.end() && !one.interfaces.empty();
  });
  return seen.metallb.advertisements.found() && hit != all.end() ? &*hit : nullptr;
}

void resolve_pool(Settings& settings, const Observation& seen)
{
  auto& want = settings.pool;
  const PoolSeen* pool = default_pool(seen);
  if (pool != nullptr && is_open(want.addresses)) {
    std::vector<AddressRange> ranges;
    for (const std::string& text : pool->addresses) {
      if (auto parsed = parse_range(text); std::holds_alternative<AddressRange>(parsed)) {
        ranges.push_back(std::get<AddressRange>(std::move(parsed)));
      }
    }
    if (!ranges.empty()) {
      found(want.addresses, std::move(ranges), "pool `default` has them");
    }
  }
  if (is_open(want.avoid_buggy_ips)) {
    if (pool != nullptr) {
      found(want.avoid_buggy_ips,
            std::optional<bool>(pool->avoid_buggy_ips),
            "pool `default` has it so");
    } else {
      want.avoid_buggy_ips = {.value = false, .where = "default"};
    }
  }
  if (is_open(want.interfaces)) {
    if (const AdvertisementSeen* one = advertisement_of_default(seen)) {
      found(want.interfaces,
            std::optional(one->interfaces),
            "advertisement `" + one->name + "` has them");
    } else {
      want.interfaces = {.value = std::vector<std::string>{}, .where = "default: all"};
    }
  }
}

void resolve_metallb(Settings& settings, const Observation& seen)
{
  auto& version = settings.metallb.version;
  if (!is_open(version)) {
    return;
  }
  if (!seen.metallb.version.empty()) {
    found(version, std::optional(seen.metallb.version), "installed, kept");
  } else {
    version = {.value = "0.14.8", .where = "default (pinned)"};
  }
}

/// kube-proxy's mode as its configuration text has it; the first `mode:` at the top level.
std::string kube_proxy_mode(const std::string& config)
{
  std::size_t at = config.starts_with("mode:") ? 0 : config.find("\nmode:");
  if (at == std::string::npos) {
    return {};
  }
  at = config.find(':', at) + 1;
  std::string mode = config.substr(at, config.find('\n', at) - at);
  std::erase_if(mode, [](char c) { return c == ' ' || c == '"' || c == '\'' || c == '\r'; });
  return mode;
}

void resolve_strict_arp(Settings& settings, const Observation& seen)
{
  if (!is_open(settings.strict_arp)) {
    return;
  }
  if (!seen.kube_proxy.environment.empty()) {
    found(settings.strict_arp, true, "kube-proxy is handled by " + seen.kube_proxy.environment);
  } else if (seen.kube_proxy.config.found()) {
    const std::string mode = kube_proxy_mode(seen.kube_proxy.config.value);
    found(settings.strict_arp,
          true,
          "kube-proxy mode is " + (mode.empty() ? "empty (iptables)" : mode));
  } else {
    defaulted(settings.strict_arp);
  }
}

void resolve_provider(Settings& settings, const Observation& seen, const ProviderFacts& facts)
{
  auto& want = settings.provider;
  const std::string& status = seen.provider.status_address;
  if (is_open(want.address)) {
    if (!facts.from.empty() && !why_not_akash_address(facts.from)) {
      found(want.address, facts.from, "`from` of the provider's values");
    } else if (!status.empty()) {
      found(want.address, status, "8443/status says so");
    }
  }
  if (is_open(want.status_url) && !facts.domain.empty()) {
    found(want.status_url,
          "https://provider." + facts.domain + ":8443/status",
          "`domain` of the provider's values");
  }
  const auto& files = seen.provider.files;
  if (is_open(want.values_file) && !files.empty()) {
    const auto there = std::ranges::find_if(files, &ValuesFileSeen::exists);
    if (there != files.end()) {
      found(want.values_file, there->path, "found there");
    } else {
      want.values_file = {.value = files.back().path,
                          .where = "no file yet: written from the release"};
    }
  }
  const bool has_file = std::ranges::any_of(files, &ValuesFileSeen::exists);
  const bool has_release = seen.provider.release_values.found();
  if (is_open(want.values_from) && has_file != has_release) {
    found(want.values_from,
          has_file ? ValuesFrom::file : ValuesFrom::release,
          has_file ? "only the file exists" : "only the release exists");
  }
}

} // namespace

Settings resolve(Settings settings, const Observation& seen, const ProviderFacts& facts)
{
  resolve_pool(settings, seen);
  resolve_metallb(settings, seen);
  resolve_strict_arp(settings, seen);
  resolve_provider(settings, seen, facts);
  defaulted(settings.metallb.install);
  defaulted(settings.provider.release);
  defaulted(settings.provider.chart_version);
  defaulted(settings.provider.attributes);
  defaulted(settings.ip_operator_chart_version);
  defaulted(settings.repositories.metallb);
  defaulted(settings.repositories.akash);
  defaulted(settings.tools.kubectl);
  defaulted(settings.tools.helm);
  return settings;
}

} // namespace iplease
