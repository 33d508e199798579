// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <string>

namespace iplease::stages {

/// The guide's version; the newest that still serves plain HTTP metrics is 0.15.3.
inline constexpr const char* k_metallb_default = "0.14.8";
inline constexpr const char* k_metallb_oldest = "0.13.5";
inline constexpr const char* k_metallb_newest = "0.15.3";

/// The Helm release of MetalLB in metallb-system, whatever its name; nullptr if there is none.
[[nodiscard]] const ReleaseSeen* metallb_release(const Observation& seen);
/// The controller in metallb-system; nullptr if there is none.
[[nodiscard]] const WorkloadSeen* metallb_controller(const Observation& seen);
/// The version that will run after the stage.
[[nodiscard]] std::string metallb_version(const Observation& seen, const Settings& want);
/// kubeadm labels control-plane nodes. If every node has the label, nothing is announced.
[[nodiscard]] bool every_node_excluded(const Observation& seen);
/// "yes", "no", or "" if no speaker was seen.
[[nodiscard]] std::string speakers_ignore_exclude(const Observation& seen);
/// Whether every node has that label and the running speakers heed it, as they do since 0.14.2.
[[nodiscard]] bool exclusion_silences(const Observation& seen);
/// Chart values: iplease's, derived from the nodes, with the operator's laid over them.
[[nodiscard]] nlohmann::ordered_json metallb_values(const Observation& seen, const Settings& want);
/// Controller and at least one speaker are ready.
[[nodiscard]] bool metallb_is_ready(const Observation& seen);
/// The pods of MetalLB's controller. It answers the webhook and the metrics, so whatever waits for
/// either watches them.
[[nodiscard]] Command controller_pods(const Observation& seen, const Settings& want);
/// Adds the reads that prove workloads with these names.
void add_workload_proof(StagePlan& plan,
                        const Observation& seen,
                        const Settings& want,
                        const std::string& controller,
                        const std::string& speaker);
/// `--metallb adopt` and `--metallb kubespray`.
[[nodiscard]] StagePlan plan_metallb_adopt(const Observation& seen, const Settings& want);
[[nodiscard]] StagePlan plan_metallb_kubespray(const Observation& seen, const Settings& want);
} // namespace iplease::stages
