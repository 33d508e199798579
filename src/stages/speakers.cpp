// SPDX-License-Identifier: Apache-2.0
#include "speakers.hpp"

#include <iplease/cluster/parse.hpp>
#include <iplease/facts/metallb.hpp>

#include "metallb.hpp"

namespace iplease::stages {

std::string workload_name(const Observation& seen, const Settings& want, const std::string& part)
{
  const facts::Metallb now = facts::metallb(seen).value;
  const std::string& live = part == "speaker" ? now.speaker : now.controller;
  // Nothing of manifests before 0.13 stays: the chart brings its own names.
  if (!live.empty() && (!now.release.empty() || !before_0_13(now.version))) {
    return live;
  }
  std::string full_name;
  if (!want.metallb.values_json.value.empty()) {
    const auto values = parsed_json(want.metallb.values_json.value);
    const auto given = values.find("fullnameOverride");
    full_name = given != values.end() && given->is_string() ? given->get<std::string>() : "";
  }
  return facts::future_name(now.release.empty() ? "metallb" : now.release, full_name, part);
}

std::string part_selector(const std::string& part)
{
  return std::string(k_metallb_selector) + ",app.kubernetes.io/component=" + part;
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
  // `rollout status` also succeeds for a DaemonSet that wants no pod.
  waits.push_back(
      {.id = stage + "/speakers-exist",
       .reason = "at least one node runs a speaker",
       .action = WaitUntil{
           .probe = kubectl_jsonpath(target,
                                     {"--namespace", k_metallb_ns, "daemonset", speakers.name},
                                     "{.status.numberReady}"),
           .pattern = "^[1-9]",
           .limit = std::chrono::seconds{30},
           .what = "a ready speaker",
           .watch = pods_of(target, k_metallb_ns, speakers.pod_selector)}});
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
  return speaker_waits(target_of(seen, want),
                       want,
                       stage,
                       {workload_name(seen, want, "speaker"), part_selector("speaker")});
}

} // namespace iplease::stages
