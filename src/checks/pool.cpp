// SPDX-License-Identifier: Apache-2.0
#include "../stages/pool.hpp"

#include <iplease/facts/announcement.hpp>
#include <iplease/facts/pools.hpp>

#include "../stages/legacy.hpp"
#include "checks.hpp"

namespace iplease::checks {

namespace {

Finding addresses_given(const Observation& seen, const Settings& want)
{
  if (want.pool.addresses.value.empty() && !stages::legacy_problems(seen, want).empty()) {
    return not_applicable("the old pool `default` gives them; stage metallb says why it cannot");
  }
  if (want.pool.addresses.value.empty()) {
    return fail("no pool addresses are given",
                "",
                "--pool 198.51.100.32/28, or pool.addresses in the flags file");
  }
  return ok(std::to_string(count(want.pool.addresses.value)) + " addresses");
}

Finding holds_no_node(const Observation& seen, const Settings& want)
{
  for (const NodeSeen& node : seen.nodes) {
    for (const std::string& address : node.addresses) {
      if (stages::inside(want.pool.addresses.value, address)) {
        return fail("the pool holds " + address + ", the address of node " + node.name,
                    "kubectl get nodes -o wide");
      }
    }
  }
  return ok("no node's address is in the pool");
}

Finding holds_no_gateway(const Observation& seen, const Settings& want)
{
  for (const std::string& gateway : seen.gateways) {
    if (stages::inside(want.pool.addresses.value, gateway)) {
      return fail("the pool holds " + gateway + ", the default gateway of this machine",
                  "$ ip route show default");
    }
  }
  return ok("this machine's default gateway is not in the pool");
}

Finding overlaps_no_network(const Observation& seen, const Settings& want)
{
  for (const NodeSeen& node : seen.nodes) {
    for (const AddressRange& pods : stages::parsed(node.pod_cidrs)) {
      for (const AddressRange& range : want.pool.addresses.value) {
        if (overlap(pods, range)) {
          return fail("the pool entry " + range.text + " overlaps the pod network " + pods.text +
                          " of node " + node.name,
                      "kubectl get nodes");
        }
      }
    }
  }
  if (!seen.service_ip.empty() && stages::inside(want.pool.addresses.value, seen.service_ip)) {
    return fail("the pool holds " + seen.service_ip + ", the cluster's own Service kubernetes",
                "kubectl get services");
  }
  return ok("no pod or Service network is in the pool");
}

Finding overlaps_no_pool(const Observation& seen, const Settings& want)
{
  const auto others = facts::other_pools(seen);
  if (!others.known()) {
    return could_not_look("the other pools could not be read: " + others.why);
  }
  for (const facts::OtherPool& pool : others.value) {
    for (const AddressRange& theirs : stages::parsed(pool.addresses)) {
      for (const AddressRange& ours : want.pool.addresses.value) {
        if (overlap(theirs, ours)) {
          return fail("the pool entry " + ours.text + " overlaps " + theirs.text + " of pool " +
                          pool.name + (pool.where.empty() ? "" : " " + pool.where),
                      "kubectl get ipaddresspools -A",
                      pool.to_free);
        }
      }
    }
  }
  return ok("no other pool has these addresses");
}

Finding only_auto_pool(const Observation& seen, const Settings&)
{
  const auto others = facts::other_pools(seen);
  if (!others.known()) {
    return could_not_look("the other pools could not be read: " + others.why);
  }
  for (const facts::OtherPool& pool : others.value) {
    if (pool.auto_assign) {
      return warn(
          "pool " + pool.name + (pool.where.empty() ? "" : " " + pool.where) +
              " also assigns by itself: leases may get its addresses, which Akash does not count",
          "kubectl get ipaddresspools -A",
          pool.where.empty() ? "set autoAssign: false on it" : "set auto_assign: false on it");
    }
  }
  return ok("no other pool assigns by itself");
}

Finding serves_every_lease(const Observation& seen, const Settings&)
{
  const PoolSeen* pool = default_pool(seen);
  if (pool == nullptr) {
    return not_applicable("there is no pool default");
  }
  return pool->service_allocation
             ? fail("pool default has serviceAllocation: Services that do not match it, and leases "
                    "live in any namespace, get nothing",
                    "$ kubectl -n metallb-system get ipaddresspool default -o yaml\n"
                    "spec.serviceAllocation is set")
             : ok("pool default serves every Service");
}

Finding advertised_by_a_node(const Observation& seen, const Settings&)
{
  std::string text;
  for (const std::string& selector : facts::announcement(seen).value.select_no_node) {
    text += "\n$ kubectl get nodes -l '" + selector + "'\nno node";
  }
  return text.empty() ? ok("no advertisement of pool default leaves out every node")
                      : fail("the advertisement of pool default selects no node: nobody announces "
                             "it",
                             "$ kubectl -n metallb-system get l2advertisements -o yaml" + text);
}

} // namespace

std::vector<Check> pool_checks()
{
  return {
      {"IPL-POOL-030",
       "pool addresses",
       "the settings",
       true,
       false,
       ExitCode::usage,
       addresses_given},
      {"IPL-POOL-014",
       "no gateway in the pool",
       "ip route show default",
       true,
       true,
       ExitCode::blocked,
       holds_no_gateway},
      {"IPL-POOL-031",
       "no node address in the pool",
       "kubectl get nodes",
       true,
       true,
       ExitCode::blocked,
       holds_no_node},
      {"IPL-POOL-032",
       "no cluster network in the pool",
       "kubectl get nodes",
       true,
       true,
       ExitCode::blocked,
       overlaps_no_network},
      {"IPL-POOL-033",
       "no overlap with other pools",
       "kubectl get ipaddresspools",
       true,
       true,
       ExitCode::blocked,
       overlaps_no_pool},
      {"IPL-POOL-034",
       "one pool assigns",
       "kubectl get ipaddresspools",
       true,
       true,
       ExitCode::blocked,
       only_auto_pool},
      {"IPL-POOL-042",
       "the pool serves every lease",
       "kubectl get ipaddresspools",
       true,
       true,
       ExitCode::blocked,
       serves_every_lease},
      {"IPL-POOL-044",
       "a node may announce the pool",
       "kubectl get l2advertisements -A",
       true,
       true,
       ExitCode::blocked,
       advertised_by_a_node},
  };
}

} // namespace iplease::checks
