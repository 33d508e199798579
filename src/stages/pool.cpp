// SPDX-License-Identifier: Apache-2.0
#include "pool.hpp"

#include <iplease/kubespray/inventory.hpp>
#include <iplease/yaml/manifest.hpp>
#include <iplease/yaml/templates.hpp>

#include "legacy.hpp"
#include "subjects.hpp"
#include "support.hpp"
#include <algorithm>
#include <set>

namespace iplease {

namespace stages {

const PoolSeen* default_pool(const Observation& seen)
{
  for (const PoolSeen& pool : seen.metallb.pools.value) {
    if (pool.name == "default" && pool.name_space == k_metallb_ns) {
      return &pool;
    }
  }
  return nullptr;
}

bool default_is_advertised(const Observation& seen)
{
  const auto& all = seen.metallb.advertisements.value;
  return std::any_of(all.begin(), all.end(), [](const AdvertisementSeen& advertisement) {
    const auto& pools = advertisement.pools;
    // Without pools and without selectors an advertisement covers every pool.
    const bool covers = std::find(pools.begin(), pools.end(), "default") != pools.end() ||
                        (pools.empty() && !advertisement.has_selectors);
    return advertisement.name_space == k_metallb_ns && covers;
  });
}

std::vector<AddressRange> parsed(const std::vector<std::string>& texts)
{
  std::vector<AddressRange> ranges;
  for (const std::string& text : texts) {
    auto range = parse_range(text);
    if (auto* good = std::get_if<AddressRange>(&range)) {
      ranges.push_back(std::move(*good));
    }
  }
  return ranges;
}

bool inside(const std::vector<AddressRange>& ranges, const std::string& address)
{
  const auto at = parse_address(address);
  const auto* good = std::get_if<IpAddress>(&at);
  return good != nullptr &&
         std::any_of(ranges.begin(), ranges.end(), [&](const AddressRange& range) {
           return contains(range, *good);
         });
}

bool same_addresses(const std::vector<AddressRange>& one, const std::vector<AddressRange>& other)
{
  std::set<std::string> left;
  std::set<std::string> right;
  for (const AddressRange& range : one) {
    const std::vector<std::string> pieces = prefixes(range);
    left.insert(pieces.begin(), pieces.end());
  }
  for (const AddressRange& range : other) {
    const std::vector<std::string> pieces = prefixes(range);
    right.insert(pieces.begin(), pieces.end());
  }
  return left == right;
}

} // namespace stages

namespace {

using namespace stages;

std::string joined(const std::vector<std::string>& words)
{
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ",") + word;
  }
  return text;
}

std::string
manifest_of(const Observation& seen, const Settings& want, bool pool, bool advertisement)
{
  std::string text;
  if (pool) {
    nlohmann::ordered_json addresses = nlohmann::ordered_json::array();
    for (const AddressRange& range : want.pool.addresses.value) {
      addresses.push_back(range.text);
    }
    text = fill_template(template_text("ip_address_pool"), {{"addresses", addresses}});
    const PoolSeen* live = default_pool(seen);
    const bool avoid =
        want.pool.avoid_buggy_ips.value.value_or(live != nullptr && live->avoid_buggy_ips);
    // Left out when false: 0.13.2 and 0.13.3 do not know it. Said when a live true must go.
    if (avoid || (live != nullptr && live->avoid_buggy_ips)) {
      text += std::string("  avoidBuggyIPs: ") + (avoid ? "true" : "false") + "\n";
    }
  }
  if (advertisement) {
    text += text.empty() ? "" : "---\n";
    text += template_text("l2_advertisement");
    const auto& interfaces = want.pool.interfaces.value;
    if (interfaces && !interfaces->empty()) {
      text += "  interfaces:\n";
      for (const std::string& name : *interfaces) {
        text += "    - " + emit_scalar(name) + "\n";
      }
    }
  }
  return text;
}

std::vector<Problem>
lost_addresses(const Observation& seen, const Settings& want, const PoolSeen& live)
{
  std::vector<Problem> problems;
  const std::vector<AddressRange> old = parsed(live.addresses);
  for (const ServiceSeen& service : seen.load_balancers) {
    for (const std::string& address : service.addresses) {
      if (inside(old, address) && !inside(want.pool.addresses.value, address)) {
        problems.push_back(
            {.id = "IPL-POOL-020",
             .what = "address " + address + " is in use by Service " + service.name_space + "/" +
                     service.name + " and would leave the pool",
             .saw = "kubectl get services -A; pool default has " + joined(live.addresses),
             .exit = ExitCode::blocked});
      }
    }
  }
  return problems;
}

bool interfaces_match(const Observation& seen, const Settings& want)
{
  if (!want.pool.interfaces.given() || !want.pool.interfaces.value) {
    return true;
  }
  for (const AdvertisementSeen& advertisement : seen.metallb.advertisements.value) {
    if (advertisement.name == "l2advertisement1") {
      return advertisement.interfaces == *want.pool.interfaces.value;
    }
  }
  return false;
}

/// The guide's name may be taken by an advertisement that serves more than pool default.
std::vector<Problem> foreign_advertisement(const Observation& seen)
{
  std::vector<Problem> problems;
  for (const AdvertisementSeen& one : seen.metallb.advertisements.value) {
    const bool named = one.name == "l2advertisement1" && one.name_space == k_metallb_ns;
    const bool others = std::ranges::any_of(seen.metallb.pools.value, [&](const PoolSeen& pool) {
      return pool.name != "default" && std::ranges::count(one.pools, pool.name) > 0;
    });
    if (named && (others || one.has_selectors || one.has_node_selectors)) {
      problems.push_back(
          {.id = "IPL-POOL-051",
           .what = "L2Advertisement l2advertisement1 would be replaced, and it serves " +
                   (one.pools.empty() ? std::string("what it selects") : joined(one.pools)) +
                   (one.has_node_selectors ? " from chosen nodes" : ""),
           .saw = "kubectl -n metallb-system get l2advertisements",
           .exit = ExitCode::blocked});
    }
  }
  return problems;
}

