// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <string>
#include <utility>
#include <vector>

namespace iplease::test {

/// One cluster of each kind: only what an observation shows of kube-proxy, nodes and load
/// balancers. Written by hand in the shape of the real objects.
[[nodiscard]] inline Observation cluster_of(const std::string& kind)
{
  Observation seen;
  seen.nodes_look = Look::seen;
  seen.nodes = {{.name = "node1", .ready = true, .kubelet_version = "v1.34.4"}};
  KubeProxySeen& proxy = seen.kube_proxy;
  proxy.daemon_set.look = Look::absent;
  proxy.config.look = Look::absent;
  seen.metallb.pools.look = Look::absent;
  seen.metallb.advertisements.look = Look::absent;
  seen.metallb.bgp_advertisements.look = Look::absent;
  seen.chart_keepers_look = Look::absent;
  seen.system_pods_look = Look::seen;
  const auto daemon_set = [&] {
    proxy.daemon_set = {.look = Look::seen,
                        .value = {.kind = "DaemonSet",
                                  .name_space = "kube-system",
                                  .name = "kube-proxy",
                                  .args = {"/usr/local/bin/kube-proxy",
                                           "--config=/var/lib/kube-proxy/config.conf",
                                           "--hostname-override=$(NODE_NAME)"},
                                  .wanted = 1,
                                  .ready = 1}};
  };
  const auto config = [&](const char* text) {
    daemon_set();
    proxy.config = {.look = Look::seen, .value = text};
  };
  if (kind == "kubeadm" || kind == "k0s") {
    config("mode: \"\"\nipvs:\n  strictARP: false\n");
    if (kind == "k0s") {
      proxy.marks.labels["k0s.k0sproject.io/stack"] = "kubeproxy";
    }
  } else if (kind == "Kubespray") {
    config("mode: ipvs\nipvs:\n  strictARP: false\n");
  } else if (kind == "k3s" || kind == "RKE2") {
    seen.nodes.front().kubelet_version = kind == "k3s" ? "v1.31.4+k3s1" : "v1.31.4+rke2r1";
    seen.nodes.front().k3s_args = R"(["server","--disable","servicelb"])";
  } else if (kind == "MicroK8s") {
    seen.nodes.front().labels["microk8s.io/cluster"] = "true";
  }
  return seen; // "outside": kube-proxy runs as a process on the nodes
}

[[nodiscard]] inline std::vector<std::string> cluster_kinds()
{
  return {"kubeadm", "Kubespray", "k3s", "RKE2", "MicroK8s", "k0s", "outside"};
}

} // namespace iplease::test
