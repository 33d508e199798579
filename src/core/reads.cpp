// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/reads.hpp>

#include <map>
#include <utility>

namespace iplease {
namespace {

/// Calls VISIT(row, fact) for a fact, const or not. The row lacks how the fact was seen.
template <class Visit> class Rows {
public:
  explicit Rows(const Visit& visit)
      : m_visit(visit)
  {
  }
  template <class Seen>
  void add(Fact fact,
           const char* what,
           const char* command,
           std::vector<std::string_view> stages,
           Seen& seen) const
  {
    m_visit(FactRead{.fact = fact, .what = what, .command = command, .stages = std::move(stages)},
            seen);
  }

private:
  const Visit& m_visit;
};

template <class Seen, class Visit> void each_of_cluster(Seen& seen, const Rows<Visit>& rows)
{
  const char* uid = "kubectl get namespace kube-system";
  rows.add(Fact::cluster_uid, "namespace kube-system", uid, {}, seen.cluster_uid);
  const char* spaces = "kubectl get namespaces";
  rows.add(Fact::namespaces, "the namespaces", spaces, {"namespace"}, seen.namespaces_look);
  rows.add(Fact::crds, "the resource definitions", "kubectl get crd", {}, seen.crds_look);
  rows.add(Fact::nodes, "the nodes", "kubectl get nodes", {}, seen.nodes_look);
  rows.add(Fact::daemon_sets,
           "the DaemonSets",
           "kubectl get daemonsets -A",
           {"metallb", "strict-arp"},
           seen.daemon_sets_look);
  rows.add(Fact::load_balancers,
           "the Services of type LoadBalancer",
           "kubectl get services -A",
           {"migrate", "pool", "verify"},
           seen.load_balancers_look);
  // Stage strict-arp reports itself what it could not read.
  rows.add(Fact::kube_proxy_config,
           "ConfigMap kube-proxy",
           "kubectl -n kube-system get configmap kube-proxy",
           {},
           seen.kube_proxy.config);
}

template <class Seen, class Visit> void each_of_metallb(Seen& metallb, const Rows<Visit>& rows)
{
  rows.add(Fact::controllers,
           "MetalLB's Deployments",
           "kubectl get deployments -A",
           {"metallb", "migrate", "expose", "pool"},
           metallb.controllers_look);
  const char* pools = "kubectl get ipaddresspools -A";
  rows.add(Fact::pools, "the pools", pools, {"migrate", "pool"}, metallb.pools);
  rows.add(Fact::advertisements,
           "the advertisements",
           "kubectl get l2advertisements -A",
           {"migrate", "pool"},
           metallb.advertisements);
  // Irrelevant if an L2Advertisement covers the pool; stage pool reports it itself.
  rows.add(Fact::bgp_advertisements,
           "the advertisements by BGP",
           "kubectl get bgpadvertisements -A",
           {},
           metallb.bgp_advertisements);
  const char* expose = "kubectl -n metallb-system get service controller";
  rows.add(Fact::expose, "Service controller", expose, {"expose"}, metallb.expose);
}

template <class Seen, class Visit> void each_of_akash(Seen& seen, const Rows<Visit>& rows)
{
  auto& provider = seen.provider;
  rows.add(Fact::releases,
           "the Helm releases",
           "helm list -A -a",
           {"metallb", "provider-values", "ip-operator", "provider"},
           seen.releases_look);
  rows.add(Fact::release_values,
           "the provider's values",
           "helm -n akash-services get values akash-provider",
           {"provider-values", "provider"},
           provider.release_values);
  rows.add(Fact::stateful_set,
           "the provider's StatefulSet",
           "kubectl -n akash-services get statefulset akash-provider",
           {"provider"},
           provider.stateful_set);
  rows.add(Fact::provider_pod,
           "the provider's pod",
           "kubectl -n akash-services get pod akash-provider-0",
           {"provider"},
           provider.pod_revision);
  rows.add(Fact::provider_config,
           "ConfigMap akash-provider-main",
           "kubectl -n akash-services get configmap akash-provider-main",
           {},
           provider.config_ip_operator);
  rows.add(Fact::operator_deployment,
           "the IP operator's Deployment",
           "kubectl -n akash-services get deployment operator-ip",
           {"ip-operator"},
           seen.ip_operator.deployment);
  rows.add(Fact::operator_address,
           "ConfigMap operator-ip",
           "kubectl -n akash-services get configmap operator-ip",
           {"ip-operator"},
           seen.ip_operator.provider_address);
}

/// The only list of the facts. `Seen` is an observation, const or not.
template <class Seen, class Visit> void each_fact(Seen& seen, const Visit& visit)
{
  const Rows<Visit> rows(visit);
  each_of_cluster(seen, rows);
  each_of_metallb(seen.metallb, rows);
  each_of_akash(seen, rows);
}

std::string_view teller(const Observation& seen, const FactRead& fact)
{
  const bool of_helm = fact.fact == Fact::releases || fact.fact == Fact::release_values;
  if (!fact.unread()) {
    return {};
  }
  if (of_helm && !seen.tools.helm_error.empty()) {
    return "IPL-CLU-004";
  }
  return fact.look == Look::forbidden && !seen.denied.empty() ? "IPL-CLU-002" : "IPL-CLU-080";
}

} // namespace

bool FactRead::unread() const noexcept
{
  return look == Look::forbidden || look == Look::unreachable || look == Look::failed;
}

std::vector<FactRead> facts_read(const Observation& seen)
{
  std::vector<FactRead> all;
  each_fact(seen, [&](FactRead row, const auto& at) {
    row.look = at.look;
    row.why = at.why;
    all.push_back(std::move(row));
  });
  return all;
}

std::string unread(const Observation& seen, Fact fact)
{
  for (const FactRead& one : facts_read(seen)) {
    if (one.fact == fact && one.unread()) {
      return std::string(one.what) +
             " could not be read: " + (one.why.empty() ? "no answer" : std::string(one.why));
    }
  }
  return {};
}

std::string_view told_by(const Observation& seen, Fact fact)
{
  for (const FactRead& one : facts_read(seen)) {
    if (one.fact == fact) {
      return teller(seen, one);
    }
  }
  return {};
}

std::vector<std::string> unbelieved(const Observation& seen)
{
  std::vector<std::string> reasons; // in the order of the facts; several facts may share an answer
  std::map<std::string, std::string> facts;
  for (const FactRead& one : facts_read(seen)) {
    if (teller(seen, one) != "IPL-CLU-080") {
      continue;
    }
    const std::string reason = one.why.empty() ? "no answer" : std::string(one.why);
    std::string& list = facts[reason];
    if (list.empty()) {
      reasons.push_back(reason);
    }
    list += (list.empty() ? "" : ", ") + std::string(one.what);
  }
  for (std::string& reason : reasons) {
    reason += ": " + facts[reason];
  }
  return reasons;
}

void give_up(Observation& seen, Look look, const std::string& reason)
{
  const auto mark = [&](auto& at) {
    if (at.look == Look::not_looked) {
      at.look = look;
      at.why = reason;
    }
  };
  each_fact(seen, [&](const FactRead&, auto& at) { mark(at); });
  mark(seen.kube_proxy.daemon_set);
  mark(seen.provider.release);
  mark(seen.provider.env_ip_operator);
  mark(seen.ip_operator.release);
  mark(seen.ip_operator.usage_text);
  mark(seen.verify_service);
  mark(seen.system_pods_look);
  mark(seen.chart_keepers_look);
}

} // namespace iplease
