// SPDX-License-Identifier: Apache-2.0
#include "pool.hpp"

#include <iplease/facts/announcement.hpp>
#include <iplease/kubespray/inventory.hpp>

#include "legacy.hpp"
#include "subjects.hpp"
#include "support.hpp"
#include <algorithm>
#include <optional>
#include <set>

namespace iplease {

namespace stages {

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
  const auto who = facts::announcement(seen).value.by;
  const auto right = [&](const facts::Announcer& one) {
    return one.bgp || one.interfaces == *want.pool.interfaces.value;
  };
  return !who.empty() && std::ranges::all_of(who, right);
}

/// An advertisement with the guide's name may serve more than pool default.
std::vector<Problem> foreign_advertisement(const Observation& seen)
{
  std::vector<Problem> problems;
  for (const AdvertisementSeen& one : seen.metallb.advertisements.value) {
    const bool named = one.name == "l2advertisement1" && one.name_space == k_metallb_ns;
    const bool others = std::ranges::any_of(seen.metallb.pools.value, [&](const PoolSeen& pool) {
      return pool.name != "default" && std::ranges::count(one.pools, pool.name) > 0;
    });
    if (named && (others || !one.pool_selectors.empty() || !one.node_selectors.empty())) {
      problems.push_back(
          {.id = "IPL-POOL-051",
           .what = "L2Advertisement l2advertisement1 would be changed, and it serves " +
                   (one.pools.empty() ? std::string("what it selects") : joined(one.pools)) +
                   (!one.node_selectors.empty() ? " from chosen nodes" : ""),
           .saw = "kubectl -n metallb-system get l2advertisements",
           .exit = ExitCode::blocked});
    }
  }
  return problems;
}

std::vector<Problem>
pool_problems(const Observation& seen, const Settings& want, bool advertisement)
{
  const PoolSeen* live = default_pool(seen);
  std::vector<Problem> problems;
  if (live != nullptr) {
    problems = lost_addresses(seen, want, *live);
  }
  return problems.empty() && advertisement ? foreign_advertisement(seen) : problems;
}

/// The rule of IPL-MIG-015 for custom resources: no L2Advertisement beside BGP unless accepted.
std::optional<Problem> only_bgp(const facts::Answer<facts::Announcement>& who, const Settings& want)
{
  if (who.value.by_layer2() || !who.value.by_bgp() || want.accepts("IPL-POOL-090")) {
    return std::nullopt;
  }
  return Problem{.id = "IPL-POOL-090",
                 .what = "pool default is announced " + facts::to_words(who.value),
                 .saw = facts::to_text(who.evidence),
                 .exit = ExitCode::blocked};
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
          .action = WaitUntil{.probe = kubectl_get_raw(target,
                                                       "/api/v1/namespaces/metallb-system/services/"
                                                       "controller:monitoring/proxy/metrics"),
                              .pattern = R"(metallb_allocator_addresses_total\{pool="default"\} )" +
                                         escaped + "$",
                              .limit = want.timeout("pool"),
                              .what = "MetalLB to count " + number + " addresses in pool default"},
          .failure_id = "IPL-POOL-021",
          .proves = "MetalLB counts " + number + " addresses"};
}

void add_pool_proof(StagePlan& plan, const Observation& seen, const Settings& want)
{
  plan.steps.push_back(metrics_proof(target_of(seen, want), want));
  if (seen.ip_operator.deployment.found()) {
    // The IP operator reads pools only at its start and every 600 s.
    plan.steps.front().owes.push_back(
        {.id = "ip-operator-look", .until = "/usage shows the new pool"});
  }
}

/// Whether a Kubespray play runs before this stage.
bool runs_play(std::span<const StagePlan> done)
{
  const StagePlan* metallb = find_stage(done, "metallb");
  return metallb != nullptr && std::ranges::any_of(metallb->steps, [](const Step& step) {
           return step.id == "metallb/play" || step.id == "metallb/wait-for-play";
         });
}

/// The play applies the inventory's pool with its advertisement.
StagePlan plan_after_play(const Observation& seen, const Settings& want)
{
  StagePlan plan{.verdict = Verdict::needed,
                 .reason = "Kubespray's play writes pool default with its advertisement"};
  if (!interfaces_match(seen, want)) {
    plan.change = our_advertisement(seen) == nullptr ? "create" : "change";
    add_advertisement_step(plan, seen, want);
  }
  add_pool_proof(plan, seen, want);
  return plan;
}

bool metallb_changes(std::span<const StagePlan> done)
{
  const StagePlan* metallb = find_stage(done, "metallb");
  return metallb != nullptr && any_change({metallb, 1});
}

bool pool_is_right(const PoolSeen& live, const Observation& seen, const Settings& want)
{
  return same_addresses(parsed(live.addresses), want.pool.addresses.value) && live.auto_assign &&
         live.avoid_buggy_ips == wanted_avoid(seen, want);
}

/// Before v2.22, Kubespray's play writes the pool into MetalLB's ConfigMap.
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

std::string why_needed(const PoolSeen* live, bool other_pool, const std::string& total)
{
  if (live == nullptr) {
    return "pool default not found; " + total + " addresses";
  }
  return other_pool ? "pool default has " + joined(live->addresses)
                    : "no advertisement covers pool default";
}

} // namespace

StagePlan plan_pool(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  if (kubespray::keeps_configmap(seen.kubespray)) {
    return plan_configmap_pool(seen, want, done);
  }
  if (migrated_default(seen)) {
    // Stage migrate applies this pool with its advertisements. One of them has the name that this
    // stage would use.
    return satisfied("pool default comes with stage migrate");
  }
  const std::string total = std::to_string(pool_count(want));
  const PoolSeen* live = default_pool(seen);
  const bool pool = live == nullptr || !pool_is_right(*live, seen, want);
  const auto who = facts::announcement(seen);
  if (!who.known()) {
    return {.verdict = Verdict::blocked, .reason = "who announces pool default: " + who.why};
  }
  if (auto problem = only_bgp(who, want)) {
    return blocked({*std::move(problem)});
  }
  const bool advertisement = !who.value.covered() || !interfaces_match(seen, want);
  if (!pool && !advertisement) {
    return satisfied("pool default has " + total + " addresses and is announced " +
                     facts::to_words(who.value));
  }
  if (auto problems = pool_problems(seen, want, advertisement); !problems.empty()) {
    return blocked(std::move(problems));
  }
  if (runs_play(done)) {
    return plan_after_play(seen, want);
  }
  StagePlan plan{.verdict = Verdict::needed};
  plan.change = live == nullptr ? "create" : "change";
  plan.reason = why_needed(live, pool, total);
  if (pool) {
    add_pool_step(plan, seen, want, metallb_changes(done));
  }
  if (advertisement) {
    add_advertisement_step(plan, seen, want);
  }
  add_pool_proof(plan, seen, want);
  return plan;
}

} // namespace iplease
