// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/observe.hpp>
#include <iplease/core/names.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/facts/provider.hpp>

#include <fmt/format.h>

#include "json_access.hpp"
#include <algorithm>
#include <array>

namespace iplease {
namespace {

using json_access::text;
using json_access::text_map;
using nlohmann::json;

constexpr const char* k_system = "kube-system";

constexpr std::array<const char*, 8> k_crds{"ipaddresspools.metallb.io",
                                            "l2advertisements.metallb.io",
                                            "bgpadvertisements.metallb.io",
                                            "helmcharts.helm.cattle.io",
                                            "charts.helm.k0sproject.io",
                                            "addresspools.metallb.io",
                                            "providerleasedips.akash.network",
                                            "ciliumloadbalancerippools.cilium.io"};

/// MetalLB's Deployment in its manifests and in its chart. Under another name or in another
/// namespace, two more reads find it by its labels.
constexpr std::array<const char*, 2> k_controllers{"controller", "metallb-controller"};

/// What kube-vip leaves in kube-system besides its pods: its election Leases and the controller
/// that assigns addresses.
constexpr std::array<const char*, 2> k_vip_leases{"plndr-svcs-lock", "plndr-cp-lock"};
constexpr const char* k_vip_provider = "kube-vip-cloud-provider";

json item(const char* version, const char* kind, const std::string& name, const std::string& space)
{
  json one{{"apiVersion", version}, {"kind", kind}, {"metadata", {{"name", name}}}};
  if (!space.empty()) {
    one["metadata"]["namespace"] = space;
  }
  return one;
}

// One answer, and what `read` needs to say why an object is missing from it.
struct Answer {
  const Objects& objects;
  const CommandResult& result;

