// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/templates.hpp>

#include "change.hpp"
#include "subjects.hpp"
#include "support.hpp"
#include "undo.hpp"

namespace iplease {

namespace {

/// The speaker needs host network and NET_RAW, so a cluster that enforces `baseline` rejects its
/// pods. MetalLB's own manifests carry all three keys since 0.13.
constexpr const char* k_keys[] = {"pod-security.kubernetes.io/enforce",
                                  "pod-security.kubernetes.io/audit",
                                  "pod-security.kubernetes.io/warn"};

/// The labels that must change; the operator's others stay.
stages::Change missing_labels(const Observation& seen)
{
  stages::Change change("namespace metallb-system", seen.metallb.namespace_version);
  const auto& labels = seen.namespaces.at(k_metallb_ns);
  for (const char* key : k_keys) {
    const auto label = labels.find(key);
    const std::string was = label == labels.end() ? "" : label->second;
    if (was != "privileged") {
      change.set({"metadata", "labels", key}, "privileged", was);
    }
  }
  return change;
}

/// The same labels with their old values, for `undo`.
std::vector<FieldChange> label_changes(const Observation& seen)
{
  std::vector<FieldChange> changes;
  for (const char* key : k_keys) {
    const std::string was =
        stages::field_now(seen, "namespace/metallb-system", std::string("labels/") + key);
    if (was != R"("privileged")") {
      changes.push_back(
          {.field = std::string("labels/") + key, .was = was, .is = R"("privileged")"});
    }
  }
  return changes;
}

} // namespace

std::string namespace_state(const Observation& seen)
{
  const auto at = seen.namespaces.find(k_metallb_ns);
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
  plan.notes.emplace_back(
      "labelled before MetalLB is installed: a cluster that enforces pod security "
      "would reject the speakers otherwise (the guide labels afterwards)");
  const Target target = target_of(seen, want);
  Command command;
  if (state == "absent") {
    command = kubectl_create(target, std::string(template_text("namespace")));
  } else {
    const stages::Change change = missing_labels(seen);
    plan.notes.push_back(change.words());
    command =
        kubectl_patch(target, {.resource = "namespace", .name = k_metallb_ns}, change.patch());
  }
  plan.steps.push_back({.id = "namespace/apply",
                        .reason = plan.reason,
                        .action = Run{.command = std::move(command)},
                        .subject = "namespace/metallb-system",
                        .before = state,
                        .expect = "privileged",
                        .fields = label_changes(seen),
                        .proves = state == "absent" ? "metallb-system made, with labels"
                                                    : "metallb-system labelled"});
  return plan;
}

} // namespace iplease
