// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/pool_rules.hpp>

#include "metallb.hpp"
#include "pool.hpp"
#include "release.hpp"
#include "support.hpp"
#include "undo.hpp"
#include <algorithm>

namespace iplease {

namespace {

using namespace stages;

/// What belongs to others and would go with MetalLB's definitions, or stop working; empty if
/// nothing does.
std::string why_metallb_stays(const Observation& seen, std::span<const StagePlan> done)
{
  std::string left;
  const auto add = [&](const std::string& what) { left += (left.empty() ? "" : ", ") + what; };
  for (const PoolSeen& pool : seen.metallb.pools.value) {
    if (pool.name != "default" || !has_step(done, "pool/remove")) {
      add("IPAddressPool " + pool.name);
    }
  }
  for (const AdvertisementSeen& one : seen.metallb.advertisements.value) {
    if (&one != our_advertisement(seen) || !has_step(done, "pool/advertisement-remove")) {
      add("L2Advertisement " + one.name);
    }
  }
  for (const std::string& one : seen.undo.custom) {
    add(one);
  }
  if (!seen.undo.looked || !seen.undo.why.empty()) {
    add("what could not be read (" + seen.undo.why + ")");
  }
  return left;
}

/// A MetalLB that is not a release of iplease: what it is and why it stays.
StagePlan metallb_of_others(const Observation& seen, const ReleaseSeen* release)
{
  StagePlan plan = satisfied("MetalLB was there before, or is not there");
  for (const auto& [subject, made] : seen.memory.made) {
    if (subject.starts_with("file/") && made.stage == "metallb") {
      plan.reason = "MetalLB came by Kubespray";
      plan.kept.push_back(
          subject.substr(std::string_view("file/").size()) +
          ": what enable wrote for Kubespray stays, and so does MetalLB; take it "
          "out and run the play again (the journal of that run has the difference)");
    }
  }
  if (!seen.memory.enabled && release != nullptr) {
    return stays("release " + release->name + ": whether it was there before is not known here; " +
                 "helm uninstall " + release->name + " -n metallb-system removes it");
  }
  return plan;
}

} // namespace

StagePlan
undo_metallb(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  const ReleaseSeen* release = metallb_release(seen);
  const MadeSeen* made = release == nullptr ? nullptr : find_made(seen, release_subject(*release));
  if (seen.memory.migrated) {
    StagePlan plan = satisfied("stays: MetalLB 0.12 was migrated, and no way leads back to it");
    plan.notes.emplace_back("what stays of the migration: MetalLB as it is, its pools and "
                            "advertisements, and Service controller as it is");
    return plan;
  }
  if (made == nullptr) {
    return metallb_of_others(seen, release);
  }
  ReleaseStart start = start_of(seen, target_of(seen, want), "metallb", release);
  if (!start.problems.empty()) {
    return blocked(std::move(start.problems));
  }
  if (made->before != "absent") {
    StagePlan plan = satisfied("MetalLB was there before, and is not taken back to an older state");
    plan.notes.push_back("release " + release->name + " was " + made->before + " before us");
    return plan;
  }
  if (start.before != "absent" && !is_our_release(*made, start, *release)) {
    return stays("release " + release->name + " was changed since: it is " + start.before +
                 ", and we had made it " + made->expect.back());
  }
  const std::string needed = needed_still(seen, done);
  const std::string left = needed.empty() ? why_metallb_stays(seen, done) : needed;
  if (!left.empty()) {
    return stays("release " + release->name + ": " + (needed.empty() ? "with it would go " : "") +
                 left);
  }
  StagePlan plan{.verdict = Verdict::needed,
                 .reason = "release " + release->name + " is as we installed it",
                 .change = "delete",
                 .notes = {"MetalLB's resource definitions go with its chart"},
                 .steps = std::move(start.heal)};
  if (start.before != "absent") {
    const std::string limit = std::to_string(want.timeout("metallb").count()) + "s";
    plan.steps.push_back(
        {.id = "metallb/uninstall",
         .reason = plan.reason,
         .action = Run{.command = helm(target_of(seen, want),
                                       {"uninstall",
                                        release->name,
                                        "--namespace",
                                        k_metallb_ns,
                                        "--wait",
                                        "--timeout",
                                        limit},
                                       want.timeout("metallb") + std::chrono::seconds{30})},
         .subject = release_subject(*release),
         .before = start.before,
         .expect = "absent",
         .proves = "release " + release->name + " is gone"});
  }
  return plan;
}

} // namespace iplease
