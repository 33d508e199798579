// SPDX-License-Identifier: Apache-2.0
// The path from the IP operator to MetalLB's metrics, and MetalLB's own state.
#include "../stages/metallb.hpp"
#include "../stages/subjects.hpp"
#include "health.hpp"
#include <algorithm>

namespace iplease::checks {

namespace {

std::string ports_text(const ServiceSeen& service)
{
  std::string text = "ports:";
  for (const ServicePortSeen& port : service.ports) {
    text += " " + (port.name.empty() ? std::string("(unnamed)") : port.name) + " " +
            std::to_string(port.port) + "/" + port.protocol;
  }
  return text;
}

Finding service_right(const Facts& facts)
{
  constexpr const char* read = "$ kubectl -n metallb-system get service,endpoints controller";
  const Seen<ServiceSeen>& service = facts.seen.metallb.expose;
  if (stages::metallb_controller(facts.seen) == nullptr) {
    return follows("IPL-MLB-020");
  }
  if (!service.found() && !service.absent()) {
    return could_not_look("Service controller could not be read: " + service.why,
                          told_by(facts.seen, Fact::expose));
  }
  const std::string state = expose_state(facts.seen);
  if (state == "absent") {
    return with_id("IPL-MLB-023", fail("Service metallb-system/controller is missing", read));
  }
  if (state.starts_with("has no")) {
    return with_id(
        "IPL-MLB-024",
        fail("Service controller " + state, std::string(read) + "\n" + ports_text(service.value)));
  }
  if (state != "right") {
    std::string selector = "selector:";
    for (const auto& [key, value] : service.value.selector) {
      selector += " " + key + "=" + value;
    }
    return fail("Service controller " + state, std::string(read) + "\n" + selector);
  }
  if (facts.seen.metallb.expose_endpoints == 0) {
    return controller_ready(facts.seen)
               ? fail("Service controller has no ready endpoint on port monitoring", read)
               : follows("IPL-MLB-020");
  }
  return ok("Service controller reaches the controller's port monitoring");
}

Finding metrics_answer(const Facts& facts)
{
  const std::string fault = metrics_fault(facts);
  if (!fault.empty() && fault != "IPL-MLB-005") {
    return follows(fault);
  }
  if (auto no = unreadable(facts, Extra::metrics)) {
    return *no;
  }
  if (!fault.empty()) {
    return fail("MetalLB's metrics do not answer through Service controller",
                evidence(facts, Extra::metrics, facts.more.read(Extra::metrics).answer.why));
  }
  return ok("MetalLB's metrics answer");
}

Finding configuration_taken(const Facts& facts)
{
  const std::string fault = metrics_fault(facts);
  if (!fault.empty()) {
    return follows(fault);
  }
  if (auto no = unreadable(facts, Extra::metrics)) {
    return *no;
  }
  const std::string line = last_line_with(facts.more.read(Extra::metrics).answer.value,
                                          "metallb_k8s_client_config_stale_bool ");
  if (line.ends_with(" 1")) {
    return fail("MetalLB refused its configuration and goes on with an older one",
                evidence(facts, Extra::metrics, line));
  }
  return ok("MetalLB has taken its configuration");
}

Finding webhook_answers(const Facts& facts)
{
  if (!controller_ready(facts.seen)) {
    return follows("IPL-MLB-020");
  }
  if (!facts.seen.crds.contains("ipaddresspools.metallb.io")) {
    return not_applicable("this MetalLB has no webhook");
  }
  const ExtraRead& read = facts.more.read(Extra::webhook);
  if (read.answer.found()) {
    return ok("MetalLB's webhook answers");
  }
  const bool called = read.answer.why.find("failed calling webhook") != std::string::npos ||
                      read.answer.why.find("failed to call webhook") != std::string::npos;
  if (called || read.answer.look == Look::unreachable) {
    return fail("MetalLB's webhook does not answer: no pool can be changed",
                evidence(facts, Extra::webhook, read.answer.why));
  }
  if (auto no = unreadable(facts, Extra::webhook)) {
    return *no;
  }
  Finding finding = could_not_look("a pool could not be tried");
  finding.saw = evidence(facts, Extra::webhook, read.answer.why);
  return finding;
}

Finding policies_open(const Facts& facts)
{
  if (auto no = unreadable(facts, Extra::metallb_objects)) {
    return *no;
  }
  const std::vector<PolicyFact>& policies = facts.more.controller_policies;
  const bool open = policies.empty() || std::ranges::any_of(policies, &PolicyFact::opens_metrics);
  return open ? ok("no NetworkPolicy closes the metrics port")
              : warn("NetworkPolicy " + policies.front().name +
                         " lets nobody reach the controller's port 7472",
                     evidence(
                         facts, Extra::metallb_objects, "networkpolicy " + policies.front().name));
}

} // namespace

std::vector<Check> expose_checks()
{
  constexpr const char* metrics =
      "kubectl get --raw "
      "/api/v1/namespaces/metallb-system/services/controller:monitoring/proxy/metrics";
  return {
      with_ids(after("IPL-MLB-025",
                     "Service controller",
                     "kubectl -n metallb-system get service,endpoints controller",
                     service_right),
               {"IPL-MLB-023", "IPL-MLB-024"}),
      after("IPL-MLB-005", "MetalLB's metrics", metrics, metrics_answer, {Extra::metrics}),
      after("IPL-MLB-026", "configuration taken", metrics, configuration_taken, {Extra::metrics}),
      after("IPL-MLB-004",
            "MetalLB's webhook",
            "kubectl apply --dry-run=server -f -",
            webhook_answers,
            {Extra::webhook}),
      after("IPL-MLB-027",
            "metrics port open",
            "kubectl -n metallb-system get networkpolicies",
            policies_open,
            {Extra::metallb_objects}),
  };
}

} // namespace iplease::checks