  template <class T, class Parse>
  Seen<T> read(const char* kind,
               const char* plural,
               const std::string& name,
               const char* space,
               Parse parse) const
  {
    if (const json* found = objects.find(kind, name, space)) {
      return {.look = Look::seen, .value = parse(*found)};
    }
    const Looked missing = missing_look(result, plural, name, space);
    return {.look = missing.look, .why = missing.why};
  }
};

/// The last time that a writer of config.conf changed the ConfigMap, from managedFields, by the API
/// server's clock. That writer's change of a label counts too.
std::string config_written(const json& config_map)
{
  std::string last;
  for (const json* one : json_access::each(config_map, {"metadata", "managedFields"})) {
    const bool writes = json_access::at(*one, {"fieldsV1", "f:data", "f:config.conf"}) != nullptr;
    last = writes ? std::max(last, text(*one, {"time"})) : last;
  }
  return last;
}

void fill_kube_proxy(Observation& seen, const Answer& answer)
{
  seen.kube_proxy.config = answer.read<std::string>(
      "ConfigMap", "configmaps", "kube-proxy", k_system, [](const json& object) {
        return text(object, {"data", "config.conf"});
      });
  if (const json* object = answer.objects.find("ConfigMap", "kube-proxy", k_system)) {
    seen.kube_proxy.resource_version = text(*object, {"metadata", "resourceVersion"});
    seen.kube_proxy.marks = {.labels = text_map(*object, {"metadata", "labels"}),
                             .annotations = text_map(*object, {"metadata", "annotations"})};
    seen.kube_proxy.config_written = config_written(*object);
  }
}

void fill_metallb(Observation& seen, const Answer& answer)
{
  for (const char* name : k_controllers) {
    if (const json* object = answer.objects.find("Deployment", name, k_metallb_ns)) {
      add_controller(seen, parse_workload(*object));
    }
  }
  seen.metallb.expose =
      answer.read<ServiceSeen>("Service", "services", "controller", k_metallb_ns, parse_service);
  if (const json* object = answer.objects.find("Endpoints", "controller", k_metallb_ns)) {
    seen.metallb.expose_endpoints = parse_endpoints(*object, "monitoring");
  }
  for (const char* name : {"config", "metallb", k_legacy_copy}) {
    if (const json* object = answer.objects.find("ConfigMap", name, k_metallb_ns)) {
      fill_legacy(seen, *object);
    }
  }
}

std::string argument_after(const std::vector<std::string>& args, std::string_view flag)
{
  for (std::size_t at = 0; at < args.size(); ++at) {
    if (args[at] == flag && at + 1 < args.size()) {
      return args[at + 1];
    }
    if (args[at].starts_with(flag) && args[at].size() > flag.size() &&
        args[at][flag.size()] == '=') {
      return args[at].substr(flag.size() + 1);
    }
  }
  return {};
}

void fill_ip_operator(Observation& seen, const Answer& answer)
{
  IpOperatorSeen& out = seen.ip_operator;
  out.deployment = answer.read<WorkloadSeen>(
      "Deployment", "deployments.apps", "operator-ip", k_akash_ns, parse_workload);
  if (answer.objects.find("Service", "operator-ip", k_akash_ns) != nullptr) {
    out.service = "operator-ip:rest";
  }
  out.provider_address = answer.read<std::string>(
      "ConfigMap", "configmaps", "operator-ip", k_akash_ns, [](const json& object) {
        return text(object, {"data", "provider-address"});
      });
  if (out.deployment.found()) {
    return;
  }
  // Charts before 9 use other names and pass the address as an argument.
  const Seen<WorkloadSeen> old = answer.read<WorkloadSeen>(
      "Deployment", "deployments.apps", "akash-ip-operator", k_akash_ns, parse_workload);
  if (old.found()) {
    out.deployment = old;
    const std::string address = argument_after(old.value.args, "--provider");
    out.provider_address = {.look = address.empty() ? Look::absent : Look::seen, .value = address};
    out.running_address = out.provider_address; // a new argument means a new pod
    if (answer.objects.find("Service", "akash-ip-operator", k_akash_ns) != nullptr) {
      out.service = "akash-ip-operator:api";
    }
  }
}

} // namespace

std::string named_manifest(const Settings& want)
{
  const std::string provider = facts::usual_provider_name(want.provider.release.value);
  json items = json::array();
  for (const char* name : {k_system, k_metallb_ns, k_akash_ns, "lease"}) {
    items.push_back(item("v1", "Namespace", name, ""));
  }
  items.push_back(item("v1", "Service", "kubernetes", "default"));
  items.push_back(item("v1", "Service", "controller", k_metallb_ns));
  items.push_back(item("v1", "Endpoints", "controller", k_metallb_ns));
  items.push_back(item("v1", "Service", provider, k_akash_ns));
  items.push_back(item("v1", "Service", "operator-ip", k_akash_ns));
  items.push_back(item("v1", "Service", "akash-ip-operator", k_akash_ns));
  items.push_back(item("v1", "ConfigMap", "kube-proxy", k_system));
  items.push_back(item("v1", "ConfigMap", "cilium-config", k_system));
  items.push_back(item("v1", "ConfigMap", "config", k_metallb_ns));
  items.push_back(item("v1", "ConfigMap", "metallb", k_metallb_ns));
  items.push_back(item("v1", "ConfigMap", k_legacy_copy, k_metallb_ns));
  items.push_back(item("v1", "ConfigMap", "operator-ip", k_akash_ns));
  items.push_back(item("v1", "ConfigMap", provider + "-main", k_akash_ns));
  items.push_back(item("apps/v1", "StatefulSet", provider, k_akash_ns));
  items.push_back(item("apps/v1", "Deployment", provider, k_akash_ns));
  items.push_back(item("apps/v1", "Deployment", "operator-ip", k_akash_ns));
  items.push_back(item("apps/v1", "Deployment", "akash-ip-operator", k_akash_ns));
  for (const char* name : k_controllers) {
    items.push_back(item("apps/v1", "Deployment", name, k_metallb_ns));
  }
  items.push_back(item("v1", "Pod", provider + "-0", k_akash_ns));
  for (const char* kind : {"Deployment", "StatefulSet"}) {
    items.push_back(item("apps/v1", kind, k_vip_provider, k_system));
  }
  for (const char* lease : k_vip_leases) {
    items.push_back(item("coordination.k8s.io/v1", "Lease", lease, k_system));
  }
  for (const char* name : k_crds) {
    items.push_back(item("apiextensions.k8s.io/v1", "CustomResourceDefinition", name, ""));
  }
  return json{{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}}.dump() + "\n";
}

std::string
distrust_named(const CommandResult& result, const std::string& manifest, Objects& objects)
{
  if (!result.ok() && result.out.empty()) {
    return {}; // refused or unreachable: its stderr says so
  }
  if (result.truncated || !objects.read(result.out)) {
    return "kubectl get -f - printed something that is not its JSON";
  }
  Objects asked;
  if (!asked.read(manifest)) {
    return "the question is not JSON"; // impossible: iplease wrote it
  }
  for (const json& object : objects.items()) {
    const auto of = [&](const char* key) { return text(object, {"metadata", key}); };
    const std::string kind = text(object, {"kind"});
    const json* question = asked.find(kind, of("name"), of("namespace"));
    const bool same =
        question != nullptr && text(*question, {"metadata", "namespace"}) == of("namespace");
    if (!same) {
      return fmt::format(
          "kubectl get -f - printed {} {}, which was not asked for", kind, of("name"));
    }
  }
  const json* anchor = objects.find("Namespace", k_system);
  if (anchor != nullptr && text(*anchor, {"metadata", "uid"}).empty()) {
    return "kubectl get -f - printed namespace kube-system without its UID";
  }
  return anchor != nullptr || missing_look(result, "namespaces", k_system, "").look != Look::absent
             ? ""
             : "kubectl get -f - did not print namespace kube-system, which every cluster has";
}

Looked missing_look(const CommandResult& answer,
                    std::string_view plural,
                    std::string_view name,
                    std::string_view name_space)
{
  const Look whole = classify(answer);
  if (whole == Look::seen || whole == Look::absent) {
    return Look::absent;
  }
  const std::string line = forbidden_line(answer, plural, name, name_space);
  // Some objects of an answer may be forbidden, and kubectl names each. Without credentials all
  // are.
  const bool named = answer.err.find("is forbidden:") != std::string::npos;
  if (whole == Look::forbidden && named && line.empty()) {
    return Look::absent;
  }
  return {whole, line.empty() ? why(answer) : line};
}

NamedHints fill_named(Observation& seen,
                      const Settings& want,
                      const Objects& objects,
                      const CommandResult& result)
{
  const Answer answer{objects, result};
  note_denials(seen, result);
  for (const char* name : {k_system, k_metallb_ns, k_akash_ns, "lease"}) {
    const Seen<bool> space =
        answer.read<bool>("Namespace", "namespaces", name, "", [](const json&) { return true; });
    if (!space.found() && !space.absent()) {
      seen.namespaces_look = {space.look, space.why};
    }
  }
  if (seen.namespaces_look == Look::not_looked) {
    seen.namespaces_look = Look::seen;
  }
  for (const json* space : objects.all("Namespace")) {
    const std::string name = text(*space, {"metadata", "name"});
    seen.namespaces.emplace(name, text_map(*space, {"metadata", "labels"}));
    seen.namespace_annotations.emplace(name, text_map(*space, {"metadata", "annotations"}));
  }
  if (const json* space = objects.find("Namespace", k_metallb_ns)) {
    seen.metallb.namespace_version = text(*space, {"metadata", "resourceVersion"});
  }
  seen.cluster_uid =
      answer.read<std::string>("Namespace", "namespaces", k_system, "", [](const json& object) {
        return text(object, {"metadata", "uid"});
      });
  if (const json* object = objects.find("Service", "kubernetes", "default")) {
    seen.service_ip = text(*object, {"spec", "clusterIP"});
  }
  for (const json* crd : objects.all("CustomResourceDefinition")) {
    seen.crds.insert(text(*crd, {"metadata", "name"}));
  }
  fill_kube_proxy(seen, answer);
  fill_metallb(seen, answer);
  fill_ip_operator(seen, answer);
  NamedHints hints = fill_provider(seen, want, objects, result);
  const Looked crds =
      missing_look(result, "customresourcedefinitions.apiextensions.k8s.io", k_crds[0], "");
  seen.crds_look = crds == Look::absent ? Looked(Look::seen) : crds;
  hints.crds_readable = crds.look != Look::forbidden;
  if (const json* object = objects.find("ConfigMap", "cilium-config", k_system)) {
    hints.cilium_replacement = text(*object, {"data", "kube-proxy-replacement"});
  }
  for (const char* kind : {"Deployment", "StatefulSet"}) {
    if (const json* object = objects.find(kind, k_vip_provider, k_system)) {
      seen.workloads.push_back(parse_workload(*object));
      hints.kube_vip = true;
    }
  }
  hints.kube_vip = hints.kube_vip || std::ranges::any_of(k_vip_leases, [&](const char* lease) {
                     return objects.find("Lease", lease, k_system) != nullptr;
                   });
  return hints;
}

} // namespace iplease
