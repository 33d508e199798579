// SPDX-License-Identifier: Apache-2.0
#include "parts.hpp"

#include <iplease/cluster/parse.hpp>
#include <iplease/core/reads.hpp>
#include <iplease/core/version.hpp>
#include <iplease/facts/announcement.hpp>
#include <iplease/facts/provider.hpp>
#include <iplease/kubespray/inventory.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "../stages/legacy.hpp"
#include "../stages/metallb.hpp"
#include "../stages/pool.hpp"
#include "../stages/subjects.hpp"
#include <algorithm>

namespace iplease {

namespace {

Known known(bool holds)
{
  return holds ? Known::yes : Known::no;
}

/// Whether a fact is present, absent or unknown.
template <class T> Known presence(const Seen<T>& fact)
{
  return fact.found() ? Known::yes : fact.absent() ? Known::no : Known::unknown;
}

template <class T> std::string not_looked(const Seen<T>& fact)
{
  return "could not look: " + (fact.why.empty() ? std::string("no answer") : fact.why);
}

/// Whether Akash can use this MetalLB version; an unknown version counts as usable. So does the
/// ConfigMap era, with the pool of its ConfigMap (docs/guide/kubespray.md).
bool serves_akash(const Observation& seen)
{
  return seen.metallb.version.empty() || stages::reads_configmap(seen) ||
         version_within(seen.metallb.version, stages::k_metallb_oldest, stages::k_metallb_newest);
}

/// A release that failed or is being changed is unhealthy, whether or not its pods run.
void judge_release(StatusPart& part, const ReleaseSeen* release)
{
  if (release != nullptr && release->status != "deployed") {
    part.healthy = Known::no;
    part.detail += fmt::format(
        "; release {} is {} (revision {})", release->name, release->status, release->revision);
  }
}

const ReleaseSeen* found(const Seen<ReleaseSeen>& release)
{
  return release.found() ? &release.value : nullptr;
}

StatusPart metallb_part(const Observation& seen)
{
  StatusPart part{.stage = "metallb", .title = "MetalLB"};
  const WorkloadSeen* controller = stages::metallb_controller(seen);
  if (controller == nullptr) {
    const std::string blind = unread(seen, Fact::controllers);
    part.present = blind.empty() ? Known::no : Known::unknown;
    part.detail = !blind.empty() ? "could not look: " + blind
                  : seen.metallb.controllers.empty()
                      ? "not installed"
                      : "runs in " + seen.metallb.controllers.front().name_space +
                            ", Akash looks in metallb-system only";
    return part;
  }
  int wanted = 0;
  int ready = 0;
  for (const WorkloadSeen& speaker : seen.metallb.speakers) {
    wanted += speaker.wanted;
    ready += speaker.ready;
  }
  part.present = Known::yes;
  part.detail = fmt::format("{}: controller {}/{}, speakers {}/{} ready",
                            seen.metallb.version.empty() ? "version unknown" : seen.metallb.version,
                            controller->ready,
                            controller->wanted,
                            ready,
                            wanted);
  const bool speakers_seen = unread(seen, Fact::daemon_sets).empty();
  const bool all_ready = controller->ready >= std::max(controller->wanted, 1) &&
                         (!speakers_seen || (wanted > 0 && ready >= wanted));
  const bool version_ok = serves_akash(seen);
  if (!version_ok) {
    part.detail +=
        fmt::format("; Akash needs {} to {}", stages::k_metallb_oldest, stages::k_metallb_newest);
  }
  part.healthy = !all_ready || !version_ok ? Known::no : known(speakers_seen);
  return part;
}

StatusPart expose_part(const Observation& seen)
{
  const Seen<ServiceSeen>& service = seen.metallb.expose;
  StatusPart part{.stage = "expose", .title = "metrics"};
  if (!service.found()) {
    part.present = presence(service);
    part.detail =
        service.absent() ? "no Service controller in metallb-system" : not_looked(service);
    return part;
  }
  const std::string state = expose_state(seen);
  // Without a controller there is no selector to compare; the metallb part reports that.
  const bool right = state == "right" || stages::metallb_controller(seen) == nullptr;
  part.present = known(right);
  if (!right) {
    part.detail = "Service controller " + state;
    return part;
  }
  part.healthy =
      is_denied(seen, "get endpoints") ? Known::unknown : known(seen.metallb.expose_endpoints > 0);
  part.detail = part.healthy == Known::no ? "Service controller has no ready endpoint"
                                          : "Service controller, port monitoring";
  return part;
}

StatusPart pool_part(const Observation& seen)
{
  StatusPart part{.stage = "pool", .title = "pool default"};
  const PoolSeen* pool = default_pool(seen);
  if (const auto kept = stages::configmap_default(seen)) {
    part.present = Known::yes;
    part.healthy = known(kept->auto_assign && kept->protocol == "layer2");
    part.detail = fmt::format("{} (MetalLB's ConfigMap)", fmt::join(kept->addresses, ", "));
    return part;
  }
  if (pool == nullptr) {
    const auto& pools = seen.metallb.pools;
    part.present = pools.found() ? Known::no : presence(pools);
    part.detail = part.present == Known::no ? "there is no pool of that name" : not_looked(pools);
    return part;
  }
  const auto who = facts::announcement(seen);
  part.present = Known::yes;
  part.detail = fmt::format("{}", fmt::join(pool->addresses, ", "));
  if (!pool->auto_assign) {
    part.healthy = Known::no;
    part.detail += "; autoAssign is false: no lease gets an address";
  } else if (pool->service_allocation) {
    part.healthy = Known::no;
    part.detail += "; serviceAllocation: it serves some Services only";
  } else if (!who.value.select_no_node.empty()) {
    part.healthy = Known::no;
    part.detail += "; the node selectors of its advertisement match no node";
  } else if (who.value.covered()) {
    part.healthy = Known::yes;
    part.detail += who.value.by_layer2() ? "" : "; announced " + facts::to_words(who.value);
  } else {
    part.healthy = who.known() ? Known::no : Known::unknown;
    part.detail += who.known() ? "; no advertisement covers it" : "; advertisement: " + who.why;
  }
  return part;
}

std::uint64_t size_of(const PoolSeen& pool)
{
  return count(stages::parsed(pool.addresses), pool.avoid_buggy_ips);
}

/// The leases that the IP operator gave up on. If they could not be read, says so.
std::string ignored_text(const Seen<std::vector<IgnoredLeaseSeen>>& ignored)
{
  if (!ignored.found()) {
    return ignored.look == Look::not_looked ? "" : "; ignored leases: " + not_looked(ignored);
  }
  std::string text;
  for (const IgnoredLeaseSeen& lease : ignored.value) {
    text += "; it ignores " + to_text(lease);
  }
  return text;
}

StatusPart operator_part(const Observation& seen, const StatusReads& reads)
{
  const IpOperatorSeen& live = seen.ip_operator;
  StatusPart part{.stage = "ip-operator", .title = "ip-operator"};
  part.present = presence(live.deployment);
  if (part.present != Known::yes) {
    part.detail = part.present == Known::no ? "not installed" : not_looked(live.deployment);
    return part;
  }
  if (!live.available) {
    const Look look = live.usage_text.look;
    part.healthy = look == Look::forbidden ? Known::unknown : Known::no;
    part.detail = live.barrier           ? "its barrier is locked (503 on /usage)"
                  : look == Look::absent ? "it has no Service"
                                         : "/usage does not answer: " + live.usage_text.why;
    return part;
  }
  part.detail =
      fmt::format("counts {} addresses, {} in use", *live.available, live.in_use.value_or(0));
  const std::optional<PoolSeen> pool = stages::pool_in_force(seen);
  part.healthy = Known::yes;
  if (pool && static_cast<std::uint64_t>(*live.available) != size_of(*pool)) {
    part.healthy = Known::no;
    part.detail += fmt::format("; the pool has {}", size_of(*pool));
  } else if (*live.available == 0) {
    part.healthy = Known::no;
    part.detail += ": it sees no pool";
  }
  part.detail += ignored_text(reads.ignored);
  return part;
}

/// The provider's switch, from the pod or else from its StatefulSet and ConfigMap.
Known switch_of(const ProviderSeen& provider, std::string& where)
{
  const auto judge = [&](const Seen<std::string>& fact, const std::string& place) {
    where = place;
    return fact.absent() ? Known::no : known(fact.value == "true");
  };
  if (provider.env_ip_operator.found() ||
      (provider.env_ip_operator.absent() && provider.pod_revision.found())) {
    return judge(provider.env_ip_operator, "in the pod");
  }
  if (provider.stateful_set.found()) {
    const auto& env = provider.stateful_set.value.env;
    const auto at = env.find("AKASH_IP_OPERATOR");
    if (at != env.end()) {
      where = "in the StatefulSet";
      return known(at->second == "true");
    }
  }
  if (provider.config_ip_operator.found()) {
    return judge(provider.config_ip_operator, "in ConfigMap " + provider.config_map);
  }
  return provider.stateful_set.absent() ? Known::no : Known::unknown;
}

StatusPart provider_part(const Observation& seen, const StatusReads& reads)
{
  const ProviderSeen& provider = seen.provider;
  StatusPart part{.stage = "provider", .title = "provider"};
  std::string where;
  part.present = switch_of(provider, where);
  if (provider.stateful_set.absent()) {
    part.detail = "no StatefulSet of the provider in akash-services";
    return part;
  }
  part.detail = part.present == Known::unknown
                    ? not_looked(provider.env_ip_operator)
                    : fmt::format("AKASH_IP_OPERATOR is {}true {}",
                                  part.present == Known::yes ? "" : "not ",
                                  where);
  if (facts::provider_scaled_to_zero(seen)) {
    part.healthy = Known::no;
    part.detail = "scaled to 0, as for maintenance; " + part.detail;
    return part;
  }
  if (part.present == Known::unknown) {
    return part;
  }
  if (!provider.pod_ready) {
    part.healthy = provider.pod_revision.found() || provider.pod_revision.absent() ? Known::no
                                                                                   : Known::unknown;
    part.detail += provider.pod_waiting.empty() ? "; the pod is not ready"
                                                : "; the pod: " + provider.pod_waiting;
    return part;
  }
  const Look answered = reads.provider_status.look;
  part.healthy = answered == Look::seen        ? Known::yes
                 : answered == Look::forbidden ? Known::unknown
                                               : Known::no;
  part.detail += part.healthy == Known::yes ? "; 8443 answers"
                 : part.healthy == Known::no
                     ? "; 8443 does not answer: " + reads.provider_status.why
                     : "; 8443: not allowed to look";
  return part;
}

} // namespace

bool is_denied(const Observation& seen, const std::string& right)
{
  return std::ranges::any_of(seen.denied,
                             [&](const std::string& one) { return one.starts_with(right); });
}

std::vector<StatusPart> status_parts(const StatusInput& input)
{
  const Observation& seen = input.seen;
  std::vector<StatusPart> parts{metallb_part(seen),
                                expose_part(seen),
                                pool_part(seen),
                                operator_part(seen, input.reads),
                                provider_part(seen, input.reads)};
  judge_release(parts.front(), stages::metallb_release(seen));
  judge_release(parts[3], found(seen.ip_operator.release));
  StatusPart& provider = parts.back();
  judge_release(provider, found(seen.provider.release));
  if (!seen.provider.empty_keys.value.empty()) {
    provider.detail += "; its wallet's Secret is empty: a pod that starts now hangs";
  }
  for (const StagePlan& stage : input.plan.stages) {
    // This stage exists only if kube-proxy runs in IPVS mode.
    if (stage.stage == "strict-arp" && stage.verdict == Verdict::needed) {
      parts.push_back({.stage = "strict-arp",
                       .title = "strictARP",
                       .present = Known::no,
                       .detail = stage.reason});
    }
  }
  return parts;
}

} // namespace iplease
