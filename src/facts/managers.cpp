// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/names.hpp>
#include <iplease/core/pool_rules.hpp>
#include <iplease/facts/managers.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace iplease::facts {

namespace {

using Map = std::map<std::string, std::string>;

std::string get(const Map& map, const std::string& key)
{
  const auto at = map.find(key);
  return at == map.end() ? std::string{} : at->second;
}

std::string path(const std::string& space, const std::string& name)
{
  return space.empty() ? name : space + "/" + name;
}

std::optional<Manager> flux(const Map& labels)
{
  for (const auto& [prefix, kind] : {std::pair{"kustomize.toolkit.fluxcd.io/", "Kustomization"},
                                     std::pair{"helm.toolkit.fluxcd.io/", "HelmRelease"}}) {
    const std::string name = get(labels, std::string(prefix) + "name");
    if (!name.empty()) {
      const std::string space = get(labels, std::string(prefix) + "namespace");
      return Manager{std::string("Flux ") + kind + " " + path(space, name),
                     std::string("in the repository that ") + kind + " " + path(space, name) +
                         " applies"};
    }
  }
  return std::nullopt;
}

std::optional<Manager> argo(const MarksSeen& marks)
{
  // "APPLICATION:GROUP/KIND:NAMESPACE/NAME"
  std::string name = get(marks.annotations, "argocd.argoproj.io/tracking-id");
  name = name.substr(0, name.find(':'));
  if (name.empty()) {
    name = get(marks.labels, "argocd.argoproj.io/instance");
  }
  return name.empty() ? std::nullopt
                      : std::optional(Manager{"Argo CD Application " + name,
                                              "in the source of Application " + name});
}

/// k3s and RKE2 apply the manifests in the server's folder, Fleet applies its bundles.
std::optional<Manager> rancher(const MarksSeen& marks)
{
  const std::string fleet = get(marks.labels, "fleet.cattle.io/bundle-name");
  if (!fleet.empty()) {
    return Manager{"Fleet bundle " + fleet, "in the repository of bundle " + fleet};
  }
  const std::string kind = get(marks.annotations, "objectset.rio.cattle.io/owner-gvk");
  const std::string name = get(marks.annotations, "objectset.rio.cattle.io/owner-name");
  if (kind.find("Kind=Addon") == std::string::npos || name.empty()) {
    return std::nullopt;
  }
  return Manager{"manifest " + name + " of k3s or RKE2",
                 "in the server's manifests, /var/lib/rancher/k3s/server/manifests or "
                 "/var/lib/rancher/rke2/server/manifests"};
}

std::optional<Manager> k0s(const MarksSeen& marks)
{
  const std::string stack = get(marks.labels, "k0s.k0sproject.io/stack");
  if (stack.empty()) {
    return std::nullopt;
  }
  return Manager{"stack " + stack + " of k0s",
                 stack == "kubeproxy"
                     ? "in k0s.yaml, spec.network.kubeProxy (ipvs.strictARP: true)"
                     : "in /var/lib/k0s/manifests/" + stack + " of the controllers"};
}

/// The distribution's object that keeps the release installed.
std::optional<Manager>
keeper_of(const Observation& seen, const std::string& space, const std::string& release)
{
  const auto at = std::ranges::find_if(seen.chart_keepers, [&](const ChartKeeperSeen& one) {
    return one.release == release && one.release_name_space == space;
  });
  if (release.empty() || at == seen.chart_keepers.end()) {
    return std::nullopt;
  }
  const std::string name = at->kind + " " + path(at->name_space, at->name);
  return Manager{name + (at->kind == "Chart" ? " of k0s" : " of k3s or RKE2"),
                 at->kind == "Chart" ? "in k0s.yaml, spec.extensions.helm.charts"
                                     : "in spec.valuesContent and spec.version of " + name};
}

MarksSeen marks_of(const WorkloadSeen& one)
{
  return {.labels = one.labels, .annotations = one.annotations};
}

class ManagerSearch {
public:
  explicit ManagerSearch(const Observation& seen)
      : m_seen(seen)
  {
  }

