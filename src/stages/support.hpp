// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cluster/helm.hpp>
#include <iplease/cluster/kubectl.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <chrono>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace iplease::stages {

inline constexpr const char* k_metallb_ns = "metallb-system";
inline constexpr const char* k_akash_ns = "akash-services";

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

/// The pods of a namespace as JSON: what a wait shows when it says why it waits.
[[nodiscard]] Command
pods_of(const Target& target, const std::string& name_space, const std::string& selector);
/// A workload that is waited for: "deployment/metallb-controller".
struct Rollout {
  std::string name_space{};
  std::string workload{};
  std::string pod_selector{}; ///< empty: all pods of the namespace are watched
  std::chrono::seconds limit{};
};
/// `kubectl rollout status`, a read that ends when the workload is ready.
[[nodiscard]] Step rollout(const Target& target, std::string id, const Rollout& of);

/// How many addresses the wanted pool has, as MetalLB counts them.
[[nodiscard]] std::uint64_t pool_count(const Settings& want);
/// A whole number as Prometheus prints it (Go's %g with shortest precision).
[[nodiscard]] std::string metric_number(std::uint64_t number);

/// "absent", or "<status> <chart> revision <n>": a Helm release as one comparable line.
[[nodiscard]] std::string
release_state(const Observation& seen, const std::string& name_space, const std::string& name);
/// The same after one more successful helm upgrade to `chart` ("metallb-0.14.8").
[[nodiscard]] std::string release_after(const Observation& seen,
                                        const std::string& name_space,
                                        const std::string& name,
                                        const std::string& chart);

} // namespace iplease::stages
