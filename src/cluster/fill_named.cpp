// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/observe.hpp>
#include <iplease/core/settings.hpp>

#include "json_access.hpp"
#include <array>

namespace iplease {
namespace {

using json_access::text;
using json_access::text_map;
using nlohmann::json;

constexpr const char* k_metallb = "metallb-system";
constexpr const char* k_akash = "akash-services";
constexpr const char* k_system = "kube-system";

constexpr std::array<const char*, 5> k_crds{"ipaddresspools.metallb.io",
                                            "l2advertisements.metallb.io",
                                            "addresspools.metallb.io",
                                            "providerleasedips.akash.network",
                                            "ciliumloadbalancerippools.cilium.io"};

json item(const char* version, const char* kind, const std::string& name, const std::string& space)
{
  json one{{"apiVersion", version}, {"kind", kind}, {"metadata", {{"name", name}}}};
  if (!space.empty()) {
    one["metadata"]["namespace"] = space;
  }
  return one;
}

// One answer with everything that is needed to say how an object of it was (not) seen.
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
    Seen<T> seen;
    const json* found = objects.find(kind, name, space);
    if (found != nullptr) {
      seen = {.look = Look::seen, .value = parse(*found)};
    } else {
      seen.look = missing_look(result, plural, name, space);
      if (seen.look != Look::absent) {
        const std::string line = forbidden_line(result, plural, name, space);
        seen.why = line.empty() ? why(result) : line;
      }
    }
    return seen;
  }
};

void fill_kube_proxy(Observation& seen, const Answer& answer)
{
  seen.kube_proxy.config = answer.read<std::string>(
      "ConfigMap", "configmaps", "kube-proxy", k_system, [](const json& object) {
        return text(object, {"data", "config.conf"});
      });
  if (const json* object = answer.objects.find("ConfigMap", "kube-proxy", k_system)) {
    seen.kube_proxy.resource_version = text(*object, {"metadata", "resourceVersion"});
  }
}

void fill_metallb(Observation& seen, const Answer& answer)
{
  seen.metallb.expose =
      answer.read<ServiceSeen>("Service", "services", "controller", k_metallb, parse_service);
  if (const json* object = answer.objects.find("Endpoints", "controller", k_metallb)) {
    seen.metallb.expose_endpoints = parse_endpoints(*object, "monitoring");
  }
  for (const char* name : {"config", "metallb", k_legacy_copy}) {
    if (const json* object = answer.objects.find("ConfigMap", name, k_metallb)) {
      fill_legacy(seen, *object);
    }
  }
}

NamedHints fill_provider(Observation& seen, const Answer& answer, const std::string& name)
{
  NamedHints hints;
  seen.provider.stateful_set =
      answer.read<WorkloadSeen>("StatefulSet", "statefulsets.apps", name, k_akash, parse_workload);
  if (const json* object = answer.objects.find("Deployment", name, k_akash)) {
    seen.workloads.push_back(parse_workload(*object)); // a provider that Helm did not build
  }
  const Seen<PodSeen> pod = answer.read<PodSeen>("Pod", "pods", name + "-0", k_akash, parse_pod);
  seen.provider.pod_revision = {.look = pod.look, .value = pod.value.revision, .why = pod.why};
  seen.provider.pod_ready = pod.value.ready;
  seen.provider.pod_waiting = pod.value.waiting;
  hints.pod = pod.value;

  const Seen<json> main =
      answer.read<json>("ConfigMap", "configmaps", name + "-main", k_akash, [](const json& object) {
        return object;
      });
  seen.provider.config_ip_operator = {.look = main.look, .why = main.why};
  if (main.found()) {
    const json* value = json_access::at(main.value, {"data", "AKASH_IP_OPERATOR"});
    seen.provider.config_ip_operator.look = value != nullptr ? Look::seen : Look::absent;
    seen.provider.config_ip_operator.value = text(main.value, {"data", "AKASH_IP_OPERATOR"});
  }
  return hints;
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
      "Deployment", "deployments.apps", "operator-ip", k_akash, parse_workload);
  if (answer.objects.find("Service", "operator-ip", k_akash) != nullptr) {
    out.service = "operator-ip:rest";
  }
  out.provider_address = answer.read<std::string>(
      "ConfigMap", "configmaps", "operator-ip", k_akash, [](const json& object) {
        return text(object, {"data", "provider-address"});
      });
  if (out.deployment.found()) {
    return;
  }
  // Charts before 9: other names, and the address is an argument.
  const Seen<WorkloadSeen> old = answer.read<WorkloadSeen>(
      "Deployment", "deployments.apps", "akash-ip-operator", k_akash, parse_workload);
  if (old.found()) {
    out.deployment = old;
    const std::string address = argument_after(old.value.args, "--provider");
    out.provider_address = {.look = address.empty() ? Look::absent : Look::seen, .value = address};
    out.running_address = out.provider_address; // another argument would be another pod
    if (answer.objects.find("Service", "akash-ip-operator", k_akash) != nullptr) {
      out.service = "akash-ip-operator:api";
    }
  }
}

} // namespace

