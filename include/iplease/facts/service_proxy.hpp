// SPDX-License-Identifier: Apache-2.0
// What routes Services, in which mode, with which strictARP?
#pragma once

#include <iplease/facts/answer.hpp>
#include <iplease/yaml/strict_arp.hpp>

#include <string>
#include <vector>

namespace iplease::facts {

/// Where kube-proxy gets its mode from.
enum class ProxyTold {
  config_map,     ///< ConfigMap kube-system/kube-proxy, which can be edited
  flags,          ///< flags of DaemonSet kube-proxy
  node_arguments, ///< k3s, RKE2: each node's own arguments
};

struct ServiceProxy {
  std::string replaced_by{}; ///< "Cilium", "kube-router", "Calico eBPF"; empty: kube-proxy
  bool on_no_node = false;   ///< DaemonSet kube-proxy exists but is scheduled to no node
  ProxyTold told = ProxyTold::config_map;
  std::string teller{};   ///< "k3s", "flags of DaemonSet kube-proxy", ...
  std::string mode{};     ///< "iptables" (its default), "ipvs", "nftables", ...
  StrictArpSeen config{}; ///< of the ConfigMap; whoever edits it reports its `error`
  /// What runs in IPVS mode without strict ARP: nodes, a DaemonSet, pods. One is enough to break
  /// leases: it answers ARP for every leased address.
  std::vector<std::string> without{};
  std::string where_to_set{}; ///< what to set where; empty: the ConfigMap
  bool operator==(const ServiceProxy&) const = default;
};

/// IPVS mode with an entry in `without` breaks leases. Sure::not_seen with `absent` means that
/// kube-proxy is not a cluster object (kubeasz, RKE1, MicroK8s, a service on the host).
[[nodiscard]] Answer<ServiceProxy> service_proxy(const Observation& seen);

/// Whether the pods of kube-system can tell more: about a kube-proxy that is not a DaemonSet, or
/// one that may run with an older configuration.
[[nodiscard]] bool system_pods_tell(const Observation& seen);

/// Whether kube-proxy runs with its current ConfigMap, which it reads only at its start.
struct ProxyRuns {
  bool owes_restart = false; ///< the oldest pod is older than the configuration
  std::string written{};     ///< when, by the API server's clock
  std::string oldest{};      ///< the oldest kube-proxy pod
  std::string since{};       ///< its creation time, by the API server's clock
  bool operator==(const ProxyRuns&) const = default;
};

/// Known, with no restart owed, unless the ConfigMap asks for IPVS with strict ARP. A container
/// restarted inside its pod has already read the newer file, so it may get one restart too many.
[[nodiscard]] Answer<ProxyRuns> proxy_runs(const Observation& seen);

/// "mode ipvs, strictARP is off", for the operator.
[[nodiscard]] std::string to_words(const Answer<ServiceProxy>& proxy);

} // namespace iplease::facts
