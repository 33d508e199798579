// SPDX-License-Identifier: Apache-2.0
// `--metallb kubespray`: write the variables that the checkout's release reads, run its play or
// wait for somebody to run it, then go on as with any other MetalLB.
#include <iplease/kubespray/inventory.hpp>

#include "metallb.hpp"
#include "support.hpp"
#include <algorithm>

namespace iplease::stages {

namespace {

constexpr std::chrono::minutes k_play_limit{30};

Problem problem(std::string id, std::string what)
{
  return {.id = std::move(id), .what = std::move(what), .exit = ExitCode::blocked};
}

std::optional<kubespray::Release> release_of(const Observation& seen, const Settings& want)
{
  if (!want.metallb.kubespray.version.value.empty()) {
    return kubespray::parse_release(want.metallb.kubespray.version.value);
  }
  return kubespray::release_of_galaxy(seen.kubespray_galaxy);
}

kubespray::Wanted wanted_of(const Observation& seen, const Settings& want)
{
  kubespray::Wanted out{.avoid_buggy_ips = want.pool.avoid_buggy_ips.value.value_or(false),
                        .strict_arp = want.strict_arp.value};
  for (const AddressRange& range : want.pool.addresses.value) {
    out.addresses.push_back(range.text);
  }
  out.tolerate_control_plane =
      !seen.nodes.empty() &&
      std::all_of(seen.nodes.begin(), seen.nodes.end(), [](const NodeSeen& node) {
        return std::find(node.no_schedule_taints.begin(),
                         node.no_schedule_taints.end(),
                         "node-role.kubernetes.io/control-plane") != node.no_schedule_taints.end();
      });
  return out;
}

std::string folder_of(const Settings& want)
{
  const auto& kubespray = want.metallb.kubespray;
  if (!kubespray.dir.value.empty()) {
    return kubespray.dir.value;
  }
  // inventory/<name> stands two levels below the checkout.
  std::string path = kubespray.inventory.value;
  for (int up = 0; up < 2; ++up) {
    path = path.substr(0, std::min(path.size(), path.rfind('/')));
  }
  return path.empty() ? "." : path;
}

void add_writes(StagePlan& plan, std::vector<FileWrite> writes)
{
  for (FileWrite& write : writes) {
    const std::string file = write.path.substr(write.path.rfind('/') + 1);
    plan.steps.push_back({.id = "metallb/inventory-" + file,
                          .reason = "the variables that this Kubespray release reads",
                          .action = std::move(write)});
  }
}

void add_play(StagePlan& plan, const Observation& seen, const Settings& want)
{
  const Command play = kubespray::playbook(
      folder_of(want), want.metallb.kubespray.inventory.value, seen.kubespray_files, k_play_limit);
  const Target target = target_of(seen, want);
  if (want.metallb.kubespray.run.value) {
    plan.steps.push_back(
        {.id = "metallb/play",
         .reason = "Kubespray installs MetalLB",
         .action = Run{.command = play, .watch = pods_of(target, k_metallb_ns, "app=metallb")}});
    return;
  }
  plan.notes.push_back("run this now, in another terminal: " + shell_line(play.argv));
  const bool asked = want.timeouts.contains("metallb") && want.timeouts.at("metallb").given();
  plan.steps.push_back(
      {.id = "metallb/wait-for-play",
       .reason = "waits for: " + shell_line(play.argv),
       .action =
           WaitUntil{.probe = kubectl(target,
                                      {"--namespace",
                                       k_metallb_ns,
                                       "get",
                                       "deployments",
                                       "-l",
                                       "app=metallb,component=controller",
                                       "-o",
                                       "jsonpath={.items[*].status.availableReplicas}"}),
                     .pattern = "^[1-9]",
                     .limit = asked ? want.timeout("metallb") : std::chrono::seconds(k_play_limit),
                     .what = "MetalLB's controller; run: " + shell_line(play.argv)}});
}

} // namespace

StagePlan plan_metallb_kubespray(const Observation& seen, const Settings& want)
{
  const auto& inventory = want.metallb.kubespray.inventory.value;
  if (inventory.empty()) {
    return blocked({problem("IPL-KSP-005", "the inventory folder is not given")});
  }
  const auto release = release_of(seen, want);
  if (!release) {
    return blocked({problem("IPL-KSP-001", "the Kubespray release is not known")});
  }
  auto files =
      kubespray::plan_inventory(*release, wanted_of(seen, want), inventory, seen.kubespray_files);
  if (!files.problems.empty()) {
    return blocked(std::move(files.problems));
  }
  StagePlan plan{.verdict = Verdict::needed, .change = "change", .notes = std::move(files.notes)};
  const bool writes_files = !files.writes.empty();
  if (metallb_is_ready(seen) && !writes_files) {
    return satisfied("Kubespray " + kubespray::to_text(*release) + " installed MetalLB " +
                     seen.metallb.version);
  }
  plan.reason = writes_files
                    ? "the inventory lacks variables of Kubespray " + kubespray::to_text(*release)
                    : "MetalLB is not there yet; the inventory is ready";
  plan.notes.push_back(
      "re-running the play does not set strictARP on a running cluster; stage strict-arp does");
  add_writes(plan, std::move(files.writes));
  add_play(plan, seen, want);
  add_workload_proof(plan, seen, want, "controller", "speaker");
  return plan;
}

} // namespace iplease::stages
