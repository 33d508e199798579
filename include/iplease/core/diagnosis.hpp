// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace iplease {

/// The reads that only `doctor` makes, beyond what planning needs.
enum class Extra {
  metallb_objects,  ///< pods, events, endpoints, policies and advertisements of metallb-system
  akash_objects,    ///< pods and events of akash-services
  cluster_dns,      ///< the cluster's DNS: its ConfigMap and its endpoints
  metrics,          ///< the MetalLB controller's metrics through Service `controller`
  webhook,          ///< a pool that is only tried (--dry-run=server)
  operator_log,     ///< only when the IP operator is not well
  operator_address, ///< AP_PROVIDER inside the running IP operator
  provider_status,  ///< 8443/status through the API server
  provider_log,     ///< only when 8443/status does not answer
  held_objects,     ///< Secrets and ConfigMaps that the pods need; their lengths only
  leased_ips,       ///< only when the IP operator's barrier is locked
  service_events,   ///< what MetalLB says about LoadBalancer Services
  speaker_log,      ///< only with several nodes
  announcers,       ///< ServiceL2Status: which node announces what; only where one has an address
  ignored_leases,   ///< of the IP operator; only when it answers
  silent_endpoints, ///< what stands behind the Services that no node announces
};

/// How long a read may take; past it, its checks say "could not look".
[[nodiscard]] constexpr std::chrono::seconds deadline_of(Extra extra)
{
  constexpr std::chrono::seconds usual{10};
  constexpr std::chrono::seconds answer{5}; // what is alive answers at once
  return extra == Extra::provider_status || extra == Extra::metrics || extra == Extra::webhook
             ? answer
             : usual;
}

/// One extra read: the command as it would be typed, and what came of it.
struct ExtraRead {
  std::string command{};
  Seen<std::string> answer{};
  bool operator==(const ExtraRead&) const = default;
};

/// A pod, reduced to why it does not work.
struct PodFact {
  std::string name{};
  std::string node{};
  std::map<std::string, std::string> labels{};
  std::string created{}; ///< RFC 3339, UTC; compares as text
  bool running = false;  ///< a container of it runs, so it has a log of now
  bool ready = false;
  int restarts = 0;
  std::string waiting{}; ///< "CrashLoopBackOff", "Unschedulable: 0/1 nodes ...", or empty
  bool operator==(const PodFact&) const = default;
};

/// A ProviderLeasedIP, reduced to what the IP operator decodes of it.
struct LeasedIpFact {
  std::string name_space{};
  std::string name{};
  std::string owner{};
  std::string provider{};
  bool operator==(const LeasedIpFact&) const = default;
};

struct EventFact {
  std::string kind{}; ///< of the object it speaks of
  std::string name_space{};
  std::string name{};
  std::string uid{}; ///< of that object; an event outlives it, and may be read beside a new one
  std::string reason{};
  std::string message{};
  std::string last{}; ///< RFC 3339, UTC; compares as text
  bool operator==(const EventFact&) const = default;
};

/// A NetworkPolicy that selects MetalLB's controller for ingress.
struct PolicyFact {
  std::string name{};
  bool opens_metrics = false; ///< one of its rules lets port 7472 in
  bool operator==(const PolicyFact&) const = default;
};

/// What `doctor` read beyond the Observation. Filled by cluster/diagnose only.
struct Diagnosis {
  std::map<Extra, ExtraRead> reads{};
  std::vector<PodFact> metallb_pods{};
  std::vector<PodFact> akash_pods{};
  std::vector<EventFact> events{};                ///< of both namespaces
  std::vector<EventFact> service_events{};        ///< about Services, in all namespaces
  std::map<std::string, int> metallb_endpoints{}; ///< Service -> ready addresses
  /// "namespace/Service" -> nodes that announce it (ServiceL2Status, metallb.io/v1beta1).
  std::map<std::string, std::vector<std::string>> announcers{};
  /// "namespace/Service" -> ready endpoints; only of Services that no node announces. MetalLB
  /// announces an address only while there is one (docs/failure-modes.md, M14).
  std::map<std::string, int> silent_endpoints{};
  std::vector<PolicyFact> controller_policies{};
  std::map<std::string, int> dns_endpoints{}; ///< Service of the cluster DNS -> ready ones
  std::string corefile{};
  std::vector<HeldObject> held{};         ///< of Extra::held_objects
  std::vector<LeasedIpFact> leased_ips{}; ///< of Extra::leased_ips
  std::string status_address{};           ///< `address` of 8443/status
  bool operator==(const Diagnosis&) const = default;

  /// The read, or an empty one that says it was not looked for.
  [[nodiscard]] const ExtraRead& read(Extra extra) const
  {
    static const ExtraRead none{};
    const auto at = reads.find(extra);
    return at == reads.end() ? none : at->second;
  }
};

} // namespace iplease
