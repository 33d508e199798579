// SPDX-License-Identifier: Apache-2.0
// `--metallb adopt`: uses the installed MetalLB as it is and never reinstalls or removes it.
// Preflight checks version, namespace, metrics port and a second MetalLB.
#include <iplease/core/blocking.hpp>

#include "legacy.hpp"
#include "metallb.hpp"
#include "speakers.hpp"
#include "support.hpp"
#include <algorithm>
#include <iterator>

namespace iplease::stages {

namespace {

/// Akash's Services name no class, so a MetalLB with a class ignores them all.
bool wants_a_class(const WorkloadSeen& controller)
{
  return std::any_of(controller.args.begin(), controller.args.end(), [](const std::string& arg) {
    return arg.starts_with("--lb-class=") && arg != "--lb-class=";
  });
}

std::string installer_of(const Observation& seen, const WorkloadSeen& controller)
{
  if (metallb_release(seen) != nullptr) {
    return "Helm release " + metallb_release(seen)->name;
  }
  return controller.labels.contains("app.kubernetes.io/name") ? "Helm's labels, without a release"
                                                              : "manifests or Kubespray";
}

std::vector<Problem> adopt_problems(const Observation& seen)
{
  const WorkloadSeen* controller = metallb_controller(seen);
  if (controller == nullptr && !seen.metallb.controllers.empty()) {
    const std::string& elsewhere = seen.metallb.controllers.front().name_space;
    return {blocking("IPL-MLB-003",
                     "MetalLB runs in namespace " + elsewhere +
                         "; Akash finds it in metallb-system only",
                     "kubectl get deployments -A")};
  }
  if (controller == nullptr) {
    return {blocking("IPL-MLB-012", "there is no MetalLB to adopt", "kubectl get deployments -A")};
  }
  const std::string name = "deployment " + controller->name;
  if (reads_configmap(seen)) {
    const std::string version = seen.metallb.version.empty() ? "before 0.13" : seen.metallb.version;
    return {blocking("IPL-MLB-013", "MetalLB " + version + " cannot be adopted", name)};
  }
  std::vector<Problem> problems;
  if (wants_a_class(*controller)) {
    problems.push_back(
        blocking("IPL-MLB-014", "MetalLB serves only Services of a loadBalancerClass", name));
  }
  if (seen.metallb.speakers.empty()) {
    problems.push_back(blocking("IPL-MLB-015",
                                "MetalLB has no speakers, so no address is announced",
                                "kubectl get daemonsets -A"));
  } else if (exclusion_silences(seen)) {
    problems.push_back(
        blocking("IPL-MLB-016",
                 "every node is excluded from load balancers, and the speakers obey",
                 "label node.kubernetes.io/exclude-from-external-load-balancers on every node"));
  }
  return problems;
}

} // namespace

namespace {

/// Selects the pods of one of these workloads; if it does not exist yet, those of MetalLB's
/// manifests.
std::string selector_in(const std::vector<WorkloadSeen>& workloads, const std::string& name)
{
  const auto at = std::ranges::find(workloads, name, &WorkloadSeen::name);
  return at == workloads.end() ? "app=metallb,component=" + name : selector_of(*at, "app=metallb");
}

} // namespace

Command controller_pods(const Observation& seen, const Settings& want)
{
  const WorkloadSeen* controller = metallb_controller(seen);
  const bool by_chart = want.metallb.install.value == MetallbInstall::helm;
  const std::string usual =
      by_chart ? part_selector("controller") : "app=metallb,component=controller";
  return pods_of(target_of(seen, want),
                 k_metallb_ns,
                 controller == nullptr ? usual : selector_of(*controller, usual));
}

bool metallb_is_ready(const Observation& seen)
{
  const WorkloadSeen* controller = metallb_controller(seen);
  return controller != nullptr && controller->ready > 0 &&
         controller->ready >= controller->wanted && !seen.metallb.speakers.empty() &&
         seen.metallb.speakers.front().ready > 0;
}

void add_workload_proof(StagePlan& plan,
                        const Observation& seen,
                        const Settings& want,
                        const std::string& controller,
                        const std::string& speaker)
{
  const Target target = target_of(seen, want);
  const std::chrono::seconds limit = want.timeout("metallb");
  plan.steps.push_back(rollout(target,
                               "metallb/controller-ready",
                               {.name_space = k_metallb_ns,
                                .workload = "deployment/" + controller,
                                .pod_selector = selector_in(seen.metallb.controllers, controller),
                                .limit = limit}));
  std::ranges::move(
      speaker_waits(target,
                    want,
                    "metallb",
                    {.name = speaker, .pod_selector = selector_in(seen.metallb.speakers, speaker)}),
      std::back_inserter(plan.steps));
}

StagePlan plan_metallb_adopt(const Observation& seen, const Settings& want)
{
  if (auto problems = adopt_problems(seen); !problems.empty()) {
    return blocked(std::move(problems));
  }
  const WorkloadSeen& controller = *metallb_controller(seen);
  const std::string what =
      "MetalLB " + seen.metallb.version + " (" + installer_of(seen, controller) + ")";
  if (metallb_is_ready(seen)) {
    return satisfied(what + " is used as it is");
  }
  if (controller.wanted == 0) {
    return blocked({scaled_to_zero(controller)});
  }
  StagePlan plan{.verdict = Verdict::needed, .reason = what + " is not ready yet"};
  add_workload_proof(plan, seen, want, controller.name, seen.metallb.speakers.front().name);
  return plan;
}

} // namespace iplease::stages
