// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/parse.hpp>

#include <fmt/format.h>

#include "json_access.hpp"
#include <algorithm>

namespace iplease {

using json_access::at;
using json_access::each;
using json_access::integer;
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

bool Objects::read(std::string_view printed)
{
  if (printed.find_first_not_of(" \n\r\t") == std::string_view::npos) {
    return true; // nothing of what was asked for exists
  }
  const auto keep = [](int, json::parse_event_t event, json& parsed) {
    return event != json::parse_event_t::key ||
           (parsed != "openAPIV3Schema" && parsed != "managedFields");
  };
  json all = json::parse(printed, keep, false);
  if (!all.is_object()) {
    return false;
  }
  if (text(all, {"kind"}) != "List") {
    m_data->items.push_back(std::move(all));
    return true;
  }
  const auto items = all.find("items");
  if (items == all.end() || !items->is_array()) {
    return false;
  }
  for (json& item : *items) {
    m_data->items.push_back(std::move(item));
  }
  return true;
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

// An integer or a name, as targetPort may be either.
std::string port_text(const json& port, const char* key)
{
  const json* value = at(port, {key});
  if (value != nullptr && value->is_number()) {
    return fmt::format("{}", value->get<std::int64_t>());
  }
  return text(port, {key});
}

void add_container(WorkloadSeen& workload, const json& container, bool first)
{
  workload.images.push_back(text(container, {"image"}));
  for (const char* key : {"command", "args"}) {
    for (std::string& word : texts(container, {key})) {
      workload.args.push_back(std::move(word));
    }
  }
  for (const json* port : each(container, {"ports"})) {
    const std::string name = text(*port, {"name"});
    if (!name.empty()) {
      workload.ports.emplace(name, static_cast<int>(integer(*port, {"containerPort"})));
    }
  }
  if (!first) {
    return;
  }
  for (const json* variable : each(container, {"env"})) {
    const json* value = at(*variable, {"value"});
    if (value != nullptr && value->is_string()) {
      workload.env.emplace(text(*variable, {"name"}), value->get<std::string>());
    }
  }
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
                             .port = static_cast<int>(integer(*port, {"port"})),
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
  WorkloadSeen workload{.kind = text(object, {"kind"}),
                        .name_space = text(object, {"metadata", "namespace"}),
                        .name = text(object, {"metadata", "name"}),
                        .labels = text_map(object, {"metadata", "labels"}),
                        .selector = text_map(object, {"spec", "selector", "matchLabels"}),
                        .template_annotations =
                            text_map(object, {"spec", "template", "metadata", "annotations"}),
                        .update_revision = text(object, {"status", "updateRevision"})};
  bool first = true;
  for (const json* container : each(object, {"spec", "template", "spec", "containers"})) {
    add_container(workload, *container, first);
    first = false;
  }
  const auto count = [&](std::initializer_list<const char*> path) {
    return static_cast<int>(integer(object, path));
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

/// What one container of the pod waits for, and whether the one that counts runs.
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
  PodSeen pod{.revision = text(object, {"metadata", "labels", "controller-revision-hash"})};
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
  }
  return pod;
}

} // namespace iplease