Step metrics_proof(const Target& target, const Settings& want)
{
  const std::string number = metric_number(pool_count(want));
  std::string escaped;
  for (const char c : number) {
    escaped += (c == '.' || c == '+') ? std::string{'\\', c} : std::string(1, c);
  }
  return {.id = "pool/proof",
          .reason = "MetalLB counts " + number + " addresses in pool default",
          .action =
              WaitUntil{.probe = kubectl_get_raw(target,
                                                 "/api/v1/namespaces/metallb-system/services/"
                                                 "controller:monitoring/proxy/metrics"),
                        .pattern = "metallb_allocator_addresses_total\\{pool=\"default\"\\} " +
                                   escaped + "$",
                        .limit = want.timeout("pool"),
                        .what = "MetalLB to count " + number + " addresses in pool default"},
          .failure_id = "IPL-POOL-021"};
}

} // namespace

namespace {

/// A pool as one comparable line, however its addresses are written.
std::string
state_text(const std::vector<AddressRange>& ranges, bool auto_assign, bool avoid, bool advertised)
{
  std::set<std::string> pieces;
  for (const AddressRange& range : ranges) {
    for (const std::string& piece : prefixes(range)) {
      pieces.insert(piece);
    }
  }
  return joined({pieces.begin(), pieces.end()}) + (auto_assign ? "" : " autoAssign=false") +
         (avoid ? " avoidBuggyIPs" : "") + (advertised ? " advertised" : "");
}

bool wanted_avoid(const Observation& seen, const Settings& want)
{
  const PoolSeen* live = default_pool(seen);
  return want.pool.avoid_buggy_ips.value.value_or(live != nullptr && live->avoid_buggy_ips);
}

bool pool_is_right(const PoolSeen& live, const Observation& seen, const Settings& want)
{
  return same_addresses(parsed(live.addresses), want.pool.addresses.value) && live.auto_assign &&
         live.avoid_buggy_ips == wanted_avoid(seen, want);
}

} // namespace

std::string pool_state(const Observation& seen)
{
  const PoolSeen* live = default_pool(seen);
  return live == nullptr ? "absent"
                         : state_text(parsed(live->addresses),
                                      live->auto_assign,
                                      live->avoid_buggy_ips,
                                      default_is_advertised(seen));
}

namespace {

/// With Kubespray before v2.22 the pool is in MetalLB's ConfigMap, which the play writes.
StagePlan
plan_configmap_pool(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  const StagePlan* metallb = find_stage(done, "metallb");
  if (metallb == nullptr || metallb->verdict == Verdict::satisfied) {
    return satisfied("pool default is in ConfigMap config, as Kubespray wrote it");
  }
  StagePlan plan{.verdict = Verdict::needed, .reason = "Kubespray writes the pool"};
  plan.steps.push_back(metrics_proof(target_of(seen, want), want));
  return plan;
}

} // namespace

StagePlan plan_pool(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  if (kubespray::keeps_configmap(seen.kubespray)) {
    return plan_configmap_pool(seen, want, done);
  }
  if (migrated_default(seen)) {
    // Stage migrate applies this very pool with its advertisements; ours has the same name as one.
    return satisfied("pool default comes with stage migrate");
  }
  const std::string total = std::to_string(pool_count(want));
  const PoolSeen* live = default_pool(seen);
  const bool pool = live == nullptr || !pool_is_right(*live, seen, want);
  const bool advertisement = !default_is_advertised(seen) || !interfaces_match(seen, want);
  if (!pool && !advertisement) {
    return satisfied("pool default has " + total + " addresses and is advertised");
  }
  if (live != nullptr) {
    std::vector<Problem> problems = lost_addresses(seen, want, *live);
    if (!problems.empty()) {
      return blocked(std::move(problems));
    }
  }
  if (std::vector<Problem> problems = foreign_advertisement(seen);
      advertisement && !problems.empty()) {
    return blocked(std::move(problems));
  }
  StagePlan plan{.verdict = Verdict::needed};
  plan.change = live == nullptr ? "create" : "change";
  if (live == nullptr) {
    plan.reason = "pool default not found; " + total + " addresses";
  } else {
    plan.reason = pool ? "pool default has " + joined(live->addresses)
                       : "no advertisement covers pool default";
  }
  const Target target = target_of(seen, want);
  Step apply{.id = "pool/apply",
             .reason = plan.reason,
             .action =
                 Run{.command = kubectl_apply(target, manifest_of(seen, want, pool, advertisement)),
                     .retry = Retry::webhook,
                     .retry_limit = want.timeout("pool"),
                     .watch = pods_of(target, k_metallb_ns, "")},
             .subject = "pool/default",
             .before = pool_state(seen),
             .expect = state_text(want.pool.addresses.value, true, wanted_avoid(seen, want), true)};
  if (seen.ip_operator.deployment.found()) {
    // The IP operator reads pools at its start and every 600 s only.
    apply.owes.push_back({.id = "ip-operator-look", .until = "/usage shows the new pool"});
  }
  plan.steps.push_back(std::move(apply));
  plan.steps.push_back(metrics_proof(target, want));
  return plan;
}

} // namespace iplease
