// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/pool_rules.hpp>

#include "change.hpp"
#include "metallb.hpp"
#include "pool.hpp"
#include "subjects.hpp"
#include "support.hpp"
#include "undo.hpp"

namespace iplease {

namespace {

using namespace stages;

/// A custom resource of MetalLB that enable makes or changes.
struct PoolObject {
  const char* subject;
  const char* title;
  const char* step;
  ObjectName name;
  std::string version{}; ///< resourceVersion
  bool others = false;   ///< it has something that iplease never writes
};

PoolObject pool_object(const Observation& seen)
{
  const PoolSeen* live = default_pool(seen);
  return {.subject = "pool/default",
          .title = "IPAddressPool default",
          .step = "pool/",
          .name = {.resource = "ipaddresspools.metallb.io",
                   .name_space = k_metallb_ns,
                   .name = "default"},
          .version = live == nullptr ? "" : live->resource_version,
          .others = live != nullptr && live->service_allocation};
}

PoolObject advertisement_object(const Observation& seen)
{
  const AdvertisementSeen* live = our_advertisement(seen);
  const bool others =
      live != nullptr && (live->pools != std::vector<std::string>{"default"} ||
                          !live->pool_selectors.empty() || !live->node_selectors.empty());
  return {.subject = "advertisement/default",
          .title = "L2Advertisement l2advertisement1",
          .step = "pool/advertisement-",
          .name = {.resource = "l2advertisements.metallb.io",
                   .name_space = k_metallb_ns,
                   .name = "l2advertisement1"},
          .version = live == nullptr ? "" : live->resource_version,
          .others = others};
}

bool is_there(const Observation& seen, const PoolObject& object)
{
  return object.subject == std::string_view("pool/default") ? default_pool(seen) != nullptr
                                                            : our_advertisement(seen) != nullptr;
}

/// One that enable made. It had no fields before, so its state alone decides.
void remove_made(StagePlan& plan,
                 const Observation& seen,
                 const Settings& want,
                 const PoolObject& object)
{
  const std::string state = subject_state(seen, object.subject);
  const MadeSeen& made = *find_made(seen, object.subject);
  if (!is_there(seen, object)) {
    return;
  }
  if (made_state(&made, state) != MadeState::ours || object.others) {
    plan.kept.push_back(std::string(object.title) + " was changed since: it is " + state +
                        (object.others ? " and serves more" : "") + ", and we had made it " +
                        made.expect.back());
    return;
  }
  plan.steps.push_back({.id = std::string(object.step) + "remove",
                        .reason = std::string(object.title) + " is as we made it",
                        .action = Run{.command = kubectl(target_of(seen, want),
                                                         {"--namespace",
                                                          object.name.name_space,
                                                          "delete",
                                                          object.name.resource,
                                                          object.name.name,
                                                          "--ignore-not-found"}),
                                      .retry = Retry::webhook,
                                      .retry_limit = want.timeout("pool"),
                                      .watch = controller_pods(seen, want)},
                        .subject = object.subject,
                        .before = state,
                        .expect = made.before,
                        .proves = std::string(object.title) + " is gone"});
}

/// One that existed before: its fields are restored one by one.
void change_back(StagePlan& plan,
                 const Observation& seen,
                 const Settings& want,
                 const PoolObject& object)
{
  const MadeSeen& made = *find_made(seen, object.subject);
  FieldsBack fields = fields_back(seen, object.subject, made);
  plan.kept.insert(plan.kept.end(), fields.kept.begin(), fields.kept.end());
  if (fields.back.empty()) {
    return;
  }
  Change change(object.title, object.version);
  for (const FieldChange& one : fields.back) {
    set_back(change, {"spec", one.field}, one);
  }
  plan.notes.push_back(change.words());
  plan.steps.push_back(
      {.id = std::string(object.step) + "change-back",
       .reason = std::string(object.title) + " has what we set",
       .action = Run{.command = kubectl_patch(target_of(seen, want), object.name, change.patch()),
                     .retry = Retry::webhook,
                     .retry_limit = want.timeout("pool"),
                     .watch = controller_pods(seen, want)},
       .subject = object.subject,
       .before = subject_state(seen, object.subject),
       .expect = fields.kept.empty() ? made.before : "",
       .proves = std::string(object.title) + " is as before"});
}

} // namespace

StagePlan undo_pool(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  const PoolObject objects[] = {advertisement_object(seen), pool_object(seen)};
  StagePlan plan{.verdict = Verdict::satisfied, .reason = "nothing of ours"};
  for (const PoolObject& object : objects) {
    const MadeSeen* made = find_made(seen, object.subject);
    if (made == nullptr || !is_there(seen, object)) {
      continue;
    }
    const std::string needed = needed_still(seen, done);
    if (!needed.empty()) {
      plan.kept.push_back(std::string(object.title) + ": " + needed);
    } else if (seen.memory.migrated) {
      plan.notes.push_back(std::string(object.title) +
                           " stays: MetalLB 0.12 was migrated, and no way leads back to it");
    } else if (made->fields.empty() &&
               (made->before == "absent" || made->before == "not advertised")) {
      remove_made(plan, seen, want, object);
    } else {
      change_back(plan, seen, want, object);
    }
  }
  if (!plan.steps.empty()) {
    plan.verdict = Verdict::needed;
    plan.change = has_step({&plan, 1}, "pool/remove") ? "delete" : "change";
    plan.reason = plan.change == "delete" ? "pool default is as we made it"
                                          : "pool default or its advertisement has what we set";
  }
  return plan;
}

} // namespace iplease