std::string provider_full_name(const std::string& release)
{
  // The chart's name is `provider`; Helm's usual fullname template, cut at 63.
  std::string name =
      release.find("provider") != std::string::npos ? release : release + "-provider";
  constexpr std::size_t label_limit = 63;
  name = name.substr(0, label_limit);
  while (name.ends_with('-')) {
    name.pop_back();
  }
  return name;
}

std::string named_manifest(const Settings& want)
{
  const std::string provider = provider_full_name(want.provider.release.value);
  json items = json::array();
  for (const char* name : {k_system, k_metallb, k_akash, "lease"}) {
    items.push_back(item("v1", "Namespace", name, ""));
  }
  items.push_back(item("v1", "Service", "kubernetes", "default"));
  items.push_back(item("v1", "Service", "controller", k_metallb));
  items.push_back(item("v1", "Endpoints", "controller", k_metallb));
  items.push_back(item("v1", "Service", "operator-ip", k_akash));
  items.push_back(item("v1", "Service", "akash-ip-operator", k_akash));
  items.push_back(item("v1", "ConfigMap", "kube-proxy", k_system));
  items.push_back(item("v1", "ConfigMap", "cilium-config", k_system));
  items.push_back(item("v1", "ConfigMap", "config", k_metallb));
  items.push_back(item("v1", "ConfigMap", "metallb", k_metallb));
  items.push_back(item("v1", "ConfigMap", k_legacy_copy, k_metallb));
  items.push_back(item("v1", "ConfigMap", "operator-ip", k_akash));
  items.push_back(item("v1", "ConfigMap", provider + "-main", k_akash));
  items.push_back(item("apps/v1", "StatefulSet", provider, k_akash));
  items.push_back(item("apps/v1", "Deployment", provider, k_akash));
  items.push_back(item("apps/v1", "Deployment", "operator-ip", k_akash));
  items.push_back(item("apps/v1", "Deployment", "akash-ip-operator", k_akash));
  items.push_back(item("v1", "Pod", provider + "-0", k_akash));
  for (const char* name : k_crds) {
    items.push_back(item("apiextensions.k8s.io/v1", "CustomResourceDefinition", name, ""));
  }
  return json{{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}}.dump() + "\n";
}

Look missing_look(const CommandResult& answer,
                  std::string_view plural,
                  std::string_view name,
                  std::string_view name_space)
{
  const Look whole = classify(answer);
  if (whole == Look::seen || whole == Look::absent) {
    return Look::absent;
  }
  if (whole != Look::forbidden) {
    return whole;
  }
  // Of the objects of one answer some may be forbidden; without credentials all are.
  const bool named = answer.err.find("is forbidden:") != std::string::npos;
  return !named || !forbidden_line(answer, plural, name, name_space).empty() ? Look::forbidden
                                                                             : Look::absent;
}

NamedHints fill_named(Observation& seen,
                      const Settings& want,
                      const Objects& objects,
                      const CommandResult& result)
{
  const Answer answer{objects, result};
  note_denials(seen, result);
  for (const json* space : objects.all("Namespace")) {
    seen.namespaces.emplace(text(*space, {"metadata", "name"}),
                            text_map(*space, {"metadata", "labels"}));
  }
  if (const json* space = objects.find("Namespace", k_metallb)) {
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
  NamedHints hints = fill_provider(seen, answer, provider_full_name(want.provider.release.value));
  hints.crds_readable =
      missing_look(result, "customresourcedefinitions.apiextensions.k8s.io", k_crds[0], "") !=
      Look::forbidden;
  if (const json* object = objects.find("ConfigMap", "cilium-config", k_system)) {
    hints.cilium_replacement = text(*object, {"data", "kube-proxy-replacement"});
  }
  return hints;
}

} // namespace iplease
