// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support.hpp"
#include <span>
#include <string>
#include <vector>

namespace iplease::stages {

inline constexpr const char* k_metallb_selector = "app.kubernetes.io/name=metallb";
/// Selects only the pods of the chart's controller or speakers.
[[nodiscard]] std::string part_selector(const std::string& part);
/// The live name of the controller or speaker, else the one that the chart will use.
[[nodiscard]] std::string
workload_name(const Observation& seen, const Settings& want, const std::string& part);
struct Speakers {
  std::string name{};         ///< of the DaemonSet
  std::string pod_selector{}; ///< empty: watch all pods of the namespace
};
/// The reads that prove the speakers, as steps of `stage`.
[[nodiscard]] std::vector<Step> speaker_waits(const Target& target,
                                              const Settings& want,
                                              const std::string& stage,
                                              const Speakers& speakers);
/// The same, if stage metallb installs and no stage before `stage` waited for them: new speakers
/// come up while Service, pool and IP operator are made. They must be ready before the provider
/// advertises leases, or at the latest before `verify`.
[[nodiscard]] std::vector<Step> speaker_waits_left(const std::string& stage,
                                                   const Observation& seen,
                                                   const Settings& want,
                                                   std::span<const StagePlan> done);

} // namespace iplease::stages
