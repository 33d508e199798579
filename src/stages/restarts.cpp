// SPDX-License-Identifier: Apache-2.0
#include "restarts.hpp"

#include <iplease/core/version.hpp>
#include <iplease/facts/provider.hpp>

#include "support.hpp"

namespace iplease::stages {
namespace {

bool pod_is_current(const ProviderSeen& provider)
{
  return provider.stateful_set.found() && provider.pod_revision.found() &&
         provider.pod_revision.value == provider.stateful_set.value.update_revision;
}

} // namespace

OperatorNames operator_names(const Observation& seen, const std::string& chart_version)
{
  // Charts before 9 name everything akash-ip-operator and serve port `api`.
  const bool old = version_older(chart_version, "9.0.0") && !chart_version.empty();
  OperatorNames names = old ? OperatorNames{"deployment/akash-ip-operator",
                                            "akash-ip-operator:api",
                                            "app=akash-ip-operator"}
                            : OperatorNames{"deployment/operator-ip",
                                            "operator-ip:rest",
                                            "app.kubernetes.io/instance=ip-service"};
  const IpOperatorSeen& live = seen.ip_operator;
  const std::string there = "deployment/" + live.deployment.value.name;
  if (live.deployment.found() && (chart_version.empty() || there == names.workload)) {
    names.workload = there;
    names.service = live.service.empty() ? names.service : live.service;
    names.selector = selector_of(live.deployment.value, names.selector);
  }
  return names;
}

std::string why_restart_operator(const Observation& seen, const Settings& want, bool readdress)
{
  const IpOperatorSeen& live = seen.ip_operator;
  const std::string& address = want.provider.address.value;
  if (!live.deployment.found() || live.deployment.value.wanted == 0) {
    return {};
  }
  if (live.deployment.value.ready == 0) {
    return "a pod that crashed starts again only after its back-off, a new one at once";
  }
  if (live.barrier) {
    return "a stuck IP operator never looks again by itself";
  }
  // Its environment comes from a ConfigMap without a checksum, so the pod does not restart by
  // itself.
  const bool runs_other = live.running_address.found() && live.running_address.value != address;
  return readdress || runs_other ? "a running IP operator keeps its old address" : "";
}

Step restart_operator(const Observation& seen,
                      const Settings& want,
                      const OperatorNames& names,
                      const std::string& why)
{
  return {.id = "ip-operator/restart",
          .reason = why,
          .action = Run{.command = kubectl(
                            target_of(seen, want),
                            {"--namespace", k_akash_ns, "rollout", "restart", names.workload})}};
}

std::vector<Step> refresh_operator(const Observation& seen, const Settings& want)
{
  // The IP operator looks again at any ConfigMap event in metallb-system (observed on the real
  // one).
  constexpr const char* manifest =
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: iplease-refresh\n"
      "  namespace: metallb-system\n";
  const Target target = target_of(seen, want);
  return {
      {.id = "ip-operator/refresh",
       .reason = "a ConfigMap event in metallb-system makes the IP operator read the pools at once",
       .action = Run{.command = kubectl_apply(target, manifest)}},
      {.id = "ip-operator/refresh-cleanup",
       .reason = "remove the ConfigMap again",
       .action = Run{.command = kubectl(target,
                                        {"--namespace",
                                         k_metallb_ns,
                                         "delete",
                                         "configmap",
                                         "iplease-refresh",
                                         "--ignore-not-found"})},
       .cleanup = true}};
}

std::vector<Step> operator_proof(const Observation& seen,
                                 const Settings& want,
                                 const OperatorNames& names,
                                 std::uint64_t total)
{
  const Target target = target_of(seen, want);
  const std::string count = std::to_string(total);
  std::vector<Step> steps{rollout(target,
                                  "ip-operator/ready",
                                  {.name_space = k_akash_ns,
                                   .workload = names.workload,
                                   .pod_selector = names.selector,
                                   .limit = want.timeout("ip-operator")})};
  steps.push_back(
      {.id = "ip-operator/usage",
       .reason = "/usage counts the " + count + " addresses of the pool",
       .action = WaitUntil{.probe = kubectl_get_raw(target,
                                                    "/api/v1/namespaces/akash-services/services/" +
                                                        names.service + "/proxy/usage"),
                           .pattern = "\"Available\":" + count + "[,}]",
                           .limit = want.timeout("ip-operator"),
                           .what = "the IP operator to count " + count + " addresses",
                           .watch = pods_of(target, k_akash_ns, names.selector)},
       .pays = {"ip-operator-look"},
       .failure_id = "IPL-IPO-003",
       .proves = "/usage counts " + count + " addresses"});
  return steps;
}

ProviderRestart provider_restart(const Observation& seen, bool upgrade, bool same_template)
{
  const ProviderSeen& provider = seen.provider;
  const bool current = pod_is_current(provider);
  if (same_template || (!upgrade && current && provider.pod_ready)) {
    return ProviderRestart::roll;
  }
  return !provider.pod_ready || (!upgrade && !current) ? ProviderRestart::replace
                                                       : ProviderRestart::none;
}

Step roll_provider(const Observation& seen, const Settings& want)
{
  return {.id = "provider/restart",
          .reason = "this chart puts AKASH_IP_OPERATOR only into a ConfigMap, so the pod must "
                    "restart to see it",
          .action = Run{.command = kubectl(target_of(seen, want),
                                           {"--namespace",
                                            k_akash_ns,
                                            "rollout",
                                            "restart",
                                            facts::provider_names(seen, want).workload()})},
          .proves = "restarted"};
}

std::vector<Step>
replace_provider(const Observation& seen, const Settings& want, const std::string& why)
{
  const facts::ProviderNames names = facts::provider_names(seen, want);
  const std::string& pod = names.pod;
  const Target target = target_of(seen, want);
  // kubectl's own wait looks at the pod and then lists by name. If the new pod of the same name
  // comes between, it waits for that one to go, forever (k8s.io/kubectl pkg/cmd/wait/delete.go;
  // seen with 1.34).
  // Deletes by revision, so that a pod that has already replaced it stays.
  const std::string& revision = seen.provider.pod_revision.value;
  std::vector<std::string> words{"--namespace", k_akash_ns, "delete", "pod"};
  if (revision.empty()) {
    words.insert(words.end(), {pod, "--ignore-not-found"});
  } else {
    words.insert(words.end(), {"-l", names.selector + ",controller-revision-hash=" + revision});
  }
  words.emplace_back("--wait=false");
  return {{.id = "provider/replace-pod",
           .reason = why,
           .action = Run{.command = kubectl(target, std::move(words))}},
          {.id = "provider/replaced",
           .reason = "the old pod is gone, the new one is there",
           .action =
               WaitUntil{.probe = kubectl_jsonpath(target,
                                                   {"--namespace", k_akash_ns, "pod/" + pod},
                                                   "{.metadata.deletionTimestamp}/{.metadata.name}"
                                                   " on {.spec.nodeName}"),
                         .pattern = "^/" + pod + " on", // no node yet if it is not scheduled
                         .limit = want.timeout("provider"),
                         .what = "a new pod in the place of the old",
                         .watch = pods_of(target, k_akash_ns, names.selector)},
           .failure_id = "IPL-PRV-026"}};
}

Step provider_answers(const Observation& seen, const Settings& want)
{
  const Target target = target_of(seen, want);
  const facts::ProviderNames names = facts::provider_names(seen, want);
  return {.id = "provider/status",
          .reason = "8443/status answers (through the API server)",
          .action =
              WaitUntil{.probe = kubectl_get_raw(target,
                                                 "/api/v1/namespaces/akash-services/services/" +
                                                     names.status() + "/proxy/status"),
                        .pattern = "\"cluster\"",
                        .limit = want.timeout("provider"),
                        .what = "the provider to answer on 8443/status",
                        .watch = pods_of(target, k_akash_ns, names.selector)},
          .failure_id = "IPL-PRV-012"};
}

std::vector<Step>
provider_proof(const Observation& seen, const Settings& want, const std::string& environment)
{
  const Target target = target_of(seen, want);
  const facts::ProviderNames names = facts::provider_names(seen, want);
  const std::string& pods = names.selector;
  std::vector<Step> steps{rollout(
      target, "provider/ready", {k_akash_ns, names.workload(), pods, want.timeout("provider")})};
  steps.push_back(
      {.id = "provider/revision",
       .reason = "the running pod is of the new revision",
       .action = WaitUntil{.probe = kubectl_jsonpath(
                               target,
                               {"--namespace", k_akash_ns, names.workload(), "pod/" + names.pod},
                               "{.items[0].status.updateRevision} "
                               "{.items[1].metadata.labels.controller-revision-hash}"),
                           .pattern = "^([^ ]+) \\1$",
                           .limit = std::chrono::seconds{60},
                           .what = "the pod to be of the new revision",
                           .watch = pods_of(target, k_akash_ns, pods)},
       .failure_id = "IPL-PRV-010"});
  steps.push_back({.id = "provider/environment",
                   .reason = "AKASH_IP_OPERATOR is " + environment + " inside the pod",
                   .action = WaitUntil{.probe = kubectl(target,
                                                        {"--namespace",
                                                         k_akash_ns,
                                                         "exec",
                                                         names.pod,
                                                         "-c",
                                                         "provider",
                                                         "--",
                                                         "printenv",
                                                         "AKASH_IP_OPERATOR"},
                                                        std::chrono::seconds{20}),
                                       .pattern = "^" + environment + "$",
                                       .limit = std::chrono::seconds{60},
                                       .what = "AKASH_IP_OPERATOR inside the pod",
                                       .watch = pods_of(target, k_akash_ns, pods)},
                   .failure_id = "IPL-PRV-011",
                   .proves = "AKASH_IP_OPERATOR " + environment + " in its pod"});
  steps.push_back(provider_answers(seen, want));
  if (!want.provider.status_url.value.empty()) {
    steps.push_back({.id = "provider/public-status",
                     .reason = "the public address answers (certificate not verified)",
                     .action = HttpGet{.url = want.provider.status_url.value,
                                       .pattern = "\"cluster\"",
                                       .what = want.provider.status_url.value}});
  }
  return steps;
}

} // namespace iplease::stages
