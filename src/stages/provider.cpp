// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/command.hpp>
#include <iplease/core/sha256.hpp>
#include <iplease/stages/values.hpp>

#include "speakers.hpp"
#include "support.hpp"

namespace iplease {

namespace {

using namespace stages;

constexpr const char* k_pod_selector = "app=akash-provider";

std::string set_name(const Settings& want)
{
  return "statefulset/" + want.provider.release.value;
}

std::string pod_name(const Settings& want)
{
  return want.provider.release.value + "-0";
}

bool pod_is_current(const Observation& seen)
{
  const ProviderSeen& provider = seen.provider;
  return provider.stateful_set.found() && provider.pod_revision.found() && provider.pod_ready &&
         provider.pod_revision.value == provider.stateful_set.value.update_revision;
}

bool env_is_on(const Observation& seen)
{
  return seen.provider.env_ip_operator.found() && seen.provider.env_ip_operator.value == "true";
}

std::string chart_version(const Observation& seen, const Settings& want)
{
  return want.provider.chart_version.value == "installed"
             ? seen.provider.release.value.chart_version
             : want.provider.chart_version.value;
}

/// Helm reads the file when the upgrade starts, minutes after it was looked at: it must still hold
/// what was planned and tried. What is assumed without a cluster is no file's content.
std::optional<FileHolds> unchanged(const Observation& seen, const ValuesDecision& values)
{
  if (seen.assumed) {
    return std::nullopt;
  }
  return FileHolds{
      .path = values.path, .sha256 = sha256_hex(values.after.reveal()), .id = "IPL-VAL-012"};
}

Step upgrade_step(const Observation& seen,
                  const Settings& want,
                  const ValuesDecision& values,
                  const std::string& reason)
{
  const ReleaseSeen& release = seen.provider.release.value;
  const std::string version = chart_version(seen, want);
  const HelmUpgrade upgrade{.release = want.provider.release.value,
                            .name_space = k_akash_ns,
                            .chart = {want.repositories.akash.value, "provider", version},
                            .values_file = values.path,
                            .install = false,
                            .timeout = want.timeout("provider")};
  return {.id = "provider/upgrade",
          .reason = reason,
          .action = Run{.command = helm_upgrade(target_of(seen, want), upgrade),
                        .holds = unchanged(seen, values)},
          .subject = "release/akash-services/" + release.name,
          .before = release_state(seen, k_akash_ns, release.name),
          .expect = release_after(seen, k_akash_ns, release.name, "provider-" + version)};
}

/// What brings the new environment into the pod where helm's upgrade alone does not.
void add_restart(StagePlan& plan,
                 const Observation& seen,
                 const Settings& want,
                 const ValuesDecision& values,
                 bool upgrade)
{
  const Target target = target_of(seen, want);
  const bool attributes_change = values.changes.size() > 1;
  const bool same_template = upgrade && !attributes_change &&
                             template_ignores_ipoperator(chart_version(seen, want),
                                                         values.facts.lets_encrypt.value_or(false));
  if (same_template || (!upgrade && pod_is_current(seen))) {
    plan.steps.push_back(
        {.id = "provider/restart",
         .reason = "this chart puts AKASH_IP_OPERATOR only into a ConfigMap, so the pod must "
                   "restart to see it",
         .action =
             Run{.command = kubectl(
                     target, {"--namespace", k_akash_ns, "rollout", "restart", set_name(want)})}});
  } else if (!seen.provider.pod_ready) {
    plan.steps.push_back(
        {.id = "provider/replace-pod",
         .reason =
             "a pod that is not Ready is not replaced by a StatefulSet upgrade" +
             (seen.provider.pod_waiting.empty() ? "" : " (" + seen.provider.pod_waiting + ")"),
         .action = Run{.command = kubectl(target,
                                          {"--namespace",
                                           k_akash_ns,
                                           "delete",
                                           "pod",
                                           pod_name(want),
                                           "--ignore-not-found",
                                           "--wait=false"})}});
  }
}

void add_proof(StagePlan& plan, const Observation& seen, const Settings& want)
{
  const Target target = target_of(seen, want);
  const std::chrono::seconds limit = want.timeout("provider");
  plan.steps.push_back(
      rollout(target, "provider/ready", {k_akash_ns, set_name(want), k_pod_selector, limit}));
  plan.steps.push_back(
      {.id = "provider/revision",
       .reason = "the running pod is of the new revision",
       .action = WaitUntil{.probe = kubectl_jsonpath(
                               target,
                               {"--namespace", k_akash_ns, set_name(want), "pod/" + pod_name(want)},
                               "{.items[0].status.updateRevision} "
                               "{.items[1].metadata.labels.controller-revision-hash}"),
                           .pattern = "^([^ ]+) \\1$",
                           .limit = std::chrono::seconds{60},
                           .what = "the pod to be of the new revision",
                           .watch = pods_of(target, k_akash_ns, k_pod_selector)},
       .failure_id = "IPL-PRV-010"});
  plan.steps.push_back({.id = "provider/environment",
                        .reason = "AKASH_IP_OPERATOR is true inside the pod",
                        .action = WaitUntil{.probe = kubectl(target,
                                                             {"--namespace",
                                                              k_akash_ns,
                                                              "exec",
                                                              pod_name(want),
                                                              "-c",
                                                              "provider",
                                                              "--",
                                                              "printenv",
                                                              "AKASH_IP_OPERATOR"},
                                                             std::chrono::seconds{20}),
                                            .pattern = "^true$",
                                            .limit = std::chrono::seconds{60},
                                            .what = "AKASH_IP_OPERATOR inside the pod",
                                            .watch = pods_of(target, k_akash_ns, k_pod_selector)},
                        .failure_id = "IPL-PRV-011"});
  plan.steps.push_back(
      {.id = "provider/status",
       .reason = "8443/status answers (through the API server)",
       .action = WaitUntil{.probe = kubectl_get_raw(
                               target,
                               "/api/v1/namespaces/akash-services/services/https:" +
                                   want.provider.release.value + ":8443/proxy/status"),
                           .pattern = "\"cluster\"",
                           .limit = limit,
                           .what = "the provider to answer on 8443/status",
                           .watch = pods_of(target, k_akash_ns, k_pod_selector)},
       .failure_id = "IPL-PRV-012"});
  if (!want.provider.status_url.value.empty()) {
    plan.steps.push_back({.id = "provider/public-status",
                          .reason = "the public address answers (certificate not verified)",
                          .action = HttpGet{.url = want.provider.status_url.value,
                                            .pattern = "\"cluster\"",
                                            .what = want.provider.status_url.value}});
  }
}

} // namespace

StagePlan
plan_provider(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  if (!seen.provider.release.found()) {
    return blocked(
        {{.id = "IPL-PRV-001",
          .what = "there is no Helm release " + want.provider.release.value + " in akash-services",
          .exit = ExitCode::blocked}});
  }
  const ValuesDecision values = decide_values(seen, want);
  if (!values.problems.empty()) {
    StagePlan plan = blocked({});
    plan.reason = "the provider values are not settled (stage provider-values)";
    return plan;
  }
  const std::string installed = seen.provider.release.value.chart_version;
  const std::string version = chart_version(seen, want);
  const bool upgrade = values.upgrade_release || version != installed ||
                       seen.provider.release.value.status != "deployed";
  if (!upgrade && env_is_on(seen) && pod_is_current(seen)) {
    return satisfied("AKASH_IP_OPERATOR is true inside the pod, chart " + version);
  }
  StagePlan plan{.verdict = Verdict::needed, .change = upgrade ? "change" : ""};
  if (seen.upgrade_trial.found() && !seen.upgrade_trial.value.empty()) {
    return blocked({{.id = "IPL-PRV-005",
                     .what = "the API server would refuse the provider upgrade",
                     .saw = seen.upgrade_trial.value,
                     .exit = ExitCode::blocked}});
  }
  plan.reason = upgrade ? "restarts " + pod_name(want) +
                              " once; bidding pauses for about a minute, leases stay"
                        : "the pod does not run with AKASH_IP_OPERATOR=true";
  plan.notes.push_back("chart version " + version +
                       " is pinned to the installed one (the guide leaves it open)");
  plan.steps = speaker_waits_left("provider", seen, want, done);
  if (upgrade) {
    plan.steps.push_back(
        upgrade_step(seen,
                     want,
                     values,
                     "ipoperator and attributes for release " + want.provider.release.value));
  }
  add_restart(plan, seen, want, values, upgrade);
  add_proof(plan, seen, want);
  return plan;
}

} // namespace iplease
