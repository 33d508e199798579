// SPDX-License-Identifier: Apache-2.0
// The pool on the cluster: whether it exists, is advertised and counted, and has room.
#include <iplease/core/version.hpp>
#include <iplease/facts/announcement.hpp>

#include "../stages/legacy.hpp"
#include "../stages/metallb.hpp"
#include "../stages/pool.hpp"
#include "health.hpp"
#include <algorithm>

namespace iplease::checks {

namespace {

constexpr const char* k_read =
    "$ kubectl -n metallb-system get ipaddresspools,l2advertisements,bgpadvertisements";
constexpr const char* k_total = "metallb_allocator_addresses_total{pool=\"default\"}";
constexpr const char* k_in_use = "metallb_allocator_addresses_in_use_total{pool=\"default\"}";

std::optional<Finding> no_pools(const Facts& facts)
{
  const Seen<std::vector<PoolSeen>>& pools = facts.seen.metallb.pools;
  if (facts.seen.metallb.controllers.empty()) {
    return follows("IPL-MLB-020");
  }
  if (stages::metallb_controller(facts.seen) == nullptr) {
    return follows("IPL-MLB-003");
  }
  if (!pools.found() && !pools.absent()) {
    return could_not_look("the pools could not be read: " + pools.why,
                          told_by(facts.seen, Fact::pools));
  }
  return std::nullopt;
}

std::optional<Finding> no_default(const Facts& facts)
{
  if (auto no = no_pools(facts)) {
    return no;
  }
  return stages::pool_in_force(facts.seen) ? std::nullopt : std::optional(follows("IPL-POOL-040"));
}

Finding pool_there(const Facts& facts)
{
  if (auto no = no_pools(facts)) {
    return *no;
  }
  if (stages::pool_in_force(facts.seen)) {
    return ok(stages::reads_configmap(facts.seen)
                  ? "pool default is in the ConfigMap that this MetalLB reads"
                  : "pool default is there");
  }
  std::string names;
  for (const PoolSeen& pool : facts.seen.metallb.pools.value) {
    names += (names.empty() ? "" : ", ") + pool.name;
  }
  return fail("there is no pool named default in metallb-system, and Akash counts no other",
              std::string(k_read) + "\n" + (names.empty() ? "no pool" : "pools: " + names));
}

Finding pool_assigns(const Facts& facts)
{
  if (auto no = no_default(facts)) {
    return *no;
  }
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): checked above
  const PoolSeen pool = *stages::pool_in_force(facts.seen);
  if (!pool.auto_assign) {
    return fail("pool default has autoAssign: false, so no lease gets an address of it, although "
                "Akash still counts them as free",
                k_read);
  }
  return ok("pool default assigns by itself");
}

/// Each advertisement with what it names or selects, one per line.
std::string advertisements_text(const MetallbSeen& metallb)
{
  std::string text;
  for (const auto* list : {&metallb.advertisements, &metallb.bgp_advertisements}) {
    for (const AdvertisementSeen& one : list->value) {
      text += "\n" + one.name + " covers:";
      for (const std::string& pool : one.pools) {
        text += " " + pool;
      }
      for (const LabelSelector& selector : one.pool_selectors) {
        text += " pools with " + to_text(selector);
      }
    }
  }
  return text.empty() ? "\nno advertisement" : text;
}

Finding pool_advertised(const Facts& facts)
{
  if (auto no = no_default(facts)) {
    return *no;
  }
  if (const std::optional<MigratedPool> kept = stages::configmap_default(facts.seen)) {
    return kept->protocol == "layer2"
               ? ok("pool default is announced by layer 2")
               : with_id("IPL-MIG-015",
                         fail("pool default of MetalLB's ConfigMap is not announced by layer 2",
                              k_read));
  }
  const auto who = facts::announcement(facts.seen);
  if (!who.known()) {
    return could_not_look("the advertisements could not be read: " + who.why);
  }
  return who.value.covered()
             ? ok("pool default is announced " + facts::to_words(who.value))
             : fail("no advertisement covers pool default: addresses are given, nobody announces "
                    "them",
                    k_read + advertisements_text(facts.seen.metallb));
}

std::optional<Finding> no_numbers(const Facts& facts)
{
  if (auto no = no_default(facts)) {
    return no;
  }
  if (const std::string fault = metrics_fault(facts); !fault.empty()) {
    return follows(fault);
  }
  return unreadable(facts, Extra::metrics);
}

Finding pool_counted(const Facts& facts)
{
  if (auto no = no_numbers(facts)) {
    return *no;
  }
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): checked above
  const PoolSeen pool = *stages::pool_in_force(facts.seen);
  const auto wanted =
      static_cast<double>(count(stages::parsed(pool.addresses), pool.avoid_buggy_ips));
  const std::string& text = facts.more.read(Extra::metrics).answer.value;
  if (last_line_with(text, "metallb_k8s_client_config_stale_bool ").ends_with(" 1")) {
    return follows("IPL-MLB-026");
  }
  const std::optional<double> total = metric(text, k_total);
  if (total != wanted) {
    const std::string line = last_line_with(text, k_total);
    return fail("pool default has " + std::to_string(static_cast<std::int64_t>(wanted)) +
                    " addresses, MetalLB counts another number",
                evidence(facts, Extra::metrics, line.empty() ? "no series of pool default" : line));
  }
  return ok("MetalLB counts " + std::to_string(static_cast<std::int64_t>(wanted)) + " addresses");
}

