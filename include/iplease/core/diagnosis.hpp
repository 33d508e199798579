// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace iplease {

/// Reads that only `doctor` makes; planning does not need them.
enum class Extra {
  metallb_objects,  ///< pods, events, endpoints, policies and advertisements of metallb-system
  akash_objects,    ///< pods and events of akash-services
  cluster_dns,      ///< ConfigMap and endpoints of the cluster's DNS
  metrics,          ///< the MetalLB controller's metrics through Service `controller`
  webhook,          ///< a dry run of creating a pool (--dry-run=server)
  operator_log,     ///< only if the IP operator is unhealthy
  operator_address, ///< AP_PROVIDER inside the running IP operator
  provider_status,  ///< 8443/status through the API server
  provider_log,     ///< only if 8443/status does not answer
  held_objects,     ///< Secrets and ConfigMaps that the pods need; only their lengths
  leased_ips,       ///< only if the IP operator's barrier is locked
  service_events,   ///< MetalLB's events for LoadBalancer Services
  speaker_log,      ///< only with several nodes
  announcers,       ///< ServiceL2Status: which node announces what; if a Service has an address
  ignored_leases,   ///< leases that the IP operator ignores; only if it answers
  silent_endpoints, ///< endpoints behind Services that no node announces
};

/// Time limit of a read; after it, its checks report "could not look".
[[nodiscard]] constexpr std::chrono::seconds deadline_of(Extra extra)
{
  constexpr std::chrono::seconds usual{10};
  constexpr std::chrono::seconds answer{5}; // a healthy one answers at once
  return extra == Extra::provider_status || extra == Extra::metrics || extra == Extra::webhook
             ? answer
             : usual;
}

/// One extra read: the command as typed, and its answer.
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
  std::string created{}; ///< RFC 3339, UTC; comparable as text
  bool running = false;  ///< at least one container runs, so there is a current log
  bool ready = false;
  int restarts = 0;
  std::string waiting{}; ///< "CrashLoopBackOff", "Unschedulable: 0/1 nodes ...", or empty
  bool operator==(const PodFact&) const = default;
};

/// A ProviderLeasedIP, reduced to what the IP operator decodes.
struct LeasedIpFact {
  std::string name_space{};
  std::string name{};
  std::string owner{};
  std::string provider{};
  bool operator==(const LeasedIpFact&) const = default;
};

struct EventFact {
  std::string kind{}; ///< of the object it is about
  std::string name_space{};
  std::string name{};
  std::string uid{}; ///< of that object; tells it from a newer object of the same name
  std::string reason{};
  std::string message{};
  std::string last{}; ///< RFC 3339, UTC; comparable as text
  bool operator==(const EventFact&) const = default;
};

/// A NetworkPolicy whose ingress rules apply to MetalLB's controller.
struct PolicyFact {
  std::string name{};
  bool opens_metrics = false; ///< a rule allows port 7472
  bool operator==(const PolicyFact&) const = default;
};

/// What `doctor` read besides the Observation. Filled only by cluster/diagnose.
struct Diagnosis {
  std::map<Extra, ExtraRead> reads{};
  std::vector<PodFact> metallb_pods{};
  std::vector<PodFact> akash_pods{};
  std::vector<EventFact> events{};                ///< of both namespaces
  std::vector<EventFact> service_events{};        ///< about Services, in all namespaces
  std::map<std::string, int> metallb_endpoints{}; ///< Service -> ready addresses
  /// "namespace/Service" -> nodes that announce it (ServiceL2Status, metallb.io/v1beta1).
  std::map<std::string, std::vector<std::string>> announcers{};
  /// "namespace/Service" -> ready endpoints, only for Services that no node announces. MetalLB
  /// announces an address only if there is one (docs/failure-modes.md, M14).
  std::map<std::string, int> silent_endpoints{};
  std::vector<PolicyFact> controller_policies{};
  std::map<std::string, int> dns_endpoints{}; ///< Service of the cluster DNS -> ready endpoints
  std::string corefile{};
  std::vector<HeldObject> held{};         ///< of Extra::held_objects
  std::vector<LeasedIpFact> leased_ips{}; ///< of Extra::leased_ips
  std::string status_address{};           ///< `address` of 8443/status
  bool operator==(const Diagnosis&) const = default;

  /// The read, or an empty one marked as not looked at.
  [[nodiscard]] const ExtraRead& read(Extra extra) const
  {
    static const ExtraRead none{};
    const auto at = reads.find(extra);
    return at == reads.end() ? none : at->second;
  }
};

} // namespace iplease
