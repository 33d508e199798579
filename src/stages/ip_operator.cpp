// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/bech32.hpp>
#include <iplease/core/version.hpp>
#include <iplease/stages/values.hpp>
#include <iplease/yaml/emit.hpp>

#include "pool.hpp"
#include "support.hpp"

namespace iplease {

namespace {

using namespace stages;

constexpr const char* k_release = "akash-ip-operator";
constexpr const char* k_chart = "akash-ip-operator";

/// Charts before 9 name everything akash-ip-operator and serve port `api`.
struct Names {
  std::string workload;
  std::string service;
  std::string selector;
};

Names names_for(const std::string& chart_version)
{
  if (version_older(chart_version, "9.0.0")) {
    return {"deployment/akash-ip-operator", "akash-ip-operator:api", "app=akash-ip-operator"};
  }
  return {"deployment/operator-ip", "operator-ip:rest", "app.kubernetes.io/instance=ip-service"};
}

const ReleaseSeen* release_of(const Observation& seen)
{
  return seen.ip_operator.release.found() ? &seen.ip_operator.release.value : nullptr;
}

/// Exact when set; otherwise the installed one while it matches the provider, else the newest
/// chart with the provider's appVersion (chart numbers do not always match).
std::string wanted_chart(const Observation& seen, const Settings& want)
{
  if (want.ip_operator_chart_version.value != "auto") {
    return want.ip_operator_chart_version.value;
  }
  const ReleaseSeen* release = release_of(seen);
  if (release != nullptr && seen.provider.release.found() &&
      release->app_version == seen.provider.release.value.app_version) {
    return release->chart_version;
  }
  return seen.ip_operator.chart_version.value;
}

Step install_step(const Observation& seen,
                  const Settings& want,
                  const std::string& version,
                  const std::string& image_tag,
                  const std::string& reason)
{
  nlohmann::ordered_json values = {{"provider_address", want.provider.address.value}};
  const bool installed = release_of(seen) != nullptr;
  if (!image_tag.empty()) {
    values["image"]["tag"] = image_tag; // the provider's own override: both must be of one version
  } else if (installed) {
    values["image"]["tag"] = nullptr; // Helm takes the release's old override away
  }
  const HelmUpgrade upgrade{.release = k_release,
                            .name_space = k_akash_ns,
                            .chart = {want.repositories.akash.value, k_chart, version},
                            .values_file = "-",
                            .values = emit_yaml(values),
                            .timeout = want.timeout("ip-operator")};
  Command command = helm_upgrade(target_of(seen, want), upgrade);
  if (installed) {
    // The operator's own chart values stay; ours are laid over them and new defaults come in.
    command.argv.emplace_back("--reset-then-reuse-values");
  }
  return {.id = "ip-operator/install",
          .reason = reason,
          .action = Run{.command = std::move(command)},
          .subject = std::string("release/akash-services/") + k_release,
          .before = release_state(seen, k_akash_ns, k_release),
          .expect =
              release_after(seen, k_akash_ns, k_release, std::string(k_chart) + "-" + version)};
}

void add_refresh(StagePlan& plan, const Target& target)
{
  // The operator looks again at any ConfigMap event in metallb-system (observed on the real one).
  constexpr const char* manifest =
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: iplease-refresh\n"
      "  namespace: metallb-system\n";
  plan.steps.push_back(
      {.id = "ip-operator/refresh",
       .reason = "a ConfigMap event in metallb-system makes the IP operator read the pools at once",
       .action = Run{.command = kubectl_apply(target, manifest)}});
  plan.steps.push_back({.id = "ip-operator/refresh-cleanup",
                        .reason = "remove the ConfigMap again",
                        .action = Run{.command = kubectl(target,
                                                         {"--namespace",
                                                          k_metallb_ns,
                                                          "delete",
                                                          "configmap",
                                                          "iplease-refresh",
                                                          "--ignore-not-found"})},
                        .cleanup = true});
}

void add_proof(StagePlan& plan, const Observation& seen, const Settings& want, const Names& names)
{
  const Target target = target_of(seen, want);
  const std::string total = std::to_string(pool_count(want));
  plan.steps.push_back(rollout(target,
                               "ip-operator/ready",
                               {.name_space = k_akash_ns,
                                .workload = names.workload,
                                .pod_selector = names.selector,
                                .limit = want.timeout("ip-operator")}));
  plan.steps.push_back(
      {.id = "ip-operator/usage",
       .reason = "/usage counts the " + total + " addresses of the pool",
       .action = WaitUntil{.probe = kubectl_get_raw(target,
                                                    "/api/v1/namespaces/akash-services/services/" +
                                                        names.service + "/proxy/usage"),
                           .pattern = "\"Available\":" + total + "[,}]",
                           .limit = want.timeout("ip-operator"),
                           .what = "the IP operator to count " + total + " addresses",
                           .watch = pods_of(target, k_akash_ns, names.selector)},
       .pays = {"ip-operator-look"},
       .failure_id = "IPL-IPO-003"});
}

std::vector<Problem>
operator_problems(const Observation& seen, const Settings& want, const std::string& version)
{
  std::vector<Problem> problems;
  if (version.empty() && seen.ip_operator.chart_version.look == Look::unreachable) {
    problems.push_back({.id = "IPL-HELM-054",
                        .what = "the Akash chart repository does not answer",
                        .saw = seen.ip_operator.chart_version.why,
                        .exit = ExitCode::blocked});
  } else if (version.empty() && !seen.assumed) {
    problems.push_back({.id = "IPL-IPO-001",
                        .what = "no akash-ip-operator chart has the provider's appVersion " +
                                seen.provider.release.value.app_version,
                        .saw = seen.ip_operator.chart_version.why,
                        .exit = ExitCode::blocked});
  }
  if (const auto why = why_not_akash_address(want.provider.address.value)) {
    problems.push_back(
        {.id = "IPL-PRV-008",
         .what = "the provider address " + want.provider.address.value + " is not usable: " + *why,
         .saw = want.provider.address.where,
         .exit = ExitCode::blocked});
  }
  const ReleaseSeen* release = release_of(seen);
  if (release != nullptr && release->status.starts_with("pending-") &&
      !seen.memory.helm_in_flight.contains(std::string(k_akash_ns) + "/" + k_release)) {
    problems.push_back({.id = "IPL-HELM-002",
                        .what = std::string("release ") + k_release + " is " + release->status +
                                " by another helm since " + release->updated,
                        .exit = ExitCode::locked});
  }
  return problems;
}

Step heal_step(const Target& target, const ReleaseSeen& release)
{
  const bool first = release.status == "pending-install";
  return {.id = "ip-operator/heal",
          .reason = "our own interrupted helm left the release " + release.status,
          .action = Run{.command = helm(target,
                                        {first ? "uninstall" : "rollback",
                                         release.name,
                                         "--namespace",
                                         release.name_space})}};
}

/// What the live IP operator already has right.
struct Standing {
  bool installed = false;     ///< the wanted chart, deployed
  bool address_right = false; ///< of the release
  bool runs_right = false;    ///< of the running pod; true when it could not be seen
  bool ready = false;
  bool counts_pool = false;