std::vector<const ServiceSeen*> pending(const Observation& seen)
{
  std::vector<const ServiceSeen*> list;
  for (const ServiceSeen& service : seen.load_balancers) {
    if (service.addresses.empty() && service.lb_class.empty() && service.name != "iplease-verify") {
      list.push_back(&service);
    }
  }
  return list;
}

const EventFact*
last_event(const Facts& facts, const ServiceSeen& service, const std::vector<std::string>& reasons)
{
  const EventFact* last = nullptr;
  for (const EventFact& event : facts.more.service_events) {
    // The name alone would also match an earlier Service.
    const bool same = event.uid.empty() || service.uid.empty() || event.uid == service.uid;
    const bool about = same && event.name == service.name &&
                       event.name_space == service.name_space &&
                       std::ranges::find(reasons, event.reason) != reasons.end();
    if (about && (last == nullptr || last->last <= event.last)) {
      last = &event;
    }
  }
  return last;
}

std::string waiting_text(const Facts& facts)
{
  std::string text;
  for (const ServiceSeen* service : pending(facts.seen)) {
    const EventFact* why = last_event(facts, *service, {"AllocationFailed", "LoadBalancerFailed"});
    text += "\n" + service->name_space + "/" + service->name + " waits" +
            (why == nullptr ? "" : ": " + why->message);
  }
  return text;
}

Finding pool_has_room(const Facts& facts)
{
  if (auto no = no_numbers(facts)) {
    return *no;
  }
  const std::string& text = facts.more.read(Extra::metrics).answer.value;
  const std::optional<double> total = metric(text, k_total);
  const std::optional<double> used = metric(text, k_in_use);
  if (!total || !used || *used < *total) {
    return ok("pool default has free addresses");
  }
  const std::string saw =
      evidence(facts, Extra::metrics, last_line_with(text, k_in_use) + waiting_text(facts));
  return pending(facts.seen).empty()
             ? warn("every address of pool default is in use: the provider bids on no more", saw)
             : fail("pool default is full, and a Service waits for an address", saw);
}

Finding services_served(const Facts& facts)
{
  if (auto no = no_numbers(facts)) {
    return *no;
  }
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): checked above
  const PoolSeen pool = *stages::pool_in_force(facts.seen);
  const std::string& text = facts.more.read(Extra::metrics).answer.value;
  const std::optional<double> total = metric(text, k_total);
  const std::optional<double> used = metric(text, k_in_use);
  if (!pool.auto_assign || pool.service_allocation) {
    return follows(pool.auto_assign ? "IPL-POOL-042" : "IPL-POOL-041");
  }
  if (total && used && *used >= *total) {
    return follows("IPL-POOL-045");
  }
  return pending(facts.seen).empty()
             ? ok("every LoadBalancer Service has its address")
             : warn("a LoadBalancer Service waits for an address although the pool has some",
                    evidence(facts, Extra::service_events, waiting_text(facts)));
}

/// MetalLB's event, if its last one about this Service says that it cannot announce it.
const EventFact* refusal(const Facts& facts, const ServiceSeen& service)
{
  // MetalLB sends both in one second. After a fix it sends only the good one, later.
  const EventFact* failed = last_event(facts, service, {"announceFailed"});
  const EventFact* good = last_event(facts, service, {"nodeAssigned"});
  return failed != nullptr && good != nullptr && good->last > failed->last ? nullptr : failed;
}

Finding announced(const Facts& facts)
{
  if (auto no = unreadable(facts, Extra::service_events)) {
    return *no;
  }
  for (const ServiceSeen& service : facts.seen.load_balancers) {
    const EventFact* failed = refusal(facts, service);
    if (!service.addresses.empty() && failed != nullptr) {
      return fail("the address of Service " + service.name_space + "/" + service.name +
                      " is not announced",
                  evidence(facts, Extra::service_events, failed->message));
    }
  }
  return ok("no announcement failed");
}

/// The finding that explains why nothing of the pool is announced; empty if there is none.
std::string silence_fault(const Observation& seen)
{
  const std::vector<WorkloadSeen>& speakers = seen.metallb.speakers;
  if (speakers.empty()) {
    return "IPL-MLB-015";
  }
  if (speakers.front().ready == 0) {
    return "IPL-MLB-021";
  }
  if (stages::exclusion_silences(seen)) {
    return "IPL-MLB-016";
  }
  const auto who = facts::announcement(seen);
  if (!who.value.covered()) {
    return "IPL-POOL-043";
  }
  return who.value.select_no_node.empty() ? "" : "IPL-POOL-044";
}

