// SPDX-License-Identifier: Apache-2.0
// Which proxy routes Services, in which mode, with which strictARP?
#pragma once

#include <iplease/facts/answer.hpp>
#include <iplease/yaml/strict_arp.hpp>

#include <string>
#include <vector>

namespace iplease::facts {

/// Where kube-proxy takes its mode from.
enum class ProxyTold {
  config_map,     ///< ConfigMap kube-system/kube-proxy, which can be edited
  flags,          ///< flags of DaemonSet kube-proxy
  node_arguments, ///< k3s, RKE2: each node's own arguments
};

struct ServiceProxy {
  std::string replaced_by{}; ///< "Cilium", "kube-router", "Calico eBPF"; empty: kube-proxy routes
  bool on_no_node = false;   ///< DaemonSet kube-proxy is kept and sent to no node
  ProxyTold told = ProxyTold::config_map;
  std::string teller{};   ///< "k3s", "flags of DaemonSet kube-proxy", ...
  std::string mode{};     ///< "iptables" (its default), "ipvs", "nftables", ...
  StrictArpSeen config{}; ///< of the ConfigMap; its `error` is told by whoever edits it
  /// Who runs in IPVS mode without strict ARP: nodes, a DaemonSet, pods. One of them is enough to
  /// break leases: it answers ARP for every leased address.
  std::vector<std::string> without{};
  std::string where_to_set{}; ///< what to write where; empty: the ConfigMap
  bool operator==(const ServiceProxy&) const = default;
};

/// IPVS mode with an entry in `without` breaks leases. With Sure::not_seen and `absent` kube-proxy
/// runs outside of the cluster's objects (kubeasz, RKE1, MicroK8s, a host's service).
[[nodiscard]] Answer<ServiceProxy> service_proxy(const Observation& seen);

/// Whether the pods of kube-system can say more: of a kube-proxy that is no DaemonSet, and of one
/// that may run with an older configuration than is written.
[[nodiscard]] bool system_pods_tell(const Observation& seen);

/// Whether kube-proxy runs with what its ConfigMap says. It reads the file at its start only.
struct ProxyRuns {
  bool owes_restart = false; ///< the oldest pod is older than what is written
  std::string written{};     ///< when, by the API server's clock
  std::string oldest{};      ///< the oldest pod of kube-proxy
  std::string since{};       ///< when that was made, by the API server's clock
  bool operator==(const ProxyRuns&) const = default;
};

/// Known and nothing owed where no ConfigMap asks for IPVS with strict ARP. A container that was
/// restarted within its pod has read the newer file: it is told to restart once more than needed.
[[nodiscard]] Answer<ProxyRuns> proxy_runs(const Observation& seen);

/// "mode ipvs, strictARP is off": one line for people.
[[nodiscard]] std::string to_words(const Answer<ServiceProxy>& proxy);

} // namespace iplease::facts