  [[nodiscard]] bool good() const
  {
    return installed && address_right && runs_right && ready && counts_pool;
  }
};

Standing standing_of(const Observation& seen, const Settings& want, const std::string& version)
{
  const ReleaseSeen* release = release_of(seen);
  const IpOperatorSeen& live = seen.ip_operator;
  const std::string& address = want.provider.address.value;
  return {.installed = release != nullptr && release->status == "deployed" &&
                       release->chart_version == version,
          .address_right = live.provider_address.found() && live.provider_address.value == address,
          .runs_right = !live.running_address.found() || live.running_address.value == address,
          .ready = live.deployment.found() && live.deployment.value.ready > 0,
          .counts_pool = live.available == static_cast<std::int64_t>(pool_count(want))};
}

std::string why_install(const ReleaseSeen* release, const Settings& want, const Standing& standing)
{
  if (release == nullptr) {
    return "the IP operator is not installed";
  }
  return !standing.installed
             ? "release " + release->name + " is " + release->status + " " + release->chart
             : "provider_address of the IP operator is not " + want.provider.address.value;
}

/// A restart where the pod that runs keeps what it should not; else only a fresh look.
void add_new_look(StagePlan& plan,
                  const Target& target,
                  const Standing& standing,
                  bool barrier,
                  const std::string& workload)
{
  if (!standing.ready) {
    return;
  }
  if (!standing.address_right || !standing.runs_right || barrier) {
    // Environment comes from a ConfigMap without a checksum; discovery is tried once per process.
    plan.steps.push_back(
        {.id = "ip-operator/restart",
         .reason = barrier ? "a stuck IP operator never looks again by itself"
                           : "a running IP operator keeps its old address",
         .action = Run{.command = kubectl(
                           target, {"--namespace", k_akash_ns, "rollout", "restart", workload})}});
  } else if (standing.installed) {
    add_refresh(plan, target);
  }
}

} // namespace

StagePlan
plan_ip_operator(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  const std::string version = wanted_chart(seen, want);
  std::vector<Problem> problems = operator_problems(seen, want, version);
  if (!problems.empty()) {
    return blocked(std::move(problems));
  }
  const Target target = target_of(seen, want);
  const Names names = names_for(version);
  const ReleaseSeen* release = release_of(seen);
  const bool barrier = seen.ip_operator.barrier;
  const Standing standing = standing_of(seen, want, version);
  const StagePlan* pool = find_stage(done, "pool");
  const bool pool_settled = pool == nullptr || pool->verdict == Verdict::satisfied;
  if (standing.good() && pool_settled) {
    return satisfied("chart " + version + ", /usage counts " + std::to_string(pool_count(want)) +
                     " addresses");
  }
  StagePlan plan{.verdict = Verdict::needed};
  if (!standing.installed || !standing.address_right) {
    plan.change = release == nullptr ? "create" : "change";
    plan.reason = why_install(release, want, standing);
    if (release != nullptr && release->status.starts_with("pending-")) {
      plan.steps.push_back(heal_step(target, *release));
    }
    const ValuesDecision values = decide_values(seen, want);
    plan.steps.push_back(install_step(seen, want, version, values.facts.image_tag, plan.reason));
  } else {
    plan.reason =
        barrier ? "the IP operator's barrier is locked" : "/usage does not count the pool yet";
  }
  add_new_look(plan, target, standing, barrier, names.workload);
  add_proof(plan, seen, want, names);
  return plan;
}

} // namespace iplease
