// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support.hpp"
#include <span>
#include <string>
#include <vector>

namespace iplease::stages {

inline constexpr const char* k_metallb_selector = "app.kubernetes.io/name=metallb";
/// The pods of the chart's controller or speakers alone.
[[nodiscard]] std::string part_selector(const std::string& part);
/// The name of the controller or speaker: as it is, else as the chart will give it.
[[nodiscard]] std::string
workload_name(const Observation& seen, const Settings& want, const std::string& part);
struct Speakers {
  std::string name{};         ///< of their DaemonSet
  std::string pod_selector{}; ///< empty: all pods of the namespace are watched
};
/// The reads that prove the speakers, as steps of `stage`.
[[nodiscard]] std::vector<Step> speaker_waits(const Target& target,
                                              const Settings& want,
                                              const std::string& stage,
                                              const Speakers& speakers);
/// The same, where stage metallb installs and leaves them to a later stage, and none before
/// `stage` took them: new speakers come up while Service, pool and IP operator are made. They are
/// needed before the provider advertises leases, or at last before `verify`.
[[nodiscard]] std::vector<Step> speaker_waits_left(const std::string& stage,
                                                   const Observation& seen,
                                                   const Settings& want,
                                                   std::span<const StagePlan> done);

} // namespace iplease::stages
