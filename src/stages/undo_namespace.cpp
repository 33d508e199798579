// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/json.hpp>

#include "change.hpp"
#include "metallb.hpp"
#include "subjects.hpp"
#include "support.hpp"
#include "undo.hpp"
#include <algorithm>

namespace iplease {

namespace {

using namespace stages;

constexpr const char* k_namespace_subject = "namespace/metallb-system";
/// Lists what is left in the namespace.
constexpr const char* k_left_path =
    R"(jsonpath=left:{range .items[*]} {.kind}/{.metadata.name}{end})";

std::string foreign_labels(const Observation& seen)
{
  std::string found;
  for (const auto& [key, value] : seen.namespaces.at(k_metallb_ns)) {
    if (!key.starts_with("pod-security.kubernetes.io/") && key != "kubernetes.io/metadata.name") {
      found += (found.empty() ? "" : ", ") + key;
    }
  }
  return found;
}

/// Why the namespace that iplease made is not empty after this plan; empty if it is.
std::string what_is_left(const Observation& seen, std::span<const StagePlan> done)
{
  std::string left;
  const auto add = [&](const std::string& what) { left += (left.empty() ? "" : ", ") + what; };
  if (metallb_release(seen) != nullptr && !has_step(done, "metallb/uninstall") &&
      !has_step(done, "metallb/heal")) {
    add("release " + metallb_release(seen)->name);
  }
  if (seen.metallb.expose.found() && !has_step(done, "expose/remove")) {
    add("Service controller");
  }
  for (const std::string& one : seen.undo.in_namespace) {
    add(one);
  }
  if (!seen.undo.looked || !seen.undo.why.empty()) {
    add("what could not be read (" + seen.undo.why + ")");
  }
  if (const std::string labels = foreign_labels(seen); !labels.empty()) {
    add("labels of others: " + labels);
  }
  return left;
}

void remove_namespace(StagePlan& plan, const Observation& seen, const Settings& want)
{
  const Target target = target_of(seen, want);
  plan.change = "delete";
  plan.steps.push_back(
      {.id = "namespace/empty",
       .reason = "nothing is left in it",
       .action =
           WaitUntil{.probe = kubectl(target,
                                      {"--namespace",
                                       k_metallb_ns,
                                       "get",
                                       "pods,deployments,daemonsets,statefulsets,jobs,services,"
                                       "configmaps,secrets,persistentvolumeclaims",
                                       "--field-selector",
                                       "metadata.name!=kube-root-ca.crt",
                                       "-o",
                                       k_left_path},
                                      std::chrono::seconds{30}),
                     .pattern = "^left:$",
                     .limit = want.timeout("namespace"),
                     .what = "namespace metallb-system to be empty"},
       .failure_id = "IPL-RUN-031"});
  plan.steps.push_back(
      {.id = "namespace/remove",
       .reason = "namespace metallb-system was made by us and is empty",
       .action =
           Run{.command = kubectl(
                   target,
                   {"delete", "namespace", k_metallb_ns, "--ignore-not-found", "--timeout=120s"},
                   std::chrono::seconds{150})},
       .subject = k_namespace_subject,
       .before = namespace_state(seen),
       .expect = "absent",
       .proves = "namespace metallb-system is gone"});
}

void labels_back(StagePlan& plan,
                 const Observation& seen,
                 const Settings& want,
                 const MadeSeen& made)
{
  FieldsBack fields = fields_back(seen, k_namespace_subject, made);
  plan.kept = std::move(fields.kept);
  if (fields.back.empty()) {
    return;
  }
  Change change("namespace metallb-system", seen.metallb.namespace_version);
  for (const FieldChange& one : fields.back) {
    const std::string label = one.field.substr(std::string_view("labels/").size());
    set_back(change, {"metadata", "labels", label}, one);
  }
  plan.change = "change";
  plan.notes.push_back(change.words());
  plan.steps.push_back(
      {.id = "namespace/change-back",
       .reason = "the pod-security labels are ours",
       .action = Run{.command = kubectl_patch(target_of(seen, want),
                                              {.resource = "namespace", .name = k_metallb_ns},
                                              change.patch())},
       .subject = k_namespace_subject,
       .before = namespace_state(seen),
       .expect = plan.kept.empty() ? made.before : "",
       .proves = "its labels are as before"});
}

} // namespace

StagePlan
undo_name_space(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  const MadeSeen* made = find_made(seen, k_namespace_subject);
  if (made == nullptr || !seen.namespaces.contains(k_metallb_ns)) {
    return satisfied(made == nullptr ? "nothing of ours" : "it is gone already");
  }
  StagePlan plan{.verdict = Verdict::satisfied, .reason = "as it was before"};
  if (made->before == "absent") {
    const std::string left = seen.memory.migrated ? "what was migrated" : what_is_left(seen, done);
    if (!left.empty()) {
      return stays("namespace metallb-system: not empty: " + left);
    }
    remove_namespace(plan, seen, want);
  } else {
    labels_back(plan, seen, want, *made);
  }
  if (!plan.steps.empty()) {
    plan.verdict = Verdict::needed;
    plan.reason = plan.steps.back().reason;
  }
  return plan;
}

} // namespace iplease
