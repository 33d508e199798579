// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/command.hpp>
#include <iplease/core/reads.hpp>
#include <iplease/core/version.hpp>
#include <iplease/status/status.hpp>

#include <fmt/format.h>

#include "../stages/pool.hpp"
#include "parts.hpp"
#include <algorithm>
#include <set>

namespace iplease {

namespace {

std::string value_of(const std::map<std::string, std::string>& map, const std::string& key)
{
  const auto at = map.find(key);
  return at == map.end() ? std::string{} : at->second;
}

std::string label_of(const ServiceSeen& service, const std::string& key)
{
  return value_of(service.labels, key);
}

/// The lease of an Akash Service, from the labels of provider, cluster/kube/builder/builder.go;
/// empty for any other Service.
std::string lease_of(const ServiceSeen& service)
{
  const std::string id = "akash.network/lease.id.";
  const std::string owner = label_of(service, id + "owner");
  return owner.empty() ? owner
                       : fmt::format("{}/{}/{}/{}",
                                     owner,
                                     label_of(service, id + "dseq"),
                                     label_of(service, id + "gseq"),
                                     label_of(service, id + "oseq"));
}

std::vector<StatusPool> pools_of(const Observation& seen)
{
  std::vector<StatusPool> pools;
  for (const PoolSeen& live : seen.metallb.pools.value) {
    const std::vector<AddressRange> ranges = stages::parsed(live.addresses);
    std::set<std::string> used; // Services that share an address count once
    for (const ServiceSeen& service : seen.load_balancers) {
      for (const std::string& address : service.addresses) {
        if (stages::inside(ranges, address)) {
          used.insert(address);
        }
      }
    }
    pools.push_back({.name = live.name,
                     .addresses = live.addresses,
                     .size = count(ranges, live.avoid_buggy_ips),
                     .in_use = used.size(),
                     .auto_assign = live.auto_assign});
  }
  std::ranges::stable_partition(pools, [](const StatusPool& one) { return one.name == "default"; });
  return pools;
}

/// Events outlive their Service, so the UID is compared too.
bool is_about(const Announcement& one, const ServiceSeen& service)
{
  return one.name_space == service.name_space && one.service == service.name &&
         (one.uid.empty() || service.uid.empty() || one.uid == service.uid);
}

/// MetalLB's reason if its last event says that it cannot announce. nodeAssigned of the same second
/// does not count against it, nor does ServiceL2Status, which may be stale (0.14.8).
std::string refusal_of(const ServiceSeen& service, const StatusReads& reads)
{
  std::string failed;
  std::string words;
  std::string good;
  for (const Announcement& one : reads.events.value) {
    if (is_about(one, service)) {
      std::string& last = one.failed ? failed : good;
      words = one.failed && one.time >= failed ? one.node : words;
      last = std::max(last, one.time);
    }
  }
  return !failed.empty() && failed >= good ? words : std::string{};
}

void add_announcers(StatusService& service,
                    const ServiceSeen& live,
                    const StatusReads& reads,
                    bool exact)
{
  service.refused = refusal_of(live, reads);
  if (!service.refused.empty()) {
    service.announced = Known::no;
    return;
  }
  const auto add = [&](const Seen<std::vector<Announcement>>& from, bool only_newest) {
    for (const Announcement& one : from.value) {
      if (!one.failed && is_about(one, live) &&
          std::ranges::find(service.nodes, one.node) == service.nodes.end()) {
        service.nodes.push_back(one.node);
        if (only_newest) {
          return;
        }
      }
    }
  };
  add(reads.layer2, false);
  if (service.nodes.empty() && !exact) {
    add(reads.events, true);
  }
  service.announced = !service.nodes.empty() ? Known::yes : exact ? Known::no : Known::unknown;
}

std::vector<StatusService> services_of(const Observation& seen, const StatusReads& reads)
{
  // Since 0.14.8 ServiceL2Status is complete: what it lacks is not announced.
  const bool exact =
      reads.layer2.found() && version_within(seen.metallb.version, "0.14.8", "99.0.0");
  std::vector<StatusService> services;
  for (const ServiceSeen& live : seen.load_balancers) {
    StatusService service{.name_space = live.name_space,
                          .name = live.name,
                          .addresses = live.addresses,
                          .lease = lease_of(live),
                          .manifest_service =
                              value_of(live.selector, "akash.network/manifest-service")};
    for (const ServicePortSeen& port : live.ports) {
      service.ports.push_back(fmt::format("{}/{}", port.port, port.protocol));
    }
    for (const PoolSeen& pool : seen.metallb.pools.value) {
      if (!live.addresses.empty() &&
          stages::inside(stages::parsed(pool.addresses), live.addresses.front())) {
        service.pool = pool.name;
      }
    }
    if (!service.addresses.empty()) {
      add_announcers(service, live, reads, exact);
    }
    services.push_back(std::move(service));
  }
  const auto by_address = [](const StatusService& one) {
    const auto parsed = one.addresses.empty() ? std::variant<IpAddress, std::string>{std::string{}}
                                              : parse_address(one.addresses.front());
    const auto* address = std::get_if<IpAddress>(&parsed);
    // Services that wait for an address come first: they are the trouble.
    return std::tuple(address == nullptr ? IpAddress{} : *address, one.name_space, one.name);
  };
  std::ranges::sort(services, {}, by_address);
  return services;
}

LeaseState state_of(const Status& status, const Observation& seen)
{
  if (!seen.tools.kubectl_error.empty() || !seen.tools.server_error.empty() ||
      seen.cluster_uid.look == Look::unreachable) {
    return LeaseState::unreachable;
  }
  const auto of = [&](const char* stage) {
    const auto at = std::ranges::find(status.parts, stage, &StatusPart::stage);
    return at == status.parts.end() ? Known::unknown : at->present;
  };
  const Known own[] = {of("pool"), of("ip-operator"), of("provider")};
  if (std::ranges::all_of(own, [](Known one) { return one == Known::no; })) {
    return LeaseState::off;
  }
  const auto any = [&](Known what) {
    return std::ranges::any_of(status.parts,
                               [&](const StatusPart& part) { return part.present == what; });
  };
  if (any(Known::no)) {
    // "Partly" needs a part known to be present; else "off" may be equally true.
    const bool there = std::ranges::find(own, Known::yes) != std::end(own);
    return there ? LeaseState::partly : LeaseState::unknown;
  }
  return any(Known::unknown) ? LeaseState::unknown : LeaseState::on;
}

void add_memory(Status& status, const StatusInput& input)
{
  const MemorySeen& memory = input.seen.memory;
  for (const Debt& debt : memory.debts) {
    const auto since = memory.debt_since.find(debt.id);
    status.owed.push_back({.id = debt.id,
                           .until = debt.until,
                           .since = since == memory.debt_since.end() ? "" : since->second});
  }
  const bool told = std::ranges::find(status.owed, "verify", &OwedAction::id) != status.owed.end();
  if (memory.verify_owed && !told) {
    status.owed.push_back({.id = "verify", .until = "a verification passes"});
  }
  if (!memory.unfinished_run.empty()) {
    status.unfinished = UnfinishedRun{
        .id = memory.unfinished_run, .step = memory.in_flight_step, .at_work = input.run_at_work};
  }
  // An unfinished run is not drift: what it promised does not exist yet.
  if (input.applied && !status.unfinished) {
    status.applied = input.applied;
    status.drift = find_drift(input.seen, *input.applied);
  }
}

void add_blind_spots(Status& status, const StatusInput& input)
{
  std::vector<std::string>& list = status.could_not_look;
  for (const std::string& right : input.seen.denied) {
    list.push_back("not allowed: " + right);
  }
  if (!input.seen.tools.helm_error.empty()) {
    list.push_back("releases: " + input.seen.tools.helm_error);
  }
  status.unread = unbelieved(input.seen);
  if (status.state != LeaseState::unreachable) { // else one reason explains them all
    list.insert(list.end(), status.unread.begin(), status.unread.end());
  }
  const auto told = [&](const char* what, const auto& fact) {
    if (!fact.found() && !fact.absent() && fact.look != Look::not_looked) {
      list.push_back(fmt::format("{}: {}", what, fact.why));
    }
  };
  if (status.state != LeaseState::unreachable) {
    told("who announces (ServiceL2Status)", input.reads.layer2);
    told("who announces (events)", input.reads.events);
    if (!input.seen.cluster_uid.found()) {
      list.emplace_back(
          "runs on this machine: without the UID of kube-system they cannot be found");
    }
  }
}

/// The tag of the provider image, which contains both programs.
std::string tag_of(const Seen<WorkloadSeen>& workload)
{
  for (const std::string& image : workload.value.images) {
    const std::string name = image.substr(0, image.find('@'));
    const std::size_t colon = name.rfind(':');
    if (name.find("provider") != std::string::npos && colon != std::string::npos &&
        name.find('/', colon) == std::string::npos) {
      return name.substr(colon + 1);
    }
  }
  return {};
}

} // namespace

Status make_status(const StatusInput& input)
{
  const Observation& seen = input.seen;
  Status status{.context = seen.context,
                .cluster_uid = seen.cluster_uid.value,
                .parts = status_parts(input),
                .tools = seen.tools,
                .metallb_version = seen.metallb.version,
                .provider = seen.provider.release,
                .ip_operator = seen.ip_operator.release,
                .provider_tag = tag_of(seen.provider.stateful_set),
                .operator_tag = tag_of(seen.ip_operator.deployment),
                .counted = seen.ip_operator.available,
                .leased = seen.ip_operator.in_use,
                .pools = pools_of(seen),
                .services = services_of(seen, input.reads)};
  status.state = state_of(status, seen);
  add_memory(status, input);
  add_blind_spots(status, input);
  return status;
}

std::vector<std::string> Status::not_yet() const
{
  std::vector<std::string> reasons;
  if (state == LeaseState::unreachable) {
    reasons.push_back(!tools.kubectl_error.empty() ? tools.kubectl_error
                      : !tools.kubeconfig_error.empty()
                          ? "no usable kubeconfig: " + tools.kubeconfig_error
                          : "the cluster does not answer: " + tools.server_error);
    return reasons;
  }
  for (const StatusPart& part : parts) {
    if (part.present != Known::yes || part.healthy != Known::yes) {
      reasons.push_back(part.title + ": " + part.detail);
    }
  }
  for (const std::string& one : unread) {
    reasons.push_back("could not be read: " + one);
  }
  for (const StatusService& service : services) {
    if (!service.lease.empty() && service.addresses.empty()) {
      reasons.push_back("lease " + service.lease + ": Service " + service.name + " has no address");
    }
    if (!service.refused.empty()) {
      reasons.push_back("Service " + service.name_space + "/" + service.name +
                        " is not announced: " + service.refused);
    }
  }
  return reasons;
}

std::vector<NextCommand> next_commands(const Status& status)
{
  const NextCommand doctor{"iplease doctor", "find what keeps it from working"};
  if (status.state == LeaseState::unreachable) {
    const bool named = !status.context.empty() && status.context.size() < 20; // a longer one is cut
    return {{named
                 ? shell_line({"kubectl", "--context", status.context, "get", "--raw", "/version"})
                 : "kubectl get --raw /version",
             "try the same by hand"},
            {"iplease status --context NAME", "look at another cluster"},
            {"iplease explain IPL-CLU-001", "why it is not reached"}};
  }
  if (status.unfinished) {
    const bool at_work = !status.unfinished->at_work.empty();
    const NextCommand log{"iplease runs log " + status.unfinished->id,
                          at_work ? "what it did so far" : "what it did"};
    return at_work ? std::vector<NextCommand>{{"iplease status --wait 5m", "wait until it is done"},
                                              log,
                                              doctor}
                   : std::vector<NextCommand>{
                         {"iplease resume", "go on with the unfinished run"}, log, doctor};
  }
  if (status.state == LeaseState::off) {
    return {{"iplease plan --pool RANGE", "what turning them on would change"},
            {"iplease enable", "turn them on"},
            {"iplease doctor --pre", "what stands in the way"}};
  }
  if (status.state != LeaseState::on || !status.drift.empty() || !status.owed.empty()) {
    return {{"iplease plan", "what would be done"}, {"iplease enable", "do it"}, doctor};
  }
  if (!status.healthy()) {
    return {doctor,
            {"iplease status --wait 5m", "wait until it is healthy"},
            {"iplease enable", "repair what differs from the plan"}};
  }
  return {{"iplease verify", "prove that an address is leased"},
          doctor,
          {"iplease runs list", "what was done here"}};
}

} // namespace iplease
