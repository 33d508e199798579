// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/parse.hpp>
#include <iplease/kubespray/inventory.hpp>
#include <iplease/yaml/manifest.hpp>
#include <iplease/yaml/templates.hpp>

#include "change.hpp"
#include "metallb.hpp"
#include "subjects.hpp"
#include "support.hpp"
#include "undo.hpp"
#include <algorithm>

namespace iplease {

namespace {

using namespace stages;

// Akash's client looks up the SRV record
// _monitoring._TCP.controller.metallb-system.svc.cluster.local (provider,
// cluster/kube/operators/clients/metallb/client.go), so names and port are fixed.
constexpr int k_port = 7472;
constexpr const char* k_port_name = "monitoring";
constexpr const char* k_foreign = "IPL-MLB-030";

/// The selector of the live controller, else of the one that this plan installs.
std::map<std::string, std::string> wanted_selector(const Observation& seen,
                                                   MetallbInstall install = MetallbInstall::helm)
{
  const WorkloadSeen* controller = metallb_controller(seen);
  // The chart's controller will replace one of the ConfigMap era.
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

/// `right`, or why the Service does not reach pods with this selector.
std::string state_for(const Observation& seen, const std::map<std::string, std::string>& selector)
{
  if (!seen.metallb.expose.found()) {
    return "absent";
  }
  const ServiceSeen& service = seen.metallb.expose.value;
  bool named = false;
  for (const ServicePortSeen& port : service.ports) {
    named = named || (port.name == k_port_name && port.port == k_port && port.protocol == "TCP");
  }
  if (!named) {
    return "has no TCP port 7472 named monitoring";
  }
  return service.selector == selector ? "right" : "selects other pods than the controller's";
}

/// The state once this plan's MetalLB is installed.
std::string state_planned(const Observation& seen, const Settings& want)
{
  return state_for(seen, wanted_selector(seen, want.metallb.install.value));
}

/// Whether the Service serves something else than Akash: not made by iplease, nor as the guide
/// makes it (MetalLB's pods by either label family, and only its metrics port).
bool is_foreign(const ServiceSeen& service)
{
  const auto has = [](const auto& map, const char* key, const char* value) {
    const auto at = map.find(key);
    return at != map.end() && at->second == value;
  };
  if (has(service.labels, "app.kubernetes.io/managed-by", "iplease")) {
    return false;
  }
  const bool of_metallb = has(service.selector, "app", "metallb") ||
                          has(service.selector, "app.kubernetes.io/name", "metallb");
  const bool more = std::ranges::any_of(
      service.ports, [](const ServicePortSeen& port) { return port.port != k_port; });
  return !of_metallb || more;
}

/// Whether a targetPort leads to the controller's metrics.
bool leads_to_metrics(const Observation& seen, const std::string& target)
{
  const WorkloadSeen* controller = metallb_controller(seen);
  if (target == std::to_string(k_port) || controller == nullptr) {
    return target == std::to_string(k_port);
  }
  const auto named = controller->ports.find(target);
  return named != controller->ports.end() && named->second == k_port;
}

void change_ports(Change& change, const Observation& seen, const ServiceSeen& live)
{
  using Json = nlohmann::ordered_json;
  const std::vector<std::string> path{"spec", "ports"};
  // A strategic patch merges ports by number, so the others and their node ports stay.
  Json ours{{"port", k_port}, {"name", k_port_name}, {"protocol", "TCP"}};
  std::string was = "adds TCP port 7472 named monitoring";
  bool right = false;
  for (const ServicePortSeen& port : live.ports) {
    if (port.port == k_port) {
      right = port.name == k_port_name && port.protocol == "TCP";
      was = "port 7472 is named monitoring instead of \"" + port.name + "\"";
    }
  }
  const auto same = [](const ServicePortSeen& port) { return port.port == k_port; };
  const auto at = std::ranges::find_if(live.ports, same);
  if (at == live.ports.end() || !leads_to_metrics(seen, at->target)) {
    ours["targetPort"] = k_port;
  }
  if (!right) {
    change.add_item(path, std::move(ours), was);
  }
  for (const ServicePortSeen& port : live.ports) {
    // If there are two ports, each needs a name of its own.
    if (port.port != k_port && (port.name.empty() || port.name == k_port_name)) {
      const std::string name = "port-" + std::to_string(port.port);
      change.add_item(path,
                      Json{{"port", port.port}, {"name", name}},
                      "port " + std::to_string(port.port) + " is named " + name);
    }
  }
}

std::string words_of(const std::map<std::string, std::string>& labels)
{
  std::string out;
  for (const auto& [key, value] : labels) {
    out.append(out.empty() ? "" : ",").append(key).append("=").append(value);
  }
  return out;
}

/// What must change so that Akash finds the controller; other ports, labels and annotations stay.
Change change_of(const ServiceSeen& live, const Observation& seen, const Settings& want)
{
  Change change("Service controller", live.resource_version);
  if (live.type == "ExternalName") {
    change.set({"spec", "type"}, "ClusterIP", live.type);
    change.set({"spec", "externalName"}, nullptr, "a name");
  }
  const auto selector = wanted_selector(seen, want.metallb.install.value);
  if (live.selector != selector) {
    nlohmann::ordered_json merged = selector;
    for (const auto& [key, value] : live.selector) {
      if (!selector.contains(key)) {
        merged[key] = nullptr; // otherwise the merge would keep it
      }
    }
    change.set(
        {"spec", "selector"}, std::move(merged), words_of(live.selector), words_of(selector));
  }
  change_ports(change, seen, live);
  return change;
}

Problem foreign_problem(const ServiceSeen& live, const Change& change)
{
  std::string ports;
  for (const ServicePortSeen& port : live.ports) {
    ports += (ports.empty() ? "" : ",") + std::to_string(port.port) +
             (port.name.empty() ? "" : " " + port.name);
  }
  return {.id = k_foreign,
          .what = "Service controller in metallb-system is somebody else's, and it would change: " +
                  change.words(),
          .saw = "kubectl -n metallb-system get service controller: ports " + ports +
                 ", selector " + words_of(live.selector),
          .exit = ExitCode::blocked};
}

void create_service(StagePlan& plan, const Observation& seen, const Settings& want)
{
  const auto selector = wanted_selector(seen, want.metallb.install.value);
  std::string manifest =
      fill_template(template_text("controller_service"), {{"selector", selector}});
  plan.change = "create";
  plan.reason = "Service controller not found";
  plan.steps.push_back(
      {.id = "expose/apply",
       .reason = plan.reason,
       .action = Run{.command = kubectl_create(target_of(seen, want), std::move(manifest))},
       .subject = "service/controller",
       .before = "absent",
       .expect = "right"});
}

void change_service(StagePlan& plan,
                    const Change& change,
                    const Observation& seen,
                    const Settings& want)
{
  if (change.empty()) {
    return;
  }
  const std::string state = state_planned(seen, want);
  plan.change = "change";
  plan.reason = "Service controller " + state;
  plan.notes.push_back(change.words());
  std::vector<FieldChange> fields = changed_fields(change, seen, "service/controller");
  for (FieldChange& field : fields) {
    if (field.field == "ports") { // the server merges them
      field.is = "with monitoring 7472";
    }
  }
  plan.steps.push_back(
      {.id = "expose/apply",
       .reason = plan.reason,
       .action = Run{.command = kubectl_patch(
                         target_of(seen, want),
                         {.resource = "service", .name_space = k_metallb_ns, .name = "controller"},
                         change.patch(),
                         PatchType::strategic)},
       .subject = "service/controller",
       .before = state,
       .expect = "right",
       .fields = std::move(fields)});
}

} // namespace

std::string expose_state(const Observation& seen)
{
  // A controller of the ConfigMap era counts as long as it exists, even if it will be replaced.
  const WorkloadSeen* controller = metallb_controller(seen);
  return state_for(seen, controller != nullptr ? controller->selector : wanted_selector(seen));
}

StagePlan
plan_expose(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  const std::string state = state_planned(seen, want);
  const StagePlan* metallb = find_stage(done, "metallb");
  const bool settled = metallb == nullptr || metallb->verdict == Verdict::satisfied;
  if (state == "right" && settled && seen.metallb.expose_endpoints > 0) {
    return satisfied("Service controller reaches the controller's port monitoring");
  }
  StagePlan plan{.verdict = Verdict::needed,
                 .reason = "Service controller has no ready endpoint yet"};
  if (state == "absent") {
    create_service(plan, seen, want);
  } else if (state != "right") {
    const ServiceSeen& live = seen.metallb.expose.value;
    const Change change = change_of(live, seen, want);
    if (is_foreign(live) && !want.accepts(k_foreign)) {
      return blocked({foreign_problem(live, change)});
    }
    change_service(plan, change, seen, want);
  }
  const Target target = target_of(seen, want);
  plan.steps.push_back(
      {.id = "expose/proof",
       .reason = "the controller's metrics answer through the Service",
       .action = WaitUntil{.probe = kubectl_get_raw(target,
                                                    "/api/v1/namespaces/metallb-system/services/"
                                                    "controller:monitoring/proxy/metrics"),
                           .pattern = "metallb_k8s_client_config_loaded_bool",
                           .limit = want.timeout("expose"),
                           .what = "MetalLB's metrics through Service controller",
                           .watch = controller_pods(seen, want)},
       .failure_id = "IPL-MLB-005",
       .proves = "the controller's metrics answer"});
  return plan;
}

} // namespace iplease
