// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/observation.hpp>

namespace iplease {

namespace {

template <class T> Seen<T> seen(T value)
{
  return {.look = Look::seen, .value = std::move(value)};
}

ReleaseSeen provider_release()
{
  return {.name = "akash-provider",
          .name_space = "akash-services",
          .revision = 1,
          .status = "deployed",
          .chart = "provider-19.0.2",
          .chart_name = "provider",
          .chart_version = "19.0.2",
          .app_version = "0.16.2"};
}

} // namespace

Observation assumed_observation()
{
  Observation assumed;
  assumed.assumed = true;
  assumed.tools = {.kubectl = "v1.34.4", .helm = "v3.16.4", .server = "v1.34.4"};
  assumed.nodes_look = Look::seen;
  assumed.nodes.push_back({.name = "node1",
                           .ready = true,
                           .exclude_from_lb = true,
                           .no_schedule_taints = {"node-role.kubernetes.io/control-plane"}});
  assumed.namespaces = {{"kube-system", {}}, {"akash-services", {}}, {"lease", {}}};
  assumed.crds = {"providerleasedips.akash.network"};
  assumed.releases_look = Look::seen;
  assumed.releases = {provider_release()};
  assumed.metallb.pools.look = Look::absent;
  assumed.metallb.advertisements.look = Look::absent;
  assumed.metallb.bgp_advertisements.look = Look::absent;
  assumed.metallb.expose.look = Look::absent;
  assumed.kube_proxy.config = seen<std::string>("mode: \"\"\nipvs:\n  strictARP: false\n");
  assumed.provider.release = seen(provider_release());
  assumed.provider.values_revision = 1;
  // Placeholders: the plan shows none of them, and the script reads the real values from helm.
  assumed.provider.release_values = seen(
      Secret("domain: provider.example.com\nfrom: assumed\nkey: assumed\nkeysecret: assumed\n"));
  assumed.provider.stateful_set = seen(WorkloadSeen{.kind = "StatefulSet",
                                                    .name_space = "akash-services",
                                                    .name = "akash-provider",
                                                    .selector = {{"app", "akash-provider"}},
                                                    .wanted = 1,
                                                    .ready = 1,
                                                    .update_revision = "assumed"});
  assumed.provider.pod_revision = seen<std::string>("assumed");
  assumed.provider.pod_ready = true;
  assumed.provider.files = {{.path = "provider.yaml"}};
  assumed.ip_operator.release.look = Look::absent;
  assumed.ip_operator.deployment.look = Look::absent;
  assumed.ip_operator.chart_version = seen<std::string>("19.0.2");
  return assumed;
}

} // namespace iplease
