// SPDX-License-Identifier: Apache-2.0
// The provider's objects, found by the usual name of its release or by the release's label.
#include <iplease/cluster/fill.hpp>
#include <iplease/core/names.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/facts/provider.hpp>

#include "json_access.hpp"
#include <algorithm>

namespace iplease {
namespace {

using json_access::at;
using json_access::text;
using json_access::text_map;
using nlohmann::json;

constexpr const char* k_instance = "app.kubernetes.io/instance";
constexpr const char* k_switch = "AKASH_IP_OPERATOR";
constexpr int k_status_port = 8443;

bool part_of(const std::map<std::string, std::string>& selector,
             const std::map<std::string, std::string>& labels)
{
  return !selector.empty() && std::ranges::all_of(selector, [&](const auto& one) {
    const auto hit = labels.find(one.first);
    return hit != labels.end() && hit->second == one.second;
  });
}

/// The Service that selects the provider's pod and has its status port.
std::string service_of(const Objects& objects, const WorkloadSeen& set)
{
  for (const json* object : objects.all("Service")) {
    const ServiceSeen service = parse_service(*object);
    const bool port = std::ranges::find(service.ports, k_status_port, &ServicePortSeen::port) !=
                      service.ports.end();
    if (service.name_space == k_akash_ns && port &&
        part_of(service.selector, set.template_labels)) {
      return service.name;
    }
  }
  return {};
}

/// The ConfigMap in the pod's environment that holds the switch.
const json* config_of(const Objects& objects, const WorkloadSeen& set)
{
  for (const std::string& name : set.config_maps) {
    const json* object = objects.find("ConfigMap", name, k_akash_ns);
    if (object != nullptr && at(*object, {"data", k_switch}) != nullptr) {
      return object;
    }
  }
  return nullptr;
}

/// The release's StatefulSet: the one with the chart's container, else the first.
const json* set_of(const Objects& objects)
{
  const json* found = nullptr;
  for (const json* object : objects.all("StatefulSet")) {
    for (const json* one : json_access::each(*object, {"spec", "template", "spec", "containers"})) {
      if (text(*one, {"name"}) == "provider") {
        return object;
      }
    }
    found = found == nullptr ? object : found;
  }
  return found;
}

void take_set(Observation& seen, const Objects& objects, const json& object)
{
  ProviderSeen& provider = seen.provider;
  provider.stateful_set = {.look = Look::seen, .value = parse_workload(object)};
  provider.service = service_of(objects, provider.stateful_set.value);
  if (const json* config = config_of(objects, provider.stateful_set.value)) {
    provider.config_map = text(*config, {"metadata", "name"});
    provider.config = text_map(*config, {"data"});
    provider.config_ip_operator = {.look = Look::seen, .value = text(*config, {"data", k_switch})};
  }
}

PodSeen take_pod(Observation& seen, const Seen<PodSeen>& pod)
{
  seen.provider.pod_revision = {.look = pod.look, .value = pod.value.revision, .why = pod.why};
  seen.provider.pod_ready = pod.value.ready;
  seen.provider.pod_waiting = pod.value.waiting;
  seen.provider.pod_init = pod.value.init;
  seen.provider.pod_node = pod.value.node;
  seen.provider.pod_needs = pod.value.needs;
  return pod.value;
}

} // namespace

NamedHints fill_provider(Observation& seen,
                         const Settings& want,
                         const Objects& objects,
                         const CommandResult& answer)
{
  NamedHints hints;
  const std::string name = facts::usual_provider_name(want.provider.release.value);
  const auto missing = [&](const char* plural, const std::string& object) {
    const Looked how = missing_look(answer, plural, object, k_akash_ns);
    return std::pair{how.look, how.why};
  };
  ProviderSeen& provider = seen.provider;
  const json* set = objects.find("StatefulSet", name, k_akash_ns);
  if (set != nullptr) {
    take_set(seen, objects, *set);
    const auto& labels = provider.stateful_set.value.labels;
    const auto owner = labels.find(k_instance);
    hints.provider_found =
        (owner == labels.end() || owner->second == want.provider.release.value) &&
        !provider.service.empty();
  } else {
    const auto [look, reason] = missing("statefulsets.apps", name);
    provider.stateful_set = {.look = look, .why = reason};
    hints.provider_found = look != Look::absent; // without `get`, do not try `list`
  }
  if (provider.config_map.empty()) {
    const auto [look, reason] = missing("configmaps", name + "-main");
    provider.config_ip_operator = {.look = look, .why = reason};
  }
  if (const json* object = objects.find("Deployment", name, k_akash_ns)) {
    seen.workloads.push_back(parse_workload(*object)); // a provider that Helm did not install
  }
  Seen<PodSeen> pod;
  if (const json* object = objects.find("Pod", name + "-0", k_akash_ns)) {
    pod = {.look = Look::seen, .value = parse_pod(*object)};
  } else {
    const auto [look, reason] = missing("pods", name + "-0");
    pod = {.look = look, .why = reason};
  }
  hints.pod = take_pod(seen, pod);
  return hints;
}

PodSeen fill_labelled_provider(Observation& seen, const CommandResult& answer)
{
  note_denials(seen, answer);
  Objects objects;
  ProviderSeen& provider = seen.provider;
  const bool whole = objects.read(answer.out) && !answer.truncated;
  const Look look = answer.ok() && !whole ? Look::failed : classify(answer);
  const std::string reason =
      answer.ok() && !whole ? "kubectl printed something that is not its JSON" : why(answer);
  const json* set = whole ? set_of(objects) : nullptr;
  if (set == nullptr) {
    if (look != Look::seen) {
      provider.stateful_set = {.look = look, .why = reason};
    }
    return {};
  }
  provider.config_map.clear();
  provider.config_ip_operator = {.look = look == Look::seen ? Look::absent : look,
                                 .why = why(answer)};
  take_set(seen, objects, *set);
  Seen<PodSeen> pod{.look = look == Look::seen ? Look::absent : look, .why = why(answer)};
  if (const json* object =
          objects.find("Pod", provider.stateful_set.value.name + "-0", k_akash_ns)) {
    pod = {.look = Look::seen, .value = parse_pod(*object)};
  }
  return take_pod(seen, pod);
}

Seen<std::string> status_of_provider(const CommandResult& answer)
{
  Seen<std::string> status{.look = classify(answer), .value = answer.out, .why = why(answer)};
  const nlohmann::json body = parsed_json(answer.out);
  if (status.found() && (answer.truncated || !body.is_object() || !body.contains("cluster"))) {
    status.look = Look::failed;
    status.why = "it is not a provider's status";
  }
  return status;
}

std::vector<std::string> labelled_provider(const std::string& release)
{
  return {"statefulsets,services,configmaps,pods", "-l", std::string(k_instance) + "=" + release};
}

} // namespace iplease
