// SPDX-License-Identifier: Apache-2.0
// `--metallb kubespray`: writes the variables that the checkout's release reads, runs its play or
// waits until somebody has, then goes on as with any other MetalLB.
#include <iplease/core/blocking.hpp>
#include <iplease/facts/metallb.hpp>
#include <iplease/kubespray/inventory.hpp>
#include <iplease/kubespray/standing.hpp>

#include "legacy.hpp"
#include "metallb.hpp"
#include "pool.hpp"
#include "support.hpp"
#include <algorithm>

namespace iplease::stages {

namespace {

constexpr std::chrono::minutes k_play_limit{30};
/// Owed from the first write on: a run killed between the variables and the end of the play then
/// counts as unfinished, even if an older MetalLB is ready.
constexpr const char* k_play_debt = "kubespray-play";

std::optional<kubespray::Release> release_of(const Observation& seen, const Settings& want)
{
  if (!want.metallb.kubespray.version.value.empty()) {
    return kubespray::parse_release(want.metallb.kubespray.version.value);
  }
  return kubespray::release_of_galaxy(seen.kubespray.galaxy.value);
}

/// The role in the checkout reads other variables than the release would: they would have no
/// effect.
std::optional<Problem> contradiction(const Observation& seen, const Settings& want)
{
  const auto release = release_of(seen, want);
  if (!release) {
    return std::nullopt;
  }
  const kubespray::Variables variables = kubespray::variables_of(*release);
  const std::string reads =
      variables == kubespray::Variables::flat ? "metallb_ip_range" : "metallb_config";
  const std::string& role = seen.kubespray.role_reads;
  if (role.empty() || variables == kubespray::Variables::none || role == reads) {
    return std::nullopt;
  }
  const std::string& given = want.metallb.kubespray.version.value;
  return blocking("IPL-KSP-014",
                  "Kubespray " + kubespray::to_text(*release) + " reads " + reads +
                      ", but the role in the checkout reads " + role,
                  (given.empty() ? seen.kubespray.dir + "/galaxy.yml: version " +
                                       kubespray::to_text(*release).substr(1)
                                 : "--kubespray-version " + given) +
                      "\n" + seen.kubespray.dir + "/roles/kubernetes-apps/metallb/templates");
}

kubespray::Wanted wanted_of(const Observation& seen, const Settings& want)
{
  kubespray::Wanted out{.avoid_buggy_ips = want.pool.avoid_buggy_ips.value.value_or(false),
                        .strict_arp = want.strict_arp.value};
  const auto& bgp = kubespray::standing(seen.kubespray).bgp_pools;
  out.layer2 = std::ranges::find(bgp, "default") == bgp.end();
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

std::vector<Problem> kubespray_problems(const Observation& seen, const Settings& want)
{
  const KubespraySeen& found = seen.kubespray;
  if (found.inventory.empty()) {
    return {blocking("IPL-KSP-005", "the inventory folder is not given")};
  }
  if (!found.error.empty()) {
    return kubespray::inventory_problems(found, {});
  }
  if (!release_of(seen, want)) {
    const std::string& why = found.galaxy.why;
    return {blocking("IPL-KSP-001",
                     "the Kubespray release is not known",
                     found.dir + "/galaxy.yml: " + (why.empty() ? "no version in it" : why))};
  }
  if (auto two = contradiction(seen, want)) {
    return {*std::move(two)};
  }
  if (want.metallb.kubespray.run.value && !found.has_play) {
    return {
        blocking("IPL-KSP-012", found.dir + " is no Kubespray checkout: it has no cluster.yml")};
  }
  if (metallb_release(seen) != nullptr) {
    return {blocking("IPL-KSP-013",
                     "MetalLB is installed by Helm (release " + metallb_release(seen)->name +
                         "), and Kubespray would install a second one",
                     "helm list -n metallb-system -a")};
  }
  std::vector<std::string> addresses;
  for (const AddressRange& range : want.pool.addresses.value) {
    addresses.push_back(range.text);
  }
  std::vector<Problem> problems = kubespray::refused_variables(found, addresses);
  const auto& bgp = kubespray::standing(found).bgp_pools;
  if (std::ranges::find(bgp, "default") != bgp.end() && !want.accepts("IPL-POOL-090")) {
    problems.push_back(blocking("IPL-POOL-090",
                                "the inventory announces pool default by BGP",
                                "metallb_config.layer3.metallb_peers"));
  }
  return problems;
}

bool play_owed(const Observation& seen)
{
  const auto& debts = seen.memory.debts;
  return std::any_of(
      debts.begin(), debts.end(), [](const Debt& debt) { return debt.id == k_play_debt; });
}

/// Whether what the release deploys exists. Before v2.22 that includes the pool, which only the
/// play can write.
bool is_deployed(const Observation& seen, const Settings& want, bool flat)
{
  if (!metallb_is_ready(seen)) {
    return false;
  }
  if (!flat) {
    return !reads_configmap(seen);
  }
  const auto pool = legacy_default(seen);
  return pool && same_addresses(parsed(pool->addresses), want.pool.addresses.value);
}

void add_writes(StagePlan& plan, std::vector<FileWrite> writes)
{
  for (FileWrite& write : writes) {
    const std::string file = write.path.substr(write.path.rfind('/') + 1);
    plan.steps.push_back({.id = "metallb/inventory-" + file,
                          .reason = "the variables that this Kubespray release reads",
                          .action = std::move(write),
                          .proves = file + " written"});
  }
}

Step play_step(const Target& target, Command play)
{
  return {.id = "metallb/play",
          .reason = "Kubespray installs MetalLB",
          .action = Run{.command = std::move(play),
                        .watch = pods_of(target, k_metallb_ns, "app=metallb"),
                        .progress = "^((PLAY|TASK|RUNNING HANDLER) \\[[^]]*\\])"},
          .failure_id = "IPL-KSP-010",
          .proves = "the play ran"};
}

/// What shows that the play ran: a controller, of 0.13 or later if an older one must go; before
/// v2.22, the wanted pool in its ConfigMap.
WaitUntil sign_of_play(const Observation& seen, const Settings& want, bool flat)
{
  const Target target = target_of(seen, want);
  if (flat && !want.pool.addresses.value.empty()) {
    std::string pattern;
    for (const char c : want.pool.addresses.value.back().text) {
      pattern += c == '.' ? "\\." : std::string(1, c);
    }
    return {.probe = kubectl_jsonpath(
                target, {"--namespace", k_metallb_ns, "configmap", "config"}, "{.data.config}"),
            .pattern = pattern,
            .what = "the pool in MetalLB's ConfigMap, which the play writes"};
  }
  // One line per controller: how many replicas are available, and the image.
  const std::string path = "jsonpath={range .items[*]}{.status.availableReplicas} "
                           "{.spec.template.spec.containers[*].image}{\"\\n\"}{end}";
  return {.probe = kubectl(target,
                           {"--namespace",
                            k_metallb_ns,
                            "get",
                            "deployments",
                            "-l",
                            "app=metallb,component=controller",
                            "-o",
                            path}),
          .pattern =
              reads_configmap(seen) ? "^[1-9][0-9]* [^ ]*controller:v?0\\.1[3-9]\\." : "^[1-9]",
          .what = "MetalLB's controller, which the play installs"};
}

Step wait_step(const Observation& seen, const Settings& want, const Command& play, bool flat)
{
  const bool asked = want.timeouts.contains("metallb") && want.timeouts.at("metallb").given();
  WaitUntil wait = sign_of_play(seen, want, flat);
  wait.limit = asked ? want.timeout("metallb") : std::chrono::seconds(k_play_limit);
  wait.watch = pods_of(target_of(seen, want), k_metallb_ns, "app=metallb");
  wait.ask = "run this now, in another terminal: " + shell_line(play.argv);
  return {.id = "metallb/wait-for-play",
          .reason = "somebody else runs the play",
          .action = std::move(wait),
          .failure_id = "IPL-KSP-011",
          .proves = "somebody ran the play"};
}

/// The play, run by iplease or by somebody else. The debt starts with the first write.
void add_play(StagePlan& plan, const Observation& seen, const Settings& want, bool flat)
{
  const Command play = kubespray::playbook(seen.kubespray, k_play_limit);
  Step step = want.metallb.kubespray.run.value ? play_step(target_of(seen, want), play)
                                               : wait_step(seen, want, play, flat);
  step.pays = {k_play_debt};
  plan.steps.push_back(std::move(step));
  plan.steps.front().owes = {{.id = k_play_debt, .until = "the Kubespray play ran to its end"}};
}

std::string reason_of(const Observation& seen, const std::string& release, bool writes_files)
{
  if (writes_files) {
    return "the inventory lacks variables of Kubespray " + release;
  }
  return play_owed(seen) ? "the play of an earlier run did not come to its end"
                         : "MetalLB is not there yet; the inventory is ready";
}

} // namespace

StagePlan plan_metallb_kubespray(const Observation& seen, const Settings& want)
{
  if (auto problems = kubespray_problems(seen, want); !problems.empty()) {
    return blocked(std::move(problems));
  }
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): without one, problems end the plan above
  const kubespray::Release release = *release_of(seen, want);
  auto files = kubespray::plan_inventory(release, wanted_of(seen, want), seen.kubespray);
  if (!files.problems.empty()) {
    return blocked(std::move(files.problems));
  }
  const std::string name = kubespray::to_text(release);
  StagePlan plan{.verdict = Verdict::needed, .change = "change", .notes = std::move(files.notes)};
  const bool writes_files = !files.writes.empty();
  const bool flat = kubespray::variables_of(release) == kubespray::Variables::flat;
  const bool is_there = is_deployed(seen, want, flat);
  if (is_there && !writes_files && !play_owed(seen)) {
    return satisfied("Kubespray " + name + " installed MetalLB " + seen.metallb.version);
  }
  plan.reason = reason_of(seen, name, writes_files);
  add_writes(plan, std::move(files.writes));
  if (!is_there || play_owed(seen) || want.metallb.kubespray.run.value) {
    add_play(plan, seen, want, flat);
  } else {
    plan.notes.emplace_back(
        "MetalLB runs already, so no play is run now; the next one of Kubespray "
        "finds the variables");
  }
  plan.notes.emplace_back(
      "re-running the play does not set strictARP on a running cluster; stage strict-arp does");
  const facts::Metallb now = facts::metallb(seen).value;
  add_workload_proof(plan,
                     seen,
                     want,
                     now.controller.empty() ? "controller" : now.controller,
                     now.speaker.empty() ? "speaker" : now.speaker);
  return plan;
}

} // namespace iplease::stages
