// SPDX-License-Identifier: Apache-2.0
// MetalLB's pods: what keeps addresses from being assigned or announced.
#include <iplease/core/version.hpp>

#include "../stages/metallb.hpp"
#include "../stages/subjects.hpp"
#include "health.hpp"
#include <algorithm>

namespace iplease::checks {

namespace {

constexpr const char* k_label = "node.kubernetes.io/exclude-from-external-load-balancers";

Finding controller_runs(const Facts& facts)
{
  const WorkloadSeen* controller = stages::metallb_controller(facts.seen);
  if (auto blind = not_read(facts.seen, Fact::controllers); blind && controller == nullptr) {
    return *std::move(blind);
  }
  if (controller == nullptr) {
    return facts.seen.metallb.controllers.empty()
               ? fail("MetalLB's controller is not there",
                      "$ kubectl get deployments -A -l app.kubernetes.io/name=metallb",
                      "iplease enable")
               : follows("IPL-MLB-003");
  }
  if (controller->ready > 0) {
    return ok("deployment " + controller->name + " has " + std::to_string(controller->ready) +
              " ready pod");
  }
  if (controller->wanted == 0) {
    return fail("MetalLB's controller is scaled to 0",
                "$ kubectl -n metallb-system get deployment " + controller->name,
                "kubectl -n metallb-system scale deployment/" + controller->name + " --replicas=1");
  }
  return fail(
      "MetalLB's controller is not ready",
      evidence(facts,
               Extra::metallb_objects,
               waiting_pods(facts.more.metallb_pods, controller->selector)),
      "kubectl -n metallb-system describe pods; kubectl -n metallb-system logs deployment/" +
          controller->name);
}

std::string enforced(const Observation& seen)
{
  const auto space = seen.namespaces.find("metallb-system");
  if (space == seen.namespaces.end()) {
    return {};
  }
  const auto label = space->second.find("pod-security.kubernetes.io/enforce");
  return label == space->second.end() ? "" : label->second;
}

Finding pod_security(const Facts& facts)
{
  const std::string state = namespace_state(facts.seen);
  if (state == "absent") {
    return follows("IPL-MLB-020");
  }
  constexpr const char* read = "$ kubectl get namespace metallb-system --show-labels";
  const std::string level = enforced(facts.seen);
  if (!level.empty() && level != "privileged") {
    return fail("namespace metallb-system enforces pod security `" + level +
                    "`: speakers need `privileged`",
                read);
  }
  return state == "privileged" ? ok("namespace metallb-system is labelled privileged")
                               : warn("namespace metallb-system lacks pod-security labels: a "
                                      "cluster-wide default could refuse the speakers",
                                      read);
}

std::string security_refusal(const Facts& facts)
{
  for (const EventFact& event : facts.more.events) {
    if (event.name_space == "metallb-system" && event.reason == "FailedCreate" &&
        event.message.find("violates PodSecurity") != std::string::npos) {
      return event.message;
    }
  }
  return {};
}

Finding speakers_run(const Facts& facts)
{
  const std::vector<WorkloadSeen>& speakers = facts.seen.metallb.speakers;
  if (stages::metallb_controller(facts.seen) == nullptr) {
    return follows("IPL-MLB-020");
  }
  if (auto blind = not_read(facts.seen, Fact::daemon_sets)) {
    return *std::move(blind);
  }
  if (speakers.empty()) {
    return with_id("IPL-MLB-015",
                   fail("MetalLB has no speakers: nobody answers for its addresses",
                        "$ kubectl -n metallb-system get daemonsets"));
  }
  const WorkloadSeen& speaker = speakers.front();
  if (speaker.wanted > 0 && speaker.ready >= speaker.wanted) {
    return ok(std::to_string(speaker.ready) + " of " + std::to_string(speaker.wanted) +
              " speakers are ready");
  }
  const std::string refusal = security_refusal(facts);
  const std::string level = enforced(facts.seen);
  if (!refusal.empty() && !level.empty() && level != "privileged") {
    return follows("IPL-MLB-022");
  }
  // With the label `privileged` nothing is refused any more, whatever an older event says.
  if (!refusal.empty() && level.empty() && speaker.ready < speaker.wanted) {
    return with_id("IPL-CLU-052",
                   fail("pod security refuses the speakers",
                        evidence(facts, Extra::metallb_objects, refusal)));
  }
  if (speaker.wanted == 0) {
    return fail("no node runs a speaker: its node selector matches none",
                "$ kubectl -n metallb-system get daemonset " + speaker.name);
  }
  return fail(std::to_string(speaker.ready) + " of " + std::to_string(speaker.wanted) +
                  " speakers are ready",
              evidence(facts,
                       Extra::metallb_objects,
                       waiting_pods(facts.more.metallb_pods, speaker.selector)));
}

Finding nodes_announce(const Facts& facts)
{
  const Observation& seen = facts.seen;
  if (seen.nodes_look != Look::seen) {
    return could_not_look("the nodes could not be read");
  }
  if (seen.metallb.version.empty() || version_older(seen.metallb.version, "0.14.2")) {
    return not_applicable("MetalLB before 0.14.2 does not look at that label");
  }
  if (stages::speakers_ignore_exclude(seen) == "yes") {
    return ok("the speakers ignore the exclusion of nodes");
  }
  if (stages::every_node_excluded(seen)) {
    return fail("every node is excluded from load balancers, so none announces an address",
                std::string("$ kubectl get nodes -l '!") + k_label + "'\nno node");
  }
  return ok("at least one node may announce");
}

Finding one_class(const Facts& facts)
{
  constexpr std::string_view flag = "--lb-class=";
  const auto with_class = [&](const WorkloadSeen& one) {
    return std::ranges::any_of(one.args, [&](const std::string& arg) {
      return arg.starts_with(flag) && arg.size() > flag.size();
    });
  };
  const auto at = std::ranges::find_if(facts.seen.metallb.controllers, with_class);
  return at == facts.seen.metallb.controllers.end()
             ? ok("MetalLB serves Services without a class")
             : fail("MetalLB serves only Services of one loadBalancerClass, and Akash's name none",
                    "$ kubectl -n metallb-system get deployment " + at->name +
                        " -o yaml\n--lb-class");
}

Finding cordoned(const Facts& facts)
{
  if (facts.seen.metallb.version != "0.14.9") {
    return not_applicable("only MetalLB 0.14.9 stops announcing from cordoned nodes");
  }
  for (const NodeSeen& node : facts.seen.nodes) {
    if (node.unschedulable) {
      return warn("MetalLB 0.14.9 does not announce from node " + node.name + ", which is cordoned",
                  "$ kubectl get nodes");
    }
  }
  return ok("no node is cordoned");
}

Finding speakers_meet(const Facts& facts)
{
  if (facts.seen.nodes.size() < 2 || facts.seen.metallb.speakers.empty()) {
    return not_applicable("there is one node");
  }
  if (auto no = unreadable(facts, Extra::speaker_log)) {
    return *no;
  }
  const std::string line =
      last_line_with(facts.more.read(Extra::speaker_log).answer.value, "partial join");
  return line.empty() ? ok("the speakers see each other")
                      : warn("speakers do not see each other: two nodes may announce one address",
                             evidence(facts, Extra::speaker_log, line));
}

} // namespace

std::vector<Check> speaker_checks()
{
  constexpr const char* deployments = "kubectl get deployments -A";
  constexpr const char* objects = "kubectl -n metallb-system get pods,events";
  return {
      after("IPL-MLB-020", "controller runs", objects, controller_runs, {Extra::metallb_objects}),
      after("IPL-MLB-022", "pod security", "kubectl get namespaces", pod_security),
      with_ids(
          after("IPL-MLB-021", "speakers run", objects, speakers_run, {Extra::metallb_objects}),
          {"IPL-MLB-015", "IPL-CLU-052"}),
      after("IPL-MLB-016", "a node may announce", "kubectl get nodes", nodes_announce),
      after("IPL-MLB-014", "no loadBalancerClass", deployments, one_class),
      after("IPL-MLB-028", "no cordoned node", "kubectl get nodes", cordoned),
      after("IPL-MLB-029",
            "speakers see each other",
            "kubectl -n metallb-system logs daemonset/metallb-speaker",
            speakers_meet,
            {Extra::speaker_log}),
  };
}

} // namespace iplease::checks
