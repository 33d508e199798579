// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/announcement.hpp>
#include <iplease/facts/provider.hpp>
#include <iplease/stages/verify.hpp>

#include "legacy.hpp"
#include "metallb.hpp"
#include "pool.hpp"
#include "support.hpp"
#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

namespace iplease {

namespace {

using namespace stages;

Problem problem(const char* id, std::string what, std::string saw, ExitCode exit)
{
  return {.id = id, .what = std::move(what), .saw = std::move(saw), .exit = exit};
}

std::string addresses_text(const PoolSeen& pool)
{
  std::string text;
  for (const std::string& one : pool.addresses) {
    text += (text.empty() ? "" : ", ") + one;
  }
  return text;
}

/// The pool's addresses in use, without the verification's own.
std::set<std::string> used_addresses(const Observation& seen, const PoolSeen& pool)
{
  const std::vector<AddressRange> ranges = parsed(pool.addresses);
  std::set<std::string> used;
  for (const ServiceSeen& service : seen.load_balancers) {
    if (service.name.starts_with(k_verify_service)) {
      continue; // removed before the new one comes
    }
    for (const std::string& address : service.addresses) {
      if (inside(ranges, address)) {
        used.insert(address);
      }
    }
  }
  return used;
}

/// The command and its deciding answer.
std::string evidence(const std::string& command, const std::string& answer)
{
  return "$ " + command + "\n" + answer;
}

void check_address(std::vector<Problem>& problems,
                   const Observation& seen,
                   const PoolSeen& pool,
                   const std::string& address)
{
  if (!std::holds_alternative<IpAddress>(parse_address(address))) {
    problems.push_back(
        problem("IPL-VER-006", "--address " + address + " is no IP address", "", ExitCode::usage));
    return;
  }
  if (!inside(parsed(pool.addresses), address)) {
    problems.push_back(problem("IPL-VER-006",
                               "address " + address + " is not in pool default",
                               "pool default has " + addresses_text(pool),
                               ExitCode::usage));
    return;
  }
  for (const ServiceSeen& service : seen.load_balancers) {
    const bool has = std::ranges::find(service.addresses, address) != service.addresses.end();
    if (has && !service.name.starts_with(k_verify_service)) {
      problems.push_back(problem("IPL-VER-007",
                                 "address " + address + " is in use by Service " +
                                     service.name_space + "/" + service.name,
                                 evidence("kubectl get services -A", "it has " + address),
                                 ExitCode::blocked));
      return;
    }
  }
}

/// Why nobody announces an assigned address, as far as it can be seen.
std::string why_silent(const Observation& seen)
{
  const auto who = facts::announcement(seen);
  if (who.known() && !who.value.covered()) {
    return "no advertisement covers pool default";
  }
  if (exclusion_silences(seen)) {
    return "every node carries the label node.kubernetes.io/exclude-from-external-load-balancers, "
           "and the speakers heed it";
  }
  int ready = 0;
  for (const WorkloadSeen& speaker : seen.metallb.speakers) {
    ready += speaker.ready;
  }
  if (ready == 0) {
    return "no speaker is ready";
  }
  if (seen.provider.stateful_set.found() && !seen.provider.pod_ready) {
    return "the provider's pod is not ready, and MetalLB announces only what has a ready pod "
           "behind "
           "it";
  }
  return {};
}

std::string cure_of_silence(const Observation& seen, const std::string& why)
{
  if (why.starts_with("no advertisement")) {
    return "iplease enable";
  }
  if (why.starts_with("every node")) {
    return "helm upgrade metallb with speaker.ignoreExcludeLB=true (iplease enable does it for a "
           "release of its own), or take the label off a node";
  }
  if (why.starts_with("no speaker")) {
    return "kubectl -n metallb-system get pods; kubectl -n metallb-system describe daemonsets";
  }
  return why.empty() ? ""
                     : "kubectl -n akash-services describe pod " +
                           seen.provider.stateful_set.value.name + "-0";
}

/// What prevents every announcement, however long the wait.
std::optional<Problem> never_announced(const Observation& seen)
{
  const std::string why = why_silent(seen);
  if (why.empty() || why.starts_with("the provider's pod")) { // a pod may become ready meanwhile
    return std::nullopt;
  }
  Problem silent = problem("IPL-VER-003",
                           "no node can announce an address",
                           evidence("kubectl -n metallb-system get l2advertisements,"
                                    "bgpadvertisements,daemonsets",
                                    why),
                           ExitCode::blocked);
  silent.fix = cure_of_silence(seen, why);
  return silent;
}

/// Why the IP operator makes no lease; empty if it would.
std::string operator_ails(const Observation& seen)
{
  const IpOperatorSeen& ip = seen.ip_operator;
  if (!ip.deployment.found()) {
    return ip.deployment.absent() ? "there is no IP operator"
                                  : "the IP operator could not be looked at: " + ip.deployment.why;
  }
  if (ip.barrier) {
    return "the IP operator's barrier is locked (503 on /usage, with an empty body)";
  }
  if (!ip.available) {
    return "the IP operator does not answer on /usage: " +
           (ip.service.empty() ? "it has no Service" : ip.usage_text.why);
  }
  return *ip.available > 0 ? "" : "the IP operator counts no address (/usage: Available 0)";
}

/// A lease needs the IP operator, which makes it, and a provider that bids on it. Without a
/// provider only MetalLB's part is proved.
void add_lease_problems(std::vector<Problem>& problems, const Observation& seen)
{
  const ProviderSeen& provider = seen.provider;
  if (provider.stateful_set.absent()) {
    return;
  }
  if (const std::string ails = operator_ails(seen); !ails.empty()) {
    problems.push_back(problem(
        "IPL-VER-085",
        ails + ": tenants get no address",
        "kubectl get --raw /api/v1/namespaces/akash-services/services/" +
            (seen.ip_operator.service.empty() ? "operator-ip:rest" : seen.ip_operator.service) +
            "/proxy/usage",
        ExitCode::blocked));
  }
  const std::string set = "statefulset/" + provider.stateful_set.value.name;
  if (facts::provider_scaled_to_zero(seen)) {
    Problem stopped = problem("IPL-VER-086",
                              "the provider is scaled to 0, so it does not bid",
                              "kubectl -n akash-services get " + set,
                              ExitCode::blocked);
    stopped.fix = "kubectl -n akash-services scale " + set + " --replicas=1";
    problems.push_back(std::move(stopped));
    return;
  }
  const Seen<std::string>& bids = provider.env_ip_operator;
  if (bids.absent() || (bids.found() && bids.value != "true")) {
    problems.push_back(
        problem("IPL-VER-086",
                "the provider does not bid on IP addresses: AKASH_IP_OPERATOR is " +
                    (bids.found() ? "`" + bids.value + "`" : "not set") + " inside its pod",
                "kubectl -n akash-services exec " + provider.stateful_set.value.name +
                    "-0 -c provider -- printenv AKASH_IP_OPERATOR",
                ExitCode::blocked));
  }
}

/// Explains why the temporary Service got no address of pool default.
Problem no_address(Problem problem, const Observation& seen, const SmokeEvents& events)
{
  const auto say = [&](const char* id, const char* what) {
    problem.id = id;
    problem.what = what;
    problem.cause.clear();
    problem.fix.clear();
  };
  const bool another = !events.address.empty();
  if (events.refused.find("no available IPs") != std::string::npos) {
    const std::optional<PoolSeen> pool = pool_in_force(seen);
    const bool limited = pool && pool->service_allocation;
    say(limited ? "IPL-POOL-042" : "IPL-VER-009", "no address of pool default can be had");
    if (pool && !pool->auto_assign) {
      problem.cause = "pool default has autoAssign: false, and Akash asks for no pool by name";
      problem.fix = "iplease enable (it sets autoAssign: true)";
    }
  } else if (events.refused.empty() && !another) {
    say("IPL-VER-010", "MetalLB's controller did not react to the temporary Service");
  }
  if (another) {
    problem.cause = "the address " + events.address +
                    " comes from another pool that assigns by itself; leases would get such "
                    "addresses too";
    problem.fix = "set autoAssign: false on every pool but default";
  }
  problem.saw = !events.refused.empty() ? "event AllocationFailed: " + events.refused
                : another               ? "event IPAllocated: " + events.address
                                        : "no event at all on the Service";
  return problem;
}

} // namespace

std::vector<Problem> smoke_problems(const Observation& seen, const SmokeWish& wish)
{
  std::vector<Problem> problems;
  const std::optional<PoolSeen> pool = pool_in_force(seen);
  if (!pool) {
    const auto& pools = seen.metallb.pools;
    const bool looked = pools.found() || pools.absent();
    problems.push_back(problem(
        looked ? "IPL-VER-005" : "IPL-CLU-002",
        looked ? "there is no pool default to lease an address from" : "the pools may not be read",
        looked ? evidence("kubectl -n metallb-system get ipaddresspools", "no pool default")
               : pools.why,
        ExitCode::blocked));
    return problems;
  }
  const WorkloadSeen* controller = metallb_controller(seen);
  if (controller == nullptr || controller->ready == 0) {
    problems.push_back(
        problem("IPL-VER-010",
                controller == nullptr ? "there is no MetalLB controller"
                                      : "MetalLB's controller is not ready",
                evidence("kubectl -n metallb-system get deployments",
                         controller == nullptr ? "no controller of MetalLB"
                                               : controller->name + ": no pod ready"),
                ExitCode::blocked));
  }
  if (pool->service_allocation) {
    problems.push_back(
        problem("IPL-POOL-042",
                "pool default serves some Services only",
                evidence("kubectl -n metallb-system get ipaddresspool default -o yaml",
                         "spec.serviceAllocation is set"),
                ExitCode::blocked));
  }
  for (const std::string& selector : facts::announcement(seen).value.select_no_node) {
    problems.push_back(problem("IPL-POOL-044",
                               "the advertisement of pool default selects no node",
                               evidence("kubectl get nodes -l '" + selector + "'", "no node"),
                               ExitCode::blocked));
  }
  if (const auto silent = never_announced(seen)) {
    problems.push_back(*silent);
  }
  add_lease_problems(problems, seen);
  const std::uint64_t size = count(parsed(pool->addresses), pool->avoid_buggy_ips);
  const std::uint64_t used = used_addresses(seen, *pool).size();
  if (used >= size) {
    problems.push_back(
        problem("IPL-VER-009",
                "all " + std::to_string(size) + " addresses of pool default are in use",
                evidence("kubectl get services -A",
                         std::to_string(used) + " addresses of " + addresses_text(*pool)),
                ExitCode::blocked));
  }
  if (!wish.address.empty()) {
    check_address(problems, seen, *pool, wish.address);
  }
  return problems;
}

SmokeEvents parse_smoke_events(const std::string& text)
{
  SmokeEvents events;
  const auto quoted = [](std::string_view words) {
    const std::size_t start = words.find('"');
    const std::size_t end = words.find('"', start == std::string_view::npos ? start : start + 1);
    return end == std::string_view::npos ? std::string(words)
                                         : std::string(words.substr(start + 1, end - start - 1));
  };
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string_view line = std::string_view(text).substr(from, end - from);
    from = end + 1;
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::string_view reason = line.substr(0, blank);
    const std::string_view message = line.substr(std::min(blank + 1, line.size()));
    if (reason == "IPAllocated") {
      events.address = quoted(message);
    } else if (reason == "nodeAssigned") {
      events.node = quoted(message);
    } else if (reason == "AllocationFailed") {
      events.refused = message;
    } else if (reason == "announceFailed") {
      events.unannounced = message;
    }
  }
  return events;
}

Problem explain_smoke(Problem problem, const Observation& seen, const SmokeEvents& events)
{
  if (problem.id == "IPL-VER-001") {
    return no_address(std::move(problem), seen, events);
  }
  if (problem.id == "IPL-POOL-047") {
    problem.what = "address " + events.address + " is given and not announced";
    problem.saw = "event announceFailed: " + events.unannounced;
  } else if (problem.id == "IPL-VER-003") {
    const std::string why = why_silent(seen);
    problem.cause = why.empty() ? problem.cause : why;
    problem.fix = why.empty() ? problem.fix : cure_of_silence(seen, why);
    problem.saw = "address " + events.address + " was given out; no event nodeAssigned followed";
  }
  return problem;
}

} // namespace iplease
