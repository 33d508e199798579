// SPDX-License-Identifier: Apache-2.0
#include "speakers.hpp"

#include "metallb.hpp"

namespace iplease::stages {

std::string workload_name(const std::string& release, const std::string& part)
{
  return release.find("metallb") != std::string::npos ? release + "-" + part
                                                      : release + "-metallb-" + part;
}

std::vector<Step> speaker_waits(const Target& target,
                                const Settings& want,
                                const std::string& stage,
                                const Speakers& speakers)
{
  std::vector<Step> waits{rollout(target,
                                  stage + "/speakers-ready",
                                  {.name_space = k_metallb_ns,
                                   .workload = "daemonset/" + speakers.name,
                                   .pod_selector = speakers.pod_selector,
                                   .limit = want.timeout("metallb")})};
  // rollout status also says "done" for a DaemonSet that wants no pod at all.
  waits.push_back(
      {.id = stage + "/speakers-exist",
       .reason = "at least one node runs a speaker",
       .action = WaitUntil{
           .probe = kubectl_jsonpath(target,
                                     {"--namespace", k_metallb_ns, "daemonset", speakers.name},
                                     "{.status.numberReady}"),
           .pattern = "^[1-9]",
           .limit = std::chrono::seconds{30},
           .what = "a ready speaker"}});
  return waits;
}

std::vector<Step> speaker_waits_left(const std::string& stage,
                                     const Observation& seen,
                                     const Settings& want,
                                     std::span<const StagePlan> done)
{
  bool installs = false;
  bool waited = false;
  for (const StagePlan& one : done) {
    for (const Step& step : one.steps) {
      installs = installs || step.id == "metallb/install";
      waited = waited || step.id.ends_with("/speakers-ready");
    }
  }
  if (!installs || waited) {
    return {};
  }
  const ReleaseSeen* release = metallb_release(seen);
  const std::string name = release != nullptr ? release->name : "metallb";
  return speaker_waits(
      target_of(seen, want), want, stage, {workload_name(name, "speaker"), k_metallb_selector});
}

} // namespace iplease::stages
