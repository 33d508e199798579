// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/load_balancers.hpp>
#include <iplease/kubespray/standing.hpp>

#include <algorithm>
#include <array>

namespace iplease::facts {

namespace {

constexpr const char* k_workloads = "kubectl get daemonsets,deployments,statefulsets -A";
constexpr const char* k_services = "kubectl get services -A -o yaml";
constexpr const char* k_system_pods = "kubectl -n kube-system get pods";

/// DaemonSets with which other balancers announce.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> k_announcers{
    {{"lbnodeagent", "PureLB"},
     {"openelb-speaker", "OpenELB"},
     {"openelb-keepalive-vip", "OpenELB"},
     {"kube-loxilb", "LoxiLB"}}};

class BalancerSearch {
public:
  explicit BalancerSearch(const Observation& seen)
      : m_seen(seen)
  {
  }

  void look()
  {
    for (const WorkloadSeen& one : m_seen.workloads) {
      workload(one);
    }
    for (const auto* group : {&m_seen.metallb.controllers, &m_seen.metallb.speakers}) {
      other_metallb(*group);
    }
    for (const std::string& one : m_seen.service_lb) {
      const std::size_t at = std::min(one.find(" ("), one.size());
      const std::string where = at == one.size() ? "" : one.substr(at + 2, one.size() - at - 3);
      add(one.substr(0, at), where, {"kubectl get daemonsets,nodes -A", one});
    }
    if (!named("kube-vip")) {
      static_pods();
    }
    if (!named("kube-vip")) {
      marks();
    }
    if (!m_seen.kubespray.inventory.empty() &&
        kubespray::standing(m_seen.kubespray).kube_vip_services) {
      add("kube-vip",
          "kube_vip_services_enabled in the inventory",
          {"", "kube_vip_enabled: true, kube_vip_services_enabled: true"});
    }
  }

  std::vector<OtherBalancer> found{};
  std::vector<Evidence> evidence{};

private:
  void add(std::string name, std::string where, Evidence why)
  {
    found.push_back({std::move(name), std::move(where)});
    evidence.push_back(std::move(why));
  }

  [[nodiscard]] bool named(std::string_view name) const
  {
    return std::ranges::any_of(found, [&](const OtherBalancer& one) { return one.name == name; });
  }

  void workload(const WorkloadSeen& one)
  {
    const std::string name = one.kind + " " + one.name_space + "/" + one.name;
    if (one.name == "kube-vip-cloud-provider") {
      add("kube-vip's cloud provider", name, {k_workloads, name});
    }
    for (const auto& [announcer, who] : k_announcers) {
      if (one.kind == "DaemonSet" && one.name == announcer) {
        add(std::string(who), name, {k_workloads, name});
      }
    }
  }

  /// Speakers in a namespace without a controller, beside a MetalLB elsewhere. Two controllers are
  /// IPL-MLB-002.
  void other_metallb(const std::vector<WorkloadSeen>& parts)
  {
    for (const WorkloadSeen& one : parts) {
      const bool alone =
          std::ranges::none_of(m_seen.metallb.controllers, [&](const WorkloadSeen& controller) {
            return controller.name_space == one.name_space;
          });
      if (one.kind == "DaemonSet" && alone && !m_seen.metallb.controllers.empty()) {
        const std::string name = one.kind + " " + one.name_space + "/" + one.name;
        add("speakers of another MetalLB", name, {k_workloads, name});
      }
    }
  }

  /// kube-vip as a static pod, as kubeadm, Kubespray and KubeKey install it.
  void static_pods()
  {
    for (const SystemPodSeen& pod : m_seen.system_pods) {
      const bool image = std::ranges::any_of(pod.images, [](const std::string& one) {
        return one.find("kube-vip") != std::string::npos &&
               one.find("kube-vip-cloud-provider") == std::string::npos;
      });
      const auto services = pod.env.find("svc_enable");
      if (pod.of_node && image && (services == pod.env.end() || services->second != "false")) {
        add("kube-vip",
            "static pod kube-system/" + pod.name,
            {std::string(k_system_pods) + " -o yaml", pod.name + ": env svc_enable"});
        return;
      }
    }
  }

  /// kube-vip's annotations on a Service that it serves, wherever it runs.
  void marks()
  {
    for (const ServiceSeen& service : m_seen.load_balancers) {
      for (const char* mark : {"kube-vip.io/vipHost", "kube-vip.io/loadbalancerIPs"}) {
        if (service.annotations.contains(mark)) {
          const std::string name = service.name_space + "/" + service.name;
          add("kube-vip",
              std::string("its mark ") + mark + " on Service " + name,
              {k_services, name + " has annotation " + mark});
          return;
        }
      }
    }
  }

  const Observation& m_seen;
};

} // namespace

Answer<std::vector<OtherBalancer>> other_balancers(const Observation& seen)
{
  BalancerSearch search(seen);
  search.look();
  for (const Looked* list :
       {&seen.daemon_sets_look, &seen.load_balancers_look, &seen.system_pods_look}) {
    if (search.found.empty() && unread(list->look)) {
      return unseen<std::vector<OtherBalancer>>(
          list->look, list->why, std::string(k_workloads) + "; " + k_system_pods);
    }
  }
  if (search.evidence.empty()) {
    search.evidence.push_back({k_workloads, ""});
  }
  return answered(std::move(search.found), std::move(search.evidence));
}

} // namespace iplease::facts
