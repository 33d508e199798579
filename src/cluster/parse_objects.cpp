// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/held.hpp>
#include <iplease/cluster/parse.hpp>

#include <fmt/format.h>

#include "json_access.hpp"
#include <algorithm>

namespace iplease {

using json_access::at;
using json_access::each;
using json_access::integer;
using json_access::small_integer;
using json_access::text;
using json_access::text_map;
using json_access::texts;
using nlohmann::json;

struct Objects::Data {
  std::vector<json> items;
};

Objects::Objects()
    : m_data(std::make_unique<Data>())
{
}
Objects::~Objects() = default;
Objects::Objects(Objects&&) noexcept = default;
Objects& Objects::operator=(Objects&&) noexcept = default;

namespace {

bool is_whole(const json& object)
{
  return !text(object, {"kind"}).empty() && !text(object, {"metadata", "name"}).empty();
}

} // namespace

bool Objects::read(std::string_view printed)
{
  const auto keep = [](int, json::parse_event_t event, json& parsed) {
    return event != json::parse_event_t::key || parsed != "openAPIV3Schema";
  };
  json all = json::parse(printed, keep, false);
  if (!all.is_object()) {
    return false;
  }
  if (text(all, {"kind"}) != "List") {
    m_data->items.push_back(std::move(all));
  } else {
    const auto items = all.find("items");
    if (items == all.end() || !items->is_array()) {
      return false;
    }
    for (json& item : *items) {
      m_data->items.push_back(std::move(item));
    }
  }
  for (json& item : m_data->items) {
    const bool proxy =
        text(item, {"kind"}) == "ConfigMap" && text(item, {"metadata", "name"}) == "kube-proxy";
    if (const auto meta = item.find("metadata"); !proxy && meta != item.end()) {
      meta->erase("managedFields");
    }
  }
  return std::ranges::all_of(m_data->items, is_whole);
}

const std::vector<json>& Objects::items() const
{
  return m_data->items;
}

const json*
Objects::find(std::string_view kind, std::string_view name, std::string_view name_space) const
{
  for (const json& item : m_data->items) {
    if (text(item, {"kind"}) == kind && text(item, {"metadata", "name"}) == name &&
        (name_space.empty() || text(item, {"metadata", "namespace"}) == name_space)) {
      return &item;
    }
  }
  return nullptr;
}

std::vector<const json*> Objects::all(std::string_view kind) const
{
  std::vector<const json*> found;
  for (const json& item : m_data->items) {
    if (text(item, {"kind"}) == kind) {
      found.push_back(&item);
    }
  }
  return found;
}

namespace {

// targetPort may be a number or a name.
std::string port_text(const json& port, const char* key)
{
  const json* value = at(port, {key});
  const auto number = value == nullptr ? std::nullopt : json_access::whole_number(*value);
  return number ? fmt::format("{}", *number) : text(port, {key});
}

void add_resources(WorkloadSeen& workload, const json& container)
{
  for (const char* kind : {"limits", "requests"}) {
    const json* amounts = at(container, {"resources", kind});
    if (amounts == nullptr || !amounts->is_object()) {
      continue;
    }
    for (const auto& [what, much] : amounts->items()) { // a number if the chart wrote one
      workload.resources[fmt::format("{} {}.{}", text(container, {"name"}), kind, what)] =
          much.is_string() ? much.get<std::string>() : much.dump();
    }
  }
}

void add_environment(WorkloadSeen& workload, const json& container)
{
  for (const json* source : each(container, {"envFrom"})) {
    const std::string name = text(*source, {"configMapRef", "name"});
    if (!name.empty()) {
      workload.config_maps.push_back(name);
    }
  }
  for (const json* variable : each(container, {"env"})) {
    const json* value = at(*variable, {"value"});
    if (value != nullptr && value->is_string()) {
      workload.env.emplace(text(*variable, {"name"}), value->get<std::string>());
    }
  }
}

void add_container(WorkloadSeen& workload, const json& container)
{
  workload.images.push_back(text(container, {"image"}));
  for (const char* key : {"command", "args"}) {
    for (std::string& word : texts(container, {key})) {
      workload.args.push_back(std::move(word));
    }
  }
  for (const json* port : each(container, {"ports"})) {
    const std::string name = text(*port, {"name"});
    // A port without a name is stored under its number.
    const auto number = small_integer(*port, {"containerPort"});
    workload.ports.emplace(name.empty() ? std::to_string(number) : name, number);
  }
  add_resources(workload, container);
}

} // namespace

ServiceSeen parse_service(const json& object)
{
  ServiceSeen service{.name_space = text(object, {"metadata", "namespace"}),
                      .name = text(object, {"metadata", "name"}),
                      .uid = text(object, {"metadata", "uid"}),
                      .type = text(object, {"spec", "type"}),
                      .cluster_ip = text(object, {"spec", "clusterIP"}),
                      .lb_class = text(object, {"spec", "loadBalancerClass"}),
                      .lb_ip = text(object, {"spec", "loadBalancerIP"}),
                      .selector = text_map(object, {"spec", "selector"}),
                      .labels = text_map(object, {"metadata", "labels"}),
                      .annotations = text_map(object, {"metadata", "annotations"}),
                      .resource_version = text(object, {"metadata", "resourceVersion"})};
  for (const json* port : each(object, {"spec", "ports"})) {
    service.ports.push_back({.name = text(*port, {"name"}),
                             .port = small_integer(*port, {"port"}),
                             .target = port_text(*port, "targetPort"),
                             .protocol = text(*port, {"protocol"})});
  }
  for (const json* ingress : each(object, {"status", "loadBalancer", "ingress"})) {
    std::string address = text(*ingress, {"ip"});
    if (address.empty()) {
      address = text(*ingress, {"hostname"});
    }
    if (!address.empty()) {
      service.addresses.push_back(std::move(address));
    }
  }
  return service;
}

WorkloadSeen parse_workload(const json& object)
{
  WorkloadSeen workload{
      .kind = text(object, {"kind"}),
      .name_space = text(object, {"metadata", "namespace"}),
      .name = text(object, {"metadata", "name"}),
      .uid = text(object, {"metadata", "uid"}),
      .generation = integer(object, {"generation"}),
      .labels = text_map(object, {"metadata", "labels"}),
      .selector = text_map(object, {"spec", "selector", "matchLabels"}),
      .template_labels = text_map(object, {"spec", "template", "metadata", "labels"}),
      .template_annotations = text_map(object, {"spec", "template", "metadata", "annotations"}),
      .update_revision = text(object, {"status", "updateRevision"}),
      .annotations = text_map(object, {"metadata", "annotations"})};
  if (const json* spec = at(object, {"spec", "template", "spec"})) {
    workload.needs = parse_pod_needs(*spec);
  }
  bool first = true;
  for (const json* container : each(object, {"spec", "template", "spec", "containers"})) {
    add_container(workload, *container);
    if (first) {
      add_environment(workload, *container);
    }
    first = false;
  }
  const auto count = [&](std::initializer_list<const char*> path) {
    return small_integer(object, path);
  };
  if (workload.kind == "DaemonSet") {
    workload.wanted = count({"status", "desiredNumberScheduled"});
    workload.ready = count({"status", "numberReady"});
    workload.updated = count({"status", "updatedNumberScheduled"});
  } else {
    workload.wanted = at(object, {"spec", "replicas"}) != nullptr ? count({"spec", "replicas"}) : 1;
    workload.ready = count({"status", "readyReplicas"});
    workload.updated = count({"status", "updatedReplicas"});
  }
  return workload;
}

int parse_endpoints(const json& object, std::string_view port)
{
  int ready = 0;
  for (const json* subset : each(object, {"subsets"})) {
    const auto ports = each(*subset, {"ports"});
    const bool named = std::any_of(
        ports.begin(), ports.end(), [&](const json* one) { return text(*one, {"name"}) == port; });
    if (named) {
      ready += static_cast<int>(each(*subset, {"addresses"}).size());
    }
  }
  return ready;
}

namespace {

/// Notes why a container waits and whether the main one runs.
void add_status(PodSeen& pod, const json& status)
{
  const std::string reason = text(status, {"state", "waiting", "reason"});
  const std::string name = text(status, {"name"});
  if (!reason.empty() && reason != "PodInitializing" && pod.waiting.empty()) {
    pod.waiting = fmt::format("{}: {}", name, reason);
  }
  const bool running = at(status, {"state", "running"}) != nullptr;
  pod.running = pod.running || (running && name == pod.container);
}

} // namespace

PodSeen parse_pod(const json& object)
{
  PodSeen pod{.revision = text(object, {"metadata", "labels", "controller-revision-hash"}),
              .node = text(object, {"spec", "nodeName"}),
              .needs = parse_live_needs(object)};
  for (const json* condition : each(object, {"status", "conditions"})) {
    if (text(*condition, {"type"}) == "Ready") {
      pod.ready = text(*condition, {"status"}) == "True";
    }
    if (text(*condition, {"type"}) == "PodScheduled" && text(*condition, {"status"}) == "False") {
      pod.waiting =
          fmt::format("{}: {}", text(*condition, {"reason"}), text(*condition, {"message"}));
    }
  }
  for (const json* container : each(object, {"spec", "containers"})) {
    const std::string name = text(*container, {"name"});
    if (pod.container.empty() || name == "provider") {
      pod.container = name;
    }
  }
  for (const char* group : {"initContainerStatuses", "containerStatuses"}) {
    for (const json* status : each(object, {"status", group})) {
      add_status(pod, *status);
    }
  }
  if (pod.waiting.empty() && !pod.running) {
    pod.waiting = text(object, {"status", "phase"});
    for (const json* status : each(object, {"status", "initContainerStatuses"})) {
      if (at(*status, {"state", "running"}) != nullptr) {
        pod.init = text(*status, {"name"});
        pod.waiting = fmt::format("init container {} still runs", pod.init);
      }
    }
  }
  return pod;
}

} // namespace iplease