/// Services with an address of pool default that no node announces, if MetalLB has not said why
/// (that is IPL-POOL-047).
std::vector<std::string> silent_services(const Facts& facts, const PoolSeen& pool)
{
  const std::vector<AddressRange> ranges = stages::parsed(pool.addresses);
  std::vector<std::string> silent;
  for (const ServiceSeen& service : facts.seen.load_balancers) {
    const std::string name = service.name_space + "/" + service.name;
    const bool ours =
        !service.addresses.empty() && stages::inside(ranges, service.addresses.front());
    if (ours && !facts.more.announcers.contains(name) && refusal(facts, service) == nullptr) {
      silent.push_back(name);
    }
  }
  return silent;
}

std::string listed(const std::vector<std::string>& names)
{
  constexpr std::size_t most = 3;
  std::string text;
  for (std::size_t at = 0; at < std::min(most, names.size()); ++at) {
    text += (at == 0 ? "" : ", ") + names[at];
  }
  return names.size() > most ? text + " and " + std::to_string(names.size() - most) + " more"
                             : text;
}

Finding told_silent(const Facts& facts, const std::vector<std::string>& silent)
{
  if (!facts.more.read(Extra::silent_endpoints).answer.found()) {
    return could_not_look("no node announces " + listed(silent) +
                          ", and what stands behind it could not be read");
  }
  std::vector<std::string> with_pods;
  for (const std::string& name : silent) {
    const auto ready = facts.more.silent_endpoints.find(name);
    if (ready != facts.more.silent_endpoints.end() && ready->second > 0) {
      with_pods.push_back(name);
    }
  }
  if (!with_pods.empty()) {
    return fail("no node announces the address of Service " + listed(with_pods) +
                    ", although ready pods stand behind it",
                evidence(facts, Extra::announcers, "no ServiceL2Status of " + listed(with_pods)));
  }
  // By design MetalLB does this, and a tenant's crashing pod is not the provider's fault.
  return remark("no fault of MetalLB's: no ready pod stands behind Service " + listed(silent) +
                ", so no node announces its address");
}

Finding somebody_announces(const Facts& facts)
{
  if (auto no = no_default(facts)) {
    return *no;
  }
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): checked above
  const PoolSeen pool = *stages::pool_in_force(facts.seen);
  if (version_older(facts.seen.metallb.version, "0.14.8")) {
    return not_applicable("MetalLB before 0.14.8 does not say of every address who announces it");
  }
  if (const std::string fault = silence_fault(facts.seen); !fault.empty()) {
    return follows(fault);
  }
  if (!facts::announcement(facts.seen).value.by_layer2()) {
    return not_applicable("pool default is announced by BGP, of which MetalLB does not say more");
  }
  const Seen<std::string>& read = facts.more.read(Extra::announcers).answer;
  if (read.look == Look::not_looked || read.absent()) {
    return not_applicable("no Service has an address, or MetalLB does not say who announces it");
  }
  if (!read.found()) {
    return could_not_look("who announces could not be read: " + read.why);
  }
  const std::vector<std::string> silent = silent_services(facts, pool);
  return silent.empty() ? ok("a node announces every address that was given out")
                        : told_silent(facts, silent);
}

} // namespace

std::vector<Check> live_pool_checks()
{
  constexpr const char* pools = k_read + 2; // without the prompt
  constexpr const char* metrics =
      "kubectl get --raw "
      "/api/v1/namespaces/metallb-system/services/controller:monitoring/proxy/metrics";
  constexpr const char* events =
      "kubectl get events -A --field-selector involvedObject.kind=Service";
  return {
      after("IPL-POOL-040", "pool default", pools, pool_there),
      after("IPL-POOL-041", "the pool assigns", pools, pool_assigns),
      with_ids(after("IPL-POOL-043", "the pool is advertised", pools, pool_advertised),
               {"IPL-MIG-015"}),
      after("IPL-POOL-021", "MetalLB counts the pool", metrics, pool_counted, {Extra::metrics}),
      after("IPL-POOL-045",
            "the pool has room",
            metrics,
            pool_has_room,
            {Extra::metrics, Extra::service_events}),
      after("IPL-POOL-046",
            "Services have addresses",
            events,
            services_served,
            {Extra::metrics, Extra::service_events}),
      after("IPL-POOL-047", "addresses are announced", events, announced, {Extra::service_events}),
      after("IPL-POOL-048",
            "a node announces each",
            "kubectl get servicel2statuses.metallb.io -A",
            somebody_announces,
            {Extra::announcers, Extra::silent_endpoints, Extra::service_events}),
  };
}

} // namespace iplease::checks
