// SPDX-License-Identifier: Apache-2.0
#include "metallb.hpp"

#include <iplease/cluster/parse.hpp>
#include <iplease/core/mask.hpp>
#include <iplease/core/version.hpp>
#include <iplease/facts/metallb.hpp>
#include <iplease/yaml/emit.hpp>

#include "legacy.hpp"
#include "release.hpp"
#include "speakers.hpp"
#include "support.hpp"
#include <algorithm>
#include <iterator>

namespace iplease {

using Json = nlohmann::ordered_json;

namespace stages {

const ReleaseSeen* metallb_release(const Observation& seen)
{
  for (const ReleaseSeen& release : seen.releases) {
    if (release.name_space == k_metallb_ns && release.chart_name == "metallb") {
      return &release;
    }
  }
  return nullptr;
}

const WorkloadSeen* metallb_controller(const Observation& seen)
{
  for (const WorkloadSeen& controller : seen.metallb.controllers) {
    if (controller.name_space == k_metallb_ns) {
      return &controller;
    }
  }
  return nullptr;
}

std::string metallb_version(const Observation& seen, const Settings& want)
{
  if (want.metallb.version.value) {
    return *want.metallb.version.value;
  }
  // Nothing of the ConfigMap era stays: the migration installs the default version.
  const bool keep = metallb_controller(seen) != nullptr && !before_0_13(seen.metallb.version);
  return keep ? seen.metallb.version : k_metallb_default;
}

bool every_node_excluded(const Observation& seen)
{
  return !seen.nodes.empty() &&
         std::all_of(seen.nodes.begin(), seen.nodes.end(), [](const NodeSeen& node) {
           return node.exclude_from_lb;
         });
}

std::string speakers_ignore_exclude(const Observation& seen)
{
  for (const WorkloadSeen& speaker : seen.metallb.speakers) {
    const bool told =
        std::any_of(speaker.args.begin(), speaker.args.end(), [](const std::string& arg) {
          return arg.starts_with("--ignore-exclude-lb") && !arg.ends_with("=false");
        });
    if (told) {
      return "yes";
    }
  }
  return seen.metallb.speakers.empty() ? "" : "no";
}

bool exclusion_silences(const Observation& seen)
{
  return version_within(seen.metallb.version, "0.14.2", "99.0.0") && every_node_excluded(seen) &&
         speakers_ignore_exclude(seen) == "no";
}

namespace {

/// Taints of every node: without a toleration the controller stays Pending.
std::vector<std::string> shared_taints(const Observation& seen)
{
  std::vector<std::string> shared;
  for (std::size_t i = 0; i < seen.nodes.size(); ++i) {
    const std::vector<std::string>& taints = seen.nodes[i].no_schedule_taints;
    if (i == 0) {
      shared = taints;
      continue;
    }
    if (taints.empty()) {
      return {};
    }
    std::erase_if(shared, [&](const std::string& key) {
      return std::find(taints.begin(), taints.end(), key) == taints.end();
    });
  }
  return shared;
}

} // namespace

namespace {

/// Lays the operator's values over iplease's. A null of theirs stays, because Helm reads it as
/// "remove the chart's default".
void lay_over(Json& base, const Json& top)
{
  for (const auto& [key, value] : top.items()) {
    if (value.is_object() && base.contains(key) && base[key].is_object()) {
      lay_over(base[key], value);
    } else {
      base[key] = value;
    }
  }
}

} // namespace

Json metallb_values(const Observation& seen, const Settings& want)
{
  Json values = Json::object();
  if (every_node_excluded(seen)) {
    values["speaker"]["ignoreExcludeLB"] = true;
  }
  for (const std::string& key : shared_taints(seen)) {
    values["controller"]["tolerations"].push_back({{"key", key}, {"operator", "Exists"}});
  }
  if (before_0_13(seen.metallb.version) || migration_pending(seen)) {
    // null removes values of the old chart that the new one refuses or ignores.
    values["configInline"] = nullptr;
    values["existingConfigMap"] = nullptr;
    values["psp"] = nullptr;
  }
  if (!want.metallb.values_json.value.empty()) {
    lay_over(values, Json::parse(want.metallb.values_json.value));
  }
  return values;
}

} // namespace stages

namespace {

using namespace stages;

/// The reads that prove the controller, and the speakers unless a later stage waits for them.
void add_metallb_proof(StagePlan& plan,
                       const Observation& seen,
                       const Settings& want,
                       bool speakers_later)
{
  const Target target = target_of(seen, want);
  plan.steps.push_back(rollout(target,
                               "metallb/controller-ready",
                               {.name_space = k_metallb_ns,
                                .workload = "deployment/" + workload_name(seen, want, "controller"),
                                .pod_selector = part_selector("controller"),
                                .limit = want.timeout("metallb")}));
  if (!speakers_later) {
    std::ranges::move(
        speaker_waits(target,
                      want,
                      "metallb",
                      {workload_name(seen, want, "speaker"), part_selector("speaker")}),
        std::back_inserter(plan.steps));
  }
}

/// One helm run for MetalLB.
struct Install {
  std::string release{};
  std::string version{};
  std::string reason{};
};

Step install_step(const Observation& seen,
                  const Settings& want,
                  const Install& install,
                  const ReleaseStart& start)
{
  const Json values = metallb_values(seen, want);
  const HelmUpgrade upgrade{.release = install.release,
                            .name_space = k_metallb_ns,
                            .chart = {want.repositories.metallb.value, "metallb", install.version},
                            .values_file = "-",
                            .values = emit_yaml(values),
                            .secret_values = may_hold_secret(want.metallb.values_json.value),
                            .timeout = want.timeout("metallb")};
  Command command = helm_upgrade(target_of(seen, want), upgrade);
  if (start.keeps_values) {
    // The operator's chart values stay. iplease's are laid over them, and new defaults come in.
    // Values of a release that was never deployed are dropped: they made it fail.
    command.argv.emplace_back("--reset-then-reuse-values");
  }
  return {.id = "metallb/install",
          .reason = install.reason,
          .action = Run{.command = std::move(command),
                        .watch = pods_of(target_of(seen, want), k_metallb_ns, k_metallb_selector)},
          .subject = "release/metallb-system/" + install.release,
          .before = start.before,
          .expect = start.after("metallb-" + install.version),
          .proves = install.version + " installed"};
}

std::vector<Problem> metallb_problems(const Observation& seen, const Settings& want)
{
  std::vector<Problem> problems;
  const ReleaseSeen* release = metallb_release(seen);
  const facts::Metallb now = facts::metallb(seen).value;
  if (now.made_by == facts::MetallbMadeBy::other_chart) {
    problems.push_back({.id = "IPL-MLB-090",
                        .what = "release " + now.release + " has chart " + now.chart +
                                ", which is not that of " + want.repositories.metallb.value,
                        .saw = "helm list -n metallb-system -a",
                        .exit = ExitCode::blocked});
  }
  const std::string wanted = metallb_version(seen, want);
  if (metallb_controller(seen) != nullptr && version_older(wanted, seen.metallb.version)) {
    problems.push_back({.id = "IPL-MLB-010",
                        .what = "MetalLB " + seen.metallb.version +
                                " is installed and would be "
                                "downgraded to " +
                                wanted,
                        .exit = ExitCode::blocked});
  }
  if (metallb_controller(seen) != nullptr && release == nullptr &&
      !replaces_manifests(seen, want)) {
    problems.push_back(
        {.id = "IPL-MLB-011",
         .what = "MetalLB is installed in metallb-system, but not by Helm",
         .saw = "deployment " + metallb_controller(seen)->name + " without a Helm release",
         .fix = version_within(seen.metallb.version, k_metallb_oldest, k_metallb_newest)
                    ? "use it as it is: iplease enable --metallb adopt"
                    : facts::how_to_change_version(now),
         .exit = ExitCode::blocked});
  }
  return problems;
}

std::string why_missing(const Observation& seen)
{
  if (const ReleaseSeen* release = metallb_release(seen)) {
    return "release " + release->name + " is " + release->status;
  }
  return metallb_controller(seen) != nullptr
             ? "MetalLB " + seen.metallb.version + " of manifests is replaced by the chart"
             : "MetalLB is not installed";
}

/// Why the installed chart must change; empty if it need not.
std::string why_change(const Observation& seen, const std::string& version)
{
  if (version != seen.metallb.version) {
    return "MetalLB " + seen.metallb.version + " is installed, " + version + " is asked for";
  }
  const bool ignore_needed = every_node_excluded(seen) && speakers_ignore_exclude(seen) == "no" &&
                             !version_older(seen.metallb.version, "0.14.4");
  return ignore_needed ? "every node is excluded from load balancers, so no speaker announces" : "";
}

bool all_ready(const Observation& seen, const WorkloadSeen& controller)
{
  return controller.ready >= controller.wanted && controller.ready > 0 &&
         !seen.metallb.speakers.empty() && seen.metallb.speakers.front().ready > 0;
}

StagePlan plan_helm(const Observation& seen, const Settings& want)
{
  const Target target = target_of(seen, want);
  const ReleaseSeen* release = metallb_release(seen);
  ReleaseStart start = start_of(seen, target, "metallb", release);
  std::vector<Problem> problems = metallb_problems(seen, want);
  problems.insert(problems.begin(), start.problems.begin(), start.problems.end());
  if (!problems.empty()) {
    return blocked(std::move(problems));
  }
  const std::string name = release != nullptr ? release->name : "metallb";
  const std::string version = metallb_version(seen, want);
  StagePlan plan{.verdict = Verdict::needed, .change = "create"};
  plan.steps = std::move(start.heal);
  const WorkloadSeen* controller = metallb_controller(seen);
  const bool deployed = release != nullptr && release->status == "deployed";
  const std::string change = why_change(seen, version);
  if (controller == nullptr || !deployed) {
    plan.reason = why_missing(seen);
    plan.steps.push_back(install_step(seen, want, {name, version, plan.reason}, start));
  } else if (!change.empty()) {
    plan.change = "change";
    plan.reason = change;
    plan.steps.push_back(install_step(seen, want, {name, version, plan.reason}, start));
  } else if (all_ready(seen, *controller)) {
    return satisfied("release " + name + " " + version +
                     " deployed, controller and speakers ready");
  } else if (controller->wanted == 0) {
    return blocked({scaled_to_zero(*controller)});
  } else {
    plan.change.clear();
    plan.reason = "MetalLB " + version + " is installed but not ready";
  }
  if (every_node_excluded(seen)) {
    plan.notes.emplace_back("speaker.ignoreExcludeLB: every node carries the label "
                            "node.kubernetes.io/exclude-from-external-load-balancers, and MetalLB "
                            "0.14.2 and later would allocate but never announce");
  }
  // A new MetalLB announces nothing yet, and the next stages need only its controller.
  const bool fresh = controller == nullptr && !migration_pending(seen);
  add_metallb_proof(plan, seen, want, fresh);
  return plan;
}

} // namespace

namespace {

StagePlan plan_installer(const Observation& seen, const Settings& want)
{
  switch (want.metallb.install.value) {
  case MetallbInstall::adopt:
    return plan_metallb_adopt(seen, want);
  case MetallbInstall::kubespray:
    return plan_metallb_kubespray(seen, want);
  case MetallbInstall::helm:
    break;
  }
  return plan_helm(seen, want);
}

} // namespace

StagePlan plan_metallb(const Observation& seen, const Settings& want, std::span<const StagePlan>)
{
  StagePlan plan = plan_installer(seen, want);
  if (!migration_pending(seen) || plan.verdict != Verdict::needed) {
    return plan;
  }
  if (auto problems = legacy_problems(seen, want); !problems.empty()) {
    return blocked(std::move(problems));
  }
  std::vector<Step> first = legacy_steps(seen, want);
  if (!first.empty()) {
    plan.notes.emplace_back(
        "every LoadBalancer address is pinned first: a MetalLB of 0.13 or later "
        "that starts without pools "
        "takes all addresses away, and the guide's order does just that");
  }
  plan.steps.insert(plan.steps.begin(),
                    std::make_move_iterator(first.begin()),
                    std::make_move_iterator(first.end()));
  return plan;
}

} // namespace iplease
