// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cluster/helm.hpp>
#include <iplease/cluster/kubectl.hpp>
#include <iplease/core/names.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <chrono>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace iplease::stages {

[[nodiscard]] inline StagePlan satisfied(std::string reason)
{
  return {.verdict = Verdict::satisfied, .reason = std::move(reason)};
}

[[nodiscard]] inline StagePlan blocked(std::vector<Problem> problems)
{
  StagePlan plan{.verdict = Verdict::blocked};
  plan.reason = problems.empty() ? "blocked" : problems.front().what;
  plan.problems = std::move(problems);
  return plan;
}

/// Whether an earlier stage of this plan writes.
[[nodiscard]] bool any_change(std::span<const StagePlan> done);
[[nodiscard]] const StagePlan* find_stage(std::span<const StagePlan> done, std::string_view id);

/// The pod labels of a workload that was seen, "a=b,c=d"; else `otherwise`.
[[nodiscard]] std::string selector_of(const WorkloadSeen& workload, std::string otherwise);
/// A workload that wants no pod is a problem: `kubectl rollout status` calls it ready.
[[nodiscard]] Problem scaled_to_zero(const WorkloadSeen& workload);

/// The pods of a namespace as JSON, which show why a wait waits.
[[nodiscard]] Command
pods_of(const Target& target, const std::string& name_space, const std::string& selector);
/// A workload to wait for: "deployment/metallb-controller".
struct Rollout {
  std::string name_space{};
  std::string workload{};
  std::string pod_selector{}; ///< empty: watch all pods of the namespace
  std::chrono::seconds limit{};
};
/// `kubectl rollout status`, a read that ends when the workload is ready.
[[nodiscard]] Step rollout(const Target& target, std::string id, const Rollout& of);

/// "operator-ip:rest" for the API server's proxy: of the live IP operator, else of the chart that
/// this plan would install.
[[nodiscard]] std::string operator_service(const Observation& seen, const Settings& want);

/// How many addresses the wanted pool has, as MetalLB counts them.
[[nodiscard]] std::uint64_t pool_count(const Settings& want);
/// A whole number as Prometheus prints it (Go's %g with shortest precision).
[[nodiscard]] std::string metric_number(std::uint64_t number);

/// The release with that name; null if helm lists none.
[[nodiscard]] const ReleaseSeen*
find_release(const Observation& seen, std::string_view name_space, std::string_view name);

} // namespace iplease::stages
