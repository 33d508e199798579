// SPDX-License-Identifier: Apache-2.0
// In IPVS mode kube-proxy binds every LoadBalancer address on every node, so all of them answer ARP
// for a leased address; strictARP stops that. kube-proxy reads its configuration file only at start
// (kubernetes#57144), so the restart is owed from the moment the edit is intended.
#include "strict_arp.hpp"

#include <iplease/core/blocking.hpp>
#include <iplease/core/json.hpp>
#include <iplease/facts/service_proxy.hpp>
#include <iplease/yaml/strict_arp.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support.hpp"
#include <algorithm>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>

namespace iplease {

namespace {

using namespace stages;

constexpr const char* k_debt = "restart-kube-proxy";

const Debt* owed(const Observation& seen)
{
  const auto debt = std::ranges::find(seen.memory.debts, k_debt, &Debt::id);
  return debt == seen.memory.debts.end() ? nullptr : &*debt;
}

/// Identifies a restart: "UID GENERATION RESTARTED-AT" of kube-proxy's DaemonSet. `kubectl rollout
/// restart` writes the last one by the clock of its own machine, so it is compared only for a
/// change.
std::string restart_mark(const Observation& seen)
{
  const WorkloadSeen& proxy = seen.kube_proxy.daemon_set.value;
  return proxy.uid + " " + std::to_string(proxy.generation) + " " + seen.kube_proxy.restarted_at;
}

/// Whether the same DaemonSet has another pod template since the edit was intended. `rollout
/// status` proves that its pods have that template.
bool restarted_since_edit(const Debt& debt, const Observation& seen)
{
  std::istringstream then(debt.seen);
  std::istringstream now(restart_mark(seen));
  std::string uid_then;
  std::string uid_now;
  std::string mark_then;
  std::string mark_now;
  std::int64_t generation_then = 0;
  std::int64_t generation_now = 0;
  then >> uid_then >> generation_then >> mark_then;
  now >> uid_now >> generation_now >> mark_now;
  return seen.kube_proxy.daemon_set.found() && generation_then > 0 && uid_then == uid_now &&
         generation_now > generation_then && mark_now != mark_then;
}

Step edit_step(const Observation& seen,
               const Settings& want,
               const std::string& text,
               const std::string& reason)
{
  const StrictArpWritten was = strict_arp_written(seen.kube_proxy.config.value);
  Step step = strict_arp_write(seen, want, text);
  step.reason = reason;
  step.fields = {{.field = "strictARP", .was = was.strict, .is = "true"},
                 {.field = "ipvs", .was = was.ipvs, .is = "mapping"}};
  step.proves = "strictARP is true";
  return step;
}

Step read_back_step(const Observation& seen, const Settings& want)
{
  return {.id = "strict-arp/read-back",
          .reason = "the ConfigMap says so",
          .action = WaitUntil{
              .probe = kubectl_jsonpath(target_of(seen, want),
                                        {"--namespace", "kube-system", "configmap", "kube-proxy"},
                                        "{.data.config\\.conf}"),
              .pattern = "strictARP[\"']?[[:blank:]]*:[[:blank:]]*true",
              .limit = std::chrono::seconds{15},
              .what = "strictARP: true in ConfigMap kube-system/kube-proxy"}};
}

/// The stage if no edit is needed or none is possible; otherwise nothing.
std::optional<StagePlan> plan_without_edit(const facts::Answer<facts::ServiceProxy>& proxy,
                                           const Settings& want)
{
  const facts::ServiceProxy& one = proxy.value;
  if (!want.strict_arp.value) {
    return satisfied("left alone (strictARP: leave)");
  }
  if (!proxy.known() && proxy.look != Look::absent) {
    return blocked({blocking("IPL-STR-003", "the mode of kube-proxy cannot be read", proxy.why)});
  }
  if (!proxy.known()) {
    StagePlan plan = satisfied("how kube-proxy runs could not be seen: " + proxy.why);
    plan.notes.push_back("look by hand, " + proxy.look_by_hand);
    return plan;
  }
  if (!one.replaced_by.empty() || one.on_no_node) {
    return satisfied(facts::to_words(proxy));
  }
  if (one.told == facts::ProxyTold::config_map) {
    return std::nullopt;
  }
  if (!one.without.empty()) {
    return blocked({blocking("IPL-STR-001",
                             one.teller + ": kube-proxy runs in IPVS mode without strict ARP (" +
                                 fmt::format("{}", fmt::join(one.without, ", ")) + ")",
                             facts::to_text(proxy.evidence),
                             one.where_to_set)});
  }
  return satisfied(one.teller + ": kube-proxy runs in " + one.mode + " mode" +
                   (one.mode == "ipvs" ? " with ipvs-strict-arp" : ", which needs no strictARP"));
}

std::string state_words(const StrictArpSeen& now)
{
  return now.state == StrictArp::absent ? "absent" : now.spelling.empty() ? "empty" : now.spelling;
}

StagePlan plan_edit(const Observation& seen, const Settings& want, const StrictArpSeen& now)
{
  const auto edit = set_strict_arp(seen.kube_proxy.config.value);
  if (const auto* no = std::get_if<NoEdit>(&edit)) {
    return blocked(
        {blocking("IPL-STR-002", "config.conf of kube-proxy cannot be edited safely", no->why)});
  }
  StagePlan plan{.verdict = Verdict::needed, .change = "change"};
  plan.reason = "kube-proxy runs in IPVS mode and strictARP is " + state_words(now);
  plan.notes.emplace_back(
      "kube-proxy restarts node by node: the guide leaves this out, and without "
      "it the edit does nothing");
  plan.notes.emplace_back(
      "if Kubespray built this cluster, also set kube_proxy_strict_arp: true in its inventory, "
      "or its next upgrade sets the field back");
  const auto antrea = [](const WorkloadSeen& one) { return one.name == "antrea-agent"; };
  if (std::any_of(seen.workloads.begin(), seen.workloads.end(), antrea)) {
    plan.notes.emplace_back("Antrea's Egress does not work with strictARP (antrea#3816)");
  }
  plan.steps = {edit_step(seen, want, std::get<std::string>(edit), plan.reason),
                read_back_step(seen, want)};
  add_proxy_restart(plan, seen, want, true);
  return plan;
}

} // namespace

Step strict_arp_write(const Observation& seen, const Settings& want, const std::string& text)
{
  nlohmann::json patch{{"data", {{"config.conf", text}}}};
  if (!seen.kube_proxy.resource_version.empty()) {
    // With a version, the server refuses the merge patch if somebody else wrote in between.
    patch["metadata"]["resourceVersion"] = seen.kube_proxy.resource_version;
  }
  Command command =
      kubectl_patch(target_of(seen, want),
                    {.resource = "configmap", .name_space = "kube-system", .name = "kube-proxy"},
                    patch.dump() + "\n");
  return {.id = "strict-arp/edit",
          .action = Run{.command = std::move(command)},
          .subject = k_strict_arp_subject,
          .before = find_strict_arp(seen.kube_proxy.config.value).spelling,
          .expect = strict_arp_state(text),
          .owes = {{.id = k_debt,
                    .until = "every kube-proxy pod is younger than this change",
                    .seen = restart_mark(seen)}}};
}

void add_proxy_restart(StagePlan& plan, const Observation& seen, const Settings& want, bool restart)
{
  const Target target = target_of(seen, want);
  if (restart) {
    plan.steps.push_back(
        {.id = "strict-arp/restart",
         .reason = "kube-proxy reads its configuration at start only",
         .action = Run{
             .command = kubectl(
                 target,
                 {"--namespace", "kube-system", "rollout", "restart", "daemonset/kube-proxy"})}});
  }
  Step wait = rollout(target,
                      "strict-arp/restarted",
                      {.name_space = "kube-system",
                       .workload = "daemonset/kube-proxy",
                       .pod_selector = "k8s-app=kube-proxy",
                       .limit = want.timeout("strict-arp")});
  wait.reason = "every kube-proxy pod is younger than the change";
  wait.pays = {k_debt};
  wait.proves = "every kube-proxy pod is new and Ready; whether it routes again was not looked at";
  plan.steps.push_back(std::move(wait));
}

std::optional<bool> proxy_restart_owed(const Observation& seen)
{
  const Debt* debt = owed(seen);
  return debt == nullptr ? std::nullopt : std::optional(!restarted_since_edit(*debt, seen));
}

std::string strict_arp_state(const std::string& config_conf)
{
  const StrictArpSeen now = find_strict_arp(config_conf);
  return now.state == StrictArp::on ? "true" : now.spelling;
}

std::string strict_arp_state(const Observation& seen)
{
  return strict_arp_state(seen.kube_proxy.config.value);
}

StagePlan plan_strict_arp(const Observation& seen, const Settings& want, std::span<const StagePlan>)
{
  const facts::Answer<facts::ServiceProxy> proxy = facts::service_proxy(seen);
  if (auto plan = plan_without_edit(proxy, want)) {
    return *plan;
  }
  const StrictArpSeen& now = proxy.value.config;
  if (!now.error.empty()) {
    return blocked(
        {blocking("IPL-STR-002", "config.conf of kube-proxy cannot be read", now.error)});
  }
  if (!proxy.value.without.empty()) {
    return plan_edit(seen, want, now);
  }
  if (const Debt* debt = owed(seen)) {
    const bool restarted = restarted_since_edit(*debt, seen);
    StagePlan plan{.verdict = Verdict::needed,
                   .reason = "kube-proxy owes a restart since strictARP was set"};
    if (restarted) {
      plan.reason = "kube-proxy was restarted after strictARP was set; it is proved now";
    } else {
      plan.change = "change";
    }
    add_proxy_restart(plan, seen, want, !restarted);
    return plan;
  }
  const auto runs = facts::proxy_runs(seen);
  if (runs.value.owes_restart) {
    StagePlan plan{.verdict = Verdict::needed,
                   .reason = "kube-proxy owes a restart: its ConfigMap was written " +
                             runs.value.written + ", and " + runs.value.oldest + " is of " +
                             runs.value.since,
                   .change = "change"};
    add_proxy_restart(plan, seen, want, true);
    return plan;
  }
  if (proxy.value.mode != "ipvs") {
    return satisfied((now.mode.empty() ? "kube-proxy runs in its default mode, iptables"
                                       : "kube-proxy runs in " + now.mode + " mode") +
                     std::string(": not needed"));
  }
  StagePlan plan = satisfied("strictARP is " + now.spelling + " already");
  if (!runs.known()) {
    plan.notes.push_back("whether kube-proxy runs with it could not be seen: " + runs.why +
                         "; look by hand, " + runs.look_by_hand);
  }
  return plan;
}

} // namespace iplease
