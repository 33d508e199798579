// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/parse.hpp>
#include <iplease/core/bech32.hpp>
#include <iplease/core/version.hpp>
#include <iplease/yaml/values_edit.hpp>

#include "../stages/legacy.hpp"
#include "../stages/metallb.hpp"
#include "../stages/pool.hpp"
#include "session.hpp"

namespace iplease {

namespace {

template <class T> void from_cluster(Sourced<T>& setting, T value, std::string where)
{
  if (setting.from == From::fallback) {
    setting.value = std::move(value);
    setting.from = From::cluster;
    setting.where = std::move(where);
  }
}

void resolve_pool(Settings& want, const Observation& seen)
{
  const PoolSeen* live = stages::default_pool(seen);
  if (live == nullptr) {
    const auto migrated = stages::migrated_default(seen);
    if (migrated && want.pool.addresses.value.empty()) {
      const std::string where = "pool default of ConfigMap " + seen.metallb.legacy->name;
      from_cluster(want.pool.addresses, stages::parsed(migrated->addresses), where);
      from_cluster(
          want.pool.avoid_buggy_ips, std::optional<bool>(migrated->avoid_buggy_ips), where);
    }
    return;
  }
  if (want.pool.addresses.value.empty()) {
    from_cluster(
        want.pool.addresses, stages::parsed(live->addresses), "pool default on the cluster");
  }
  from_cluster(want.pool.avoid_buggy_ips,
               std::optional<bool>(live->avoid_buggy_ips),
               "pool default on the cluster");
}

/// What is installed in range and not by Helm is kept as it is; Helm could not take it over.
void resolve_install(Settings& want, const Observation& seen)
{
  const WorkloadSeen* controller = stages::metallb_controller(seen);
  const auto& version = want.metallb.version.value;
  if (controller != nullptr && stages::metallb_release(seen) == nullptr &&
      version_within(seen.metallb.version, stages::k_metallb_oldest, stages::k_metallb_newest) &&
      (!version || *version == seen.metallb.version) && !want.metallb.values_json.given()) {
    from_cluster(want.metallb.install,
                 MetallbInstall::adopt,
                 "deployment " + controller->name + " is there without a Helm release");
  }
}

void resolve_metallb(Settings& want, const Observation& seen)
{
  resolve_install(want, seen);
  if (want.metallb.version.value) {
    return;
  }
  want.metallb.version.where = "pinned; the newest that works with Akash is 0.15.3";
  const WorkloadSeen* controller = stages::metallb_controller(seen);
  if (controller != nullptr && !before_0_13(seen.metallb.version)) {
    want.metallb.version.from = From::cluster;
    want.metallb.version.where = "installed (" + controller->name + "), kept";
  }
}

void resolve_strict_arp(Settings& want, const Observation& seen)
{
  if (want.strict_arp.from == From::fallback) {
    const bool ipvs = seen.kube_proxy.config.value.find("ipvs\"") != std::string::npos ||
                      seen.kube_proxy.config.value.find("mode: ipvs") != std::string::npos;
    want.strict_arp.where =
        ipvs ? "kube-proxy mode is ipvs" : "kube-proxy mode is not ipvs: nothing to do";
  }
}

/// The values that rule: the operator's file when it exists, else the release's.
std::string ruling_values(const Observation& seen, const Settings& want, std::string& where)
{
  for (const ValuesFileSeen& file : seen.provider.files) {
    if (file.exists && file.error.empty() &&
        want.provider.values_from.value != ValuesFrom::release) {
      where = file.path;
      return file.text.reveal();
    }
  }
  where = "values of the release";
  return seen.provider.release_values.value.reveal();
}

void resolve_provider(Settings& want, const Observation& seen)
{
  std::string where;
  const std::string values = ruling_values(seen, want, where);
  const auto read = read_values(values, where);
  const auto* facts = std::get_if<ValuesFacts>(&read);
  if (facts != nullptr && want.provider.address.value.empty()) {
    if (!why_not_akash_address(facts->from)) {
      from_cluster(want.provider.address, facts->from, "`from` of " + where);
    } else if (!seen.provider.status_address.empty()) {
      from_cluster(want.provider.address, seen.provider.status_address, "8443/status");
    } else {
      want.provider.address.where = "`from` of " + where + " is `" + facts->from + "`, no address";
    }
  }
  if (facts != nullptr && want.provider.status_url.value.empty() && !facts->domain.empty() &&
      !seen.assumed) {
    from_cluster(want.provider.status_url,
                 "https://provider." + facts->domain + ":8443/status",
                 "`domain` of " + where);
  }
  if (want.provider.chart_version.from == From::fallback && seen.provider.release.found()) {
    want.provider.chart_version.where = seen.provider.release.value.chart_version + ", pinned";
  }
}

} // namespace

Settings resolve_settings(const Settings& asked, const Observation& seen)
{
  Settings want = asked;
  resolve_pool(want, seen);
  resolve_metallb(want, seen);
  resolve_strict_arp(want, seen);
  resolve_provider(want, seen);
  if (seen.assumed && want.provider.address.value.empty()) {
    // A plan without a cluster shows where the address goes; enable reads it from the values.
    want.provider.address.value = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx";
    want.provider.address.where = "assumed; enable reads `from` of the values";
  }
  return want;
}

} // namespace iplease