  void look()
  {
    const auto space = m_seen.namespaces.find(k_metallb_ns);
    if (space != m_seen.namespaces.end()) {
      const auto notes = m_seen.namespace_annotations.find(k_metallb_ns);
      const bool none = notes == m_seen.namespace_annotations.end();
      add({.what = "namespace metallb-system", .stage = "namespace", .step = "namespace/apply"},
          manager_of({space->second, none ? Map{} : notes->second}),
          "namespace metallb-system");
    }
    metallb();
    const KubeProxySeen& proxy = m_seen.kube_proxy;
    add({.what = "ConfigMap kube-proxy", .stage = "strict-arp", .step = "strict-arp/edit"},
        proxy.config.found() ? manager_of(proxy.marks) : std::nullopt,
        "-n kube-system configmap kube-proxy");
    release("ip-operator", m_seen.ip_operator.release, m_seen.ip_operator.deployment);
    release("provider", m_seen.provider.release, m_seen.provider.stateful_set);
  }

  std::vector<Managed> found{};

private:
  void add(Managed row, std::optional<Manager> by, const std::string& object)
  {
    if (by) {
      row.by = *std::move(by);
      row.evidence = {"kubectl get " + object + " -o yaml", "managed by " + row.by.engine};
      found.push_back(std::move(row));
    }
  }

  void metallb()
  {
    for (const ReleaseSeen& one : m_seen.releases) {
      if (one.name_space == k_metallb_ns && one.chart_name == "metallb") {
        std::optional<Manager> by = keeper_of(m_seen, k_metallb_ns, one.name);
        for (const WorkloadSeen& controller : m_seen.metallb.controllers) {
          by = by || controller.name_space != k_metallb_ns ? by : manager_of(marks_of(controller));
        }
        add({.what = "release " + one.name, .stage = "metallb", .step = "metallb/install"},
            std::move(by),
            "-n metallb-system deployments");
      }
    }
    const ServiceSeen& expose = m_seen.metallb.expose.value;
    add({.what = "Service controller", .stage = "expose", .step = "expose/apply"},
        manager_of({expose.labels, expose.annotations}),
        "-n metallb-system service controller");
    if (const PoolSeen* pool = default_pool(m_seen)) {
      add({.what = "IPAddressPool default", .stage = "pool", .step = "pool/apply"},
          manager_of(pool->marks),
          "-n metallb-system ipaddresspool default");
    }
    for (const AdvertisementSeen& one : m_seen.metallb.advertisements.value) {
      if (one.name == "l2advertisement1" && one.name_space == k_metallb_ns) {
        add({.what = "L2Advertisement l2advertisement1", .stage = "pool", .step = "pool/advertise"},
            manager_of(one.marks),
            "-n metallb-system l2advertisement l2advertisement1");
      }
    }
  }

  void release(const char* stage, const Seen<ReleaseSeen>& of, const Seen<WorkloadSeen>& workload)
  {
    if (!of.found()) {
      return;
    }
    std::optional<Manager> by = keeper_of(m_seen, k_akash_ns, of.value.name);
    by = by ? by : manager_of(marks_of(workload.value));
    const bool provider = std::string_view(stage) == "provider";
    const char* step = provider ? "provider/upgrade" : "ip-operator/install";
    add({.what = "release " + of.value.name, .stage = stage, .step = step},
        std::move(by),
        std::string("-n akash-services ") + (provider ? "statefulsets" : "deployments"));
  }

  const Observation& m_seen;
};

} // namespace

std::optional<Manager> manager_of(const MarksSeen& marks)
{
  if (auto by = flux(marks.labels)) {
    return by;
  }
  if (auto by = argo(marks)) {
    return by;
  }
  if (auto by = rancher(marks)) {
    return by;
  }
  if (auto by = k0s(marks)) {
    return by;
  }
  if (get(marks.labels, "addonmanager.kubernetes.io/mode") == "Reconcile") {
    return Manager{"the addon manager", "in /etc/kubernetes/addons of the control plane"};
  }
  return std::nullopt;
}

Answer<std::vector<Managed>> managed_objects(const Observation& seen)
{
  ManagerSearch search(seen);
  search.look();
  const Looked& keepers = seen.chart_keepers_look;
  if (search.found.empty() && unread(keepers.look)) {
    return unseen<std::vector<Managed>>(keepers.look,
                                        keepers.why,
                                        "kubectl get helmcharts.helm.cattle.io -A; kubectl get "
                                        "charts.helm.k0sproject.io -A");
  }
  std::vector<Evidence> evidence;
  for (const Managed& one : search.found) {
    evidence.push_back(one.evidence);
  }
  return answered(std::move(search.found), std::move(evidence));
}

} // namespace iplease::facts
