// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/templates.hpp>

#include "subjects.hpp"
#include "support.hpp"

namespace iplease {

namespace {

/// The speaker needs host network and NET_RAW, so a cluster that enforces `baseline` rejects its
/// pods; all three keys, as MetalLB's own manifests carry them since 0.13.
constexpr const char* k_keys[] = {"pod-security.kubernetes.io/enforce",
                                  "pod-security.kubernetes.io/audit",
                                  "pod-security.kubernetes.io/warn"};

} // namespace

std::string namespace_state(const Observation& seen)
{
  const auto at = seen.namespaces.find(stages::k_metallb_ns);
  if (at == seen.namespaces.end()) {
    return "absent";
  }
  for (const char* key : k_keys) {
    const auto label = at->second.find(key);
    if (label == at->second.end() || label->second != "privileged") {
      return "unlabelled";
    }
  }
  return "privileged";
}

StagePlan plan_name_space(const Observation& seen, const Settings& want, std::span<const StagePlan>)
{
  const std::string state = namespace_state(seen);
  if (state == "privileged") {
    return stages::satisfied("privileged labels present");
  }
  StagePlan plan{.verdict = Verdict::needed};
  plan.change = state == "absent" ? "create" : "change";
  plan.reason = state == "absent" ? "namespace metallb-system not found"
                                  : "pod-security labels missing on metallb-system";
  plan.notes.push_back("labelled before MetalLB is installed: a cluster that enforces pod security "
                       "would reject the speakers otherwise (the guide labels afterwards)");
  plan.steps.push_back(
      {.id = "namespace/apply",
       .reason = plan.reason,
       .action = Run{.command = kubectl_apply(target_of(seen, want),
                                              std::string(template_text("namespace")))},
       .subject = "namespace/metallb-system",
       .before = state,
       .expect = "privileged"});
  return plan;
}

} // namespace iplease
