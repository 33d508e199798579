// SPDX-License-Identifier: Apache-2.0
// kube-proxy in IPVS mode binds every LoadBalancer address on every node, so all of them would
// answer ARP for a leased address; strictARP stops that. Its config file is read once, at start:
// an edited ConfigMap does nothing until kube-proxy restarts (kubernetes#57144), which is why the
// restart is owed from the moment the edit is intended.
#include "strict_arp.hpp"

#include <iplease/yaml/strict_arp.hpp>

#include <nlohmann/json.hpp>

#include "support.hpp"
#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

namespace iplease {

namespace {

using namespace stages;

constexpr const char* k_debt = "restart-kube-proxy";

/// Seconds since 1970 of "2026-11-23T09:15:54.123+01:00"; nothing when it is no such time.
std::optional<std::int64_t> seconds_of(std::string_view text)
{
  const auto number = [&](std::size_t at, std::size_t length) {
    int value = -1;
    if (text.size() >= at + length) {
      std::from_chars(text.data() + at, text.data() + at + length, value);
    }
    return value;
  };
  const int y = number(0, 4);
  const int mo = number(5, 2);
  const int d = number(8, 2);
  const int h = number(11, 2);
  const int mi = number(14, 2);
  const int s = number(17, 2);
  if (y < 0 || mo < 1 || d < 1 || h < 0 || mi < 0 || s < 0) {
    return std::nullopt;
  }
  const std::chrono::sys_days day{std::chrono::year{y} / mo / d};
  std::int64_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(day.time_since_epoch()).count();
  seconds += h * 3600 + mi * 60 + s;
  const auto zone = text.find_first_of("Z+-", 19);
  if (zone == std::string_view::npos) {
    return std::nullopt;
  }
  if (text[zone] != 'Z') {
    const int offset = number(zone + 1, 2) * 3600 + number(zone + 4, 2) * 60;
    seconds -= text[zone] == '+' ? offset : -offset;
  }
  return seconds;
}

bool owed(const Observation& seen)
{
  const auto& debts = seen.memory.debts;
  return std::any_of(
      debts.begin(), debts.end(), [](const Debt& debt) { return debt.id == k_debt; });
}

/// kubectl writes restartedAt in whole seconds, so a restart in the second of the intent counts.
bool restarted_since_edit(const Observation& seen)
{
  const auto since = seen.memory.debt_since.find(k_debt);
  if (since == seen.memory.debt_since.end()) {
    return false;
  }
  const auto edited = seconds_of(since->second);
  const auto restarted = seconds_of(seen.kube_proxy.restarted_at);
  return edited && restarted && *restarted >= *edited;
}

Step edit_step(const Observation& seen,
               const Settings& want,
               const std::string& text,
               const std::string& reason)
{
  nlohmann::json patch{{"data", {{"config.conf", text}}}};
  if (!seen.kube_proxy.resource_version.empty()) {
    // A merge patch that names a version is refused when somebody else wrote in between.
    patch["metadata"]["resourceVersion"] = seen.kube_proxy.resource_version;
  }
  Command command =
      kubectl_patch(target_of(seen, want),
                    {.resource = "configmap", .name_space = "kube-system", .name = "kube-proxy"},
                    patch.dump() + "\n");
  return {.id = "strict-arp/edit",
          .reason = reason,
          .action = Run{.command = std::move(command)},
          .subject = k_strict_arp_subject,
          .before = find_strict_arp(seen.kube_proxy.config.value).spelling,
          .expect = "true",
          .owes = {{.id = k_debt, .until = "every kube-proxy pod is younger than this change"}},
          .failure_id = ""};
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

/// The restart, unless it was seen, and the proof that pays the debt.
void add_restart(StagePlan& plan, const Observation& seen, const Settings& want, bool restart)
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
  plan.steps.push_back(std::move(wait));
}

Problem problem(std::string id, std::string what, std::string saw, std::string fix = {})
{
  return {.id = std::move(id),
          .what = std::move(what),
          .saw = std::move(saw),
          .fix = std::move(fix),
          .exit = ExitCode::blocked};
}

bool any_argument(const Observation& seen, std::string_view words)
{
  return std::any_of(seen.nodes.begin(), seen.nodes.end(), [&](const NodeSeen& node) {
    return node.k3s_args.find(words) != std::string::npos;
  });
}

/// Distributions that run kube-proxy inside their own process or static pod: there is no ConfigMap
/// to edit, so the operator is told the exact words instead.
StagePlan plan_embedded(const Observation& seen)
{
  const std::string& name = seen.kube_proxy.environment;
  const bool micro = name == "microk8s";
  const std::string words =
      micro ? "add --ipvs-strict-arp to /var/snap/microk8s/current/args/kube-proxy on every node, "
              "then: snap restart microk8s"
            : "add `kube-proxy-arg: [proxy-mode=ipvs, ipvs-strict-arp=true]` to /etc/rancher/" +
                  name + "/config.yaml on every node, then restart " + name;
  if (!micro && any_argument(seen, "proxy-mode=ipvs")) {
    return any_argument(seen, "ipvs-strict-arp")
               ? satisfied(name + " runs kube-proxy in IPVS mode with ipvs-strict-arp")
               : blocked({problem("IPL-STR-001",
                                  name + " runs kube-proxy in IPVS mode without strict ARP",
                                  "node annotation " + name + ".io/node-args has proxy-mode=ipvs",
                                  words)});
  }
  StagePlan plan =
      satisfied(name + " runs kube-proxy itself, in iptables mode unless told otherwise");
  plan.notes.push_back("only if you gave it proxy-mode=ipvs: " + words);
  return plan;
}

/// Why nothing is to be done, where that is so.
std::optional<StagePlan> plan_without_config(const Observation& seen, const Settings& want)
{
  const KubeProxySeen& proxy = seen.kube_proxy;
  if (!want.strict_arp.value) {
    return satisfied("left alone (strictARP: leave)");
  }
  if (proxy.environment == "cilium") {
    return satisfied("Cilium replaces kube-proxy; it has no IPVS mode");
  }
  if (proxy.environment == "kube-router") {
    return satisfied("kube-router replaces kube-proxy");
  }
  if (proxy.environment == "k3s" || proxy.environment == "rke2" ||
      proxy.environment == "microk8s") {
    return plan_embedded(seen);
  }
  if (proxy.environment == "calico-ebpf" ||
      (proxy.daemon_set.found() && proxy.daemon_set.value.wanted == 0)) {
    return satisfied("kube-proxy runs on no node");
  }
  if (proxy.config.absent()) {
    return satisfied("there is no kube-proxy ConfigMap");
  }
  if (!proxy.config.found()) {
    return blocked(
        {problem("IPL-STR-003", "the mode of kube-proxy cannot be read", proxy.config.why)});
  }
  return std::nullopt;
}

std::string mode_words(const std::string& mode)
{
  return mode.empty() ? "kube-proxy runs in its default mode, iptables"
                      : "kube-proxy runs in " + mode + " mode";
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
        {problem("IPL-STR-002", "config.conf of kube-proxy cannot be edited safely", no->why)});
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
  add_restart(plan, seen, want, true);
  return plan;
}

} // namespace

