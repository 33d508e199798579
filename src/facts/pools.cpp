// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/pools.hpp>
#include <iplease/kubespray/standing.hpp>
#include <iplease/migrate/convert.hpp>

#include <algorithm>

namespace iplease::facts {

namespace {

constexpr const char* k_pools = "kubectl get ipaddresspools -A -o yaml";

void add_configmap(std::vector<OtherPool>& out, const LegacyConfigSeen& legacy)
{
  const auto converted = convert_configmap(legacy.object_json);
  const auto* good = std::get_if<Converted>(&converted);
  if (good == nullptr) {
    return; // stage migrate reports why
  }
  for (const MigratedPool& pool : good->pools) {
    if (pool.old_name != "default") {
      out.push_back({.name = pool.old_name,
                     .addresses = pool.addresses,
                     .auto_assign = pool.auto_assign,
                     .where = "of ConfigMap " + legacy.name});
    }
  }
}

void add_inventory(std::vector<OtherPool>& out, const KubespraySeen& inventory)
{
  for (const kubespray::StandingPool& pool : kubespray::standing(inventory).pools) {
    const bool live =
        std::ranges::any_of(out, [&](const OtherPool& one) { return one.name == pool.name; });
    // Stage metallb handles a pool in the place of pool default (IPL-KSP-090).
    if (pool.name == "default" || pool.variable == "metallb_ip_range" || live) {
      continue;
    }
    out.push_back(
        {.name = pool.name,
         .addresses = pool.addresses,
         .auto_assign = pool.auto_assign,
         .where = "of the inventory (" + pool.variable + ")",
         .to_free =
             "rename " + pool.name + " to default in " +
             pool.variable.substr(0, pool.variable.rfind('.')) +
             (pool.variable.starts_with("metallb_config") ? " and in metallb_config.layer2" : "") +
             " of the inventory, or take the addresses out of it"});
  }
}

} // namespace

Answer<std::vector<OtherPool>> other_pools(const Observation& seen)
{
  const Seen<std::vector<PoolSeen>>& live = seen.metallb.pools;
  std::vector<OtherPool> out;
  for (const PoolSeen& pool : live.value) {
    if (pool.name != "default" || pool.name_space != "metallb-system") {
      out.push_back(
          {.name = pool.name, .addresses = pool.addresses, .auto_assign = pool.auto_assign});
    }
  }
  if (seen.metallb.legacy && seen.metallb.legacy->in_force) {
    add_configmap(out, *seen.metallb.legacy);
  }
  if (!seen.kubespray.inventory.empty()) {
    add_inventory(out, seen.kubespray);
  }
  if (unread(live.look) && out.empty()) {
    return unseen<std::vector<OtherPool>>(live.look, live.why, k_pools);
  }
  return answered(std::move(out), {{k_pools, ""}});
}

} // namespace iplease::facts
