// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/bech32.hpp>
#include <iplease/core/pool_rules.hpp>
#include <iplease/core/resolve.hpp>
#include <iplease/core/version.hpp>

#include <algorithm>

namespace iplease {

namespace {

template <class T> bool is_open(const Sourced<T>& slot)
{
  return !slot.given();
}

template <class T> void found(Sourced<T>& slot, T value, const std::string& where)
{
  slot = {.value = std::move(value), .from = From::cluster, .where = where};
}

template <class T> void defaulted(Sourced<T>& slot, const char* why = "default")
{
  if (slot.from == From::fallback && slot.where.empty()) {
    slot.where = why;
  }
}

/// An advertisement that already covers `default` and limits the interfaces.
const AdvertisementSeen* advertisement_of_default(const Observation& seen)
{
  const auto& all = seen.metallb.advertisements.value;
  const auto hit = std::ranges::find_if(all, [](const AdvertisementSeen& one) {
    return std::ranges::find(one.pools, "default") != one.pools.end() && !one.interfaces.empty();
  });
  return seen.metallb.advertisements.found() && hit != all.end() ? &*hit : nullptr;
}

void resolve_pool(Settings& settings, const Observation& seen, const ResolveFacts& facts)
{
  auto& want = settings.pool;
  const PoolSeen* live = default_pool(seen);
  const PoolSeen* pool = live == nullptr && facts.old_pool ? &*facts.old_pool : live;
  const std::string where = live == nullptr ? facts.old_pool_where : "pool default on the cluster";
  if (pool != nullptr && is_open(want.addresses)) {
    std::vector<AddressRange> ranges;
    for (const std::string& text : pool->addresses) {
      if (auto parsed = parse_range(text); std::holds_alternative<AddressRange>(parsed)) {
        ranges.push_back(std::get<AddressRange>(std::move(parsed)));
      }
    }
    if (!ranges.empty()) {
      found(want.addresses, std::move(ranges), where);
    }
  }
  if (is_open(want.avoid_buggy_ips)) {
    if (pool != nullptr) {
      found(want.avoid_buggy_ips, std::optional<bool>(pool->avoid_buggy_ips), where);
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

/// Keeps what is installed, except for the ConfigMap era, where the migration installs the default.
void resolve_metallb(Settings& settings, const Observation& seen, const ResolveFacts& facts)
{
  auto& metallb = settings.metallb;
  const bool as_it_is = !metallb.values_json.given() &&
                        (!metallb.version.given() || metallb.version.value == seen.metallb.version);
  if (is_open(metallb.install) && !facts.adopt_because.empty() && as_it_is) {
    found(metallb.install, MetallbInstall::adopt, facts.adopt_because);
  }
  auto& version = metallb.version;
  if (!is_open(version)) {
    return;
  }
  const std::string& installed = seen.metallb.version;
  const bool ours = std::ranges::any_of(seen.metallb.controllers, [](const WorkloadSeen& one) {
    return one.name_space == "metallb-system";
  });
  if (ours && !installed.empty() && !version_older(installed, "0.13.0")) {
    found(version, std::optional(installed), "installed, kept");
  } else {
    version = {.where = "pinned; the newest that works with Akash is 0.15.3"};
  }
}

void resolve_strict_arp(Settings& settings, const ResolveFacts& facts)
{
  if (is_open(settings.strict_arp) && !facts.kube_proxy.empty()) {
    found(settings.strict_arp, true, "kube-proxy: " + facts.kube_proxy);
  }
  defaulted(settings.strict_arp);
}

void resolve_address(Sourced<std::string>& address,
                     const Observation& seen,
                     const ResolveFacts& facts)
{
  if (!is_open(address)) {
    return;
  }
  if (!facts.from.empty() && !why_not_akash_address(facts.from)) {
    found(address, facts.from, "`from` of " + facts.where);
  } else if (!seen.provider.status_address.empty()) {
    found(address, seen.provider.status_address, "8443/status says so");
  } else if (seen.assumed) {
    // Without a cluster, show a sample address; enable reads the real one from the values.
    address = {.value = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx",
               .where = "assumed; enable reads `from` of the values"};
  } else if (facts.where.empty()) {
    address.where = "no values of the provider can be read";
  } else if (!facts.from.empty()) {
    address.where = "`from` of " + facts.where + " is `" + facts.from + "`, no address";
  }
}

/// Decides where the provider's values are and which ones count.
void resolve_values(Settings::Provider& want, const ProviderSeen& provider)
{
  const auto& files = provider.files;
  const auto there = std::ranges::find_if(files, &ValuesFileSeen::exists);
  const bool has_file = there != files.end();
  if (is_open(want.values_file) && has_file) {
    found(want.values_file, there->path, "found there");
  } else if (is_open(want.values_file) && !files.empty()) {
    want.values_file = {.value = files.back().path,
                        .where = "no file yet: written from the release"};
  }
  if (is_open(want.values_from) && has_file != provider.release_values.found()) {
    found(want.values_from,
          has_file ? ValuesFrom::file : ValuesFrom::release,
          has_file ? "only the file exists" : "only the release exists");
  }
}

void resolve_provider(Settings& settings, const Observation& seen, const ResolveFacts& facts)
{
  auto& want = settings.provider;
  resolve_address(want.address, seen, facts);
  if (is_open(want.status_url) && !facts.domain.empty() && !seen.assumed) {
    found(want.status_url,
          "https://provider." + facts.domain + ":8443/status",
          "`domain` of " + facts.where);
  }
  const Seen<ReleaseSeen>& release = seen.provider.release;
  if (is_open(want.release) && release.found() && release.value.name != want.release.value) {
    found(want.release, release.value.name, "the only release of chart provider");
  }
  if (want.chart_version.from == From::fallback && release.found()) {
    want.chart_version.where = release.value.chart_version + ", pinned";
  }
  resolve_values(want, seen.provider);
}

} // namespace

Settings resolve(Settings settings, const Observation& seen, const ResolveFacts& facts)
{
  resolve_pool(settings, seen, facts);
  resolve_metallb(settings, seen, facts);
  resolve_strict_arp(settings, facts);
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