std::string strict_arp_state(const Observation& seen)
{
  const StrictArpSeen now = find_strict_arp(seen.kube_proxy.config.value);
  return now.state == StrictArp::on ? "true" : now.spelling;
}

StagePlan plan_strict_arp(const Observation& seen, const Settings& want, std::span<const StagePlan>)
{
  if (auto plan = plan_without_config(seen, want)) {
    return *plan;
  }
  const StrictArpSeen now = find_strict_arp(seen.kube_proxy.config.value);
  if (!now.error.empty()) {
    return blocked({problem("IPL-STR-002", "config.conf of kube-proxy cannot be read", now.error)});
  }
  if (now.mode == "ipvs" && now.state != StrictArp::on) {
    return plan_edit(seen, want, now);
  }
  if (owed(seen)) {
    const bool restarted = restarted_since_edit(seen);
    StagePlan plan{.verdict = Verdict::needed,
                   .reason = "kube-proxy owes a restart since strictARP was set"};
    if (restarted) {
      plan.reason = "kube-proxy was restarted after strictARP was set; it is proved now";
    } else {
      plan.change = "change";
    }
    add_restart(plan, seen, want, !restarted);
    return plan;
  }
  if (now.mode != "ipvs") {
    return satisfied(mode_words(now.mode) + ": not needed");
  }
  return satisfied("strictARP is " + now.spelling + " already");
}

} // namespace iplease
