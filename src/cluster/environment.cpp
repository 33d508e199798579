// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/parse.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace iplease {
namespace {

bool contains_text(std::string_view text, std::string_view part)
{
  return text.find(part) != std::string_view::npos;
}

bool any_kubelet(const Observation& seen, std::string_view mark)
{
  return std::any_of(seen.nodes.begin(), seen.nodes.end(), [&](const NodeSeen& node) {
    return contains_text(node.kubelet_version, mark);
  });
}

const WorkloadSeen* daemon_set(const Observation& seen, std::string_view name)
{
  const auto at = std::find_if(seen.workloads.begin(), seen.workloads.end(), [&](const auto& one) {
    return one.kind == "DaemonSet" && one.name == name;
  });
  return at == seen.workloads.end() ? nullptr : &*at;
}

bool calico_ebpf(const Observation& seen)
{
  const WorkloadSeen* calico = daemon_set(seen, "calico-node");
  if (calico == nullptr) {
    return false;
  }
  const auto bpf = calico->env.find("FELIX_BPFENABLED");
  if (bpf != calico->env.end() && (bpf->second == "true" || bpf->second == "True")) {
    return true;
  }
  // Calico's instructions keep the DaemonSet of kube-proxy and schedule it on no node.
  const Seen<WorkloadSeen>& proxy = seen.kube_proxy.daemon_set;
  return proxy.found() && proxy.value.wanted == 0;
}

// Whether a k3s server runs without its own load balancer. The annotation holds its arguments,
// those of the configuration file too, as a JSON array.
bool without_service_lb(std::string_view args)
{
  for (const std::string_view flag : {"--disable", "--no-deploy"}) {
    for (std::size_t at = args.find(flag); at != std::string_view::npos;
         at = args.find(flag, at + 1)) {
      // The value ends at the next flag: it is in the same word or in the next.
      const std::size_t end = args.find("--", at + flag.size());
      if (contains_text(args.substr(at, end - at), "servicelb")) {
        return true;
      }
    }
  }
  return contains_text(args, "--disable-cloud-controller"); // which contains ServiceLB
}

} // namespace

std::string
recognise_proxy(const Observation& seen, bool microk8s, std::string_view cilium_replacement)
{
  if (cilium_replacement == "true" || cilium_replacement == "strict") {
    return "cilium";
  }
  if (any_kubelet(seen, "+k3s")) {
    return "k3s";
  }
  if (any_kubelet(seen, "+rke2")) {
    return "rke2";
  }
  if (microk8s) {
    return "microk8s";
  }
  if (calico_ebpf(seen)) {
    return "calico-ebpf";
  }
  const bool no_proxy = seen.kube_proxy.daemon_set.absent() && seen.kube_proxy.config.absent();
  if (no_proxy && daemon_set(seen, "kube-router") != nullptr) {
    return "kube-router";
  }
  // Cilium's ConfigMap is unreadable or has another key, but nothing else does the work.
  return no_proxy && daemon_set(seen, "cilium") != nullptr ? "cilium" : "";
}

std::vector<std::string> recognise_service_lb(const Observation& seen,
                                              const std::vector<std::string>& cilium_pools)
{
  std::vector<std::string> found;
  for (const WorkloadSeen& one : seen.workloads) {
    if (one.kind != "DaemonSet") {
      continue;
    }
    const std::string name = one.name_space + "/" + one.name;
    if (one.labels.contains("svccontroller.k3s.cattle.io/svcname") ||
        one.name.starts_with("svclb-")) {
      found.push_back(fmt::format("k3s ServiceLB (DaemonSet {})", name));
    } else if (contains_text(one.name, "kube-vip")) {
      const auto services = one.env.find("svc_enable");
      if (services == one.env.end() || services->second != "false") {
        found.push_back(fmt::format("kube-vip (DaemonSet {})", name));
      }
    }
  }
  if (found.empty()) {
    const auto server =
        std::find_if(seen.nodes.begin(), seen.nodes.end(), [](const NodeSeen& node) {
          return contains_text(node.kubelet_version, "+k3s") &&
                 contains_text(node.k3s_args, "\"server\"") && !without_service_lb(node.k3s_args);
        });
    if (server != seen.nodes.end()) {
      found.push_back(fmt::format("k3s ServiceLB (node {}: k3s.io/node-args does not disable it)",
                                  server->name));
    }
  }
  for (const std::string& pool : cilium_pools) {
    found.push_back(fmt::format("Cilium LB-IPAM (pool {})", pool));
  }
  return found;
}

} // namespace iplease
