// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/parse.hpp>
#include <iplease/kubespray/inventory.hpp>
#include <iplease/yaml/manifest.hpp>
#include <iplease/yaml/templates.hpp>

#include "metallb.hpp"
#include "subjects.hpp"
#include "support.hpp"

namespace iplease {

namespace {

using namespace stages;

// Akash's client looks up the SRV record
// _monitoring._TCP.controller.metallb-system.svc.cluster.local (provider,
// cluster/kube/operators/clients/metallb/client.go), so names and port are fixed.
constexpr int k_port = 7472;

/// The selector of the controller that is there, else of the one that this plan installs.
std::map<std::string, std::string> wanted_selector(const Observation& seen,
                                                   MetallbInstall install = MetallbInstall::helm)
{
  const WorkloadSeen* controller = metallb_controller(seen);
  // One of the ConfigMap era is on its way out: the chart's comes in its place.
  const bool leaves =
      before_0_13(seen.metallb.version) && !kubespray::keeps_configmap(seen.kubespray);
  if (controller != nullptr && !leaves) {
    return controller->selector;
  }
  if (install == MetallbInstall::kubespray) {
    return {{"app", "metallb"}, {"component", "controller"}};
  }
  const ReleaseSeen* release = metallb_release(seen);
  return {{"app.kubernetes.io/name", "metallb"},
          {"app.kubernetes.io/instance", release != nullptr ? release->name : "metallb"},
          {"app.kubernetes.io/component", "controller"}};
}

} // namespace

std::string expose_state(const Observation& seen)
{
  if (!seen.metallb.expose.found()) {
    return "absent";
  }
  const ServiceSeen& service = seen.metallb.expose.value;
  bool named = false;
  for (const ServicePortSeen& port : service.ports) {
    named = named || (port.name == "monitoring" && port.port == k_port && port.protocol == "TCP");
  }
  if (!named) {
    return "has no TCP port 7472 named monitoring";
  }
  return service.selector == wanted_selector(seen) ? "right"
                                                   : "selects other pods than the controller's";
}

StagePlan
plan_expose(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  const std::string state = expose_state(seen);
  const StagePlan* metallb = find_stage(done, "metallb");
  const bool settled = metallb == nullptr || metallb->verdict == Verdict::satisfied;
  if (state == "right" && settled && seen.metallb.expose_endpoints > 0) {
    return satisfied("Service controller reaches the controller's port monitoring");
  }
  StagePlan plan{.verdict = Verdict::needed};
  const Target target = target_of(seen, want);
  if (state != "right") {
    plan.change = state == "absent" ? "create" : "change";
    plan.reason =
        state == "absent" ? "Service controller not found" : "Service controller " + state;
    const std::string manifest =
        fill_template(template_text("controller_service"),
                      {{"selector", wanted_selector(seen, want.metallb.install.value)}});
    plan.steps.push_back({.id = "expose/apply",
                          .reason = plan.reason,
                          .action = Run{.command = kubectl_apply(target, manifest)},
                          .subject = "service/controller",
                          .before = state,
                          .expect = "right"});
  } else {
    plan.reason = "Service controller has no ready endpoint yet";
  }
  plan.steps.push_back(
      {.id = "expose/proof",
       .reason = "the controller's metrics answer through the Service",
       .action = WaitUntil{.probe = kubectl_get_raw(target,
                                                    "/api/v1/namespaces/metallb-system/services/"
                                                    "controller:monitoring/proxy/metrics"),
                           .pattern = "metallb_k8s_client_config_loaded_bool",
                           .limit = want.timeout("expose"),
                           .what = "MetalLB's metrics through Service controller",
                           .watch = pods_of(target, k_metallb_ns, "")},
       .failure_id = "IPL-MLB-005"});
  return plan;
}

} // namespace iplease
