// SPDX-License-Identifier: Apache-2.0
#include "diagnose_parse.hpp"

#include <iplease/cluster/parse.hpp>

#include <fmt/format.h>

#include "json_access.hpp"
#include <algorithm>
#include <limits>
#include <tuple>

namespace iplease {
namespace {

using json_access::each;
using json_access::integer;
using json_access::text;
using json_access::text_map;
using json_access::texts;
using nlohmann::json;

constexpr int k_metrics_port = 7472;

PodFact pod_fact(const json& object)
{
  const PodSeen pod = parse_pod(object);
  PodFact fact{.name = text(object, {"metadata", "name"}),
               .node = text(object, {"spec", "nodeName"}),
               .labels = text_map(object, {"metadata", "labels"}),
               .created = text(object, {"metadata", "creationTimestamp"}),
               .ready = pod.ready,
               .waiting = pod.ready || pod.waiting == "Running" ? "" : pod.waiting};
  for (const json* status : each(object, {"status", "containerStatuses"})) {
    const int more = std::max(json_access::small_integer(*status, {"restartCount"}), 0);
    fact.restarts += std::min(more, std::numeric_limits<int>::max() - fact.restarts);
    fact.running = fact.running || json_access::at(*status, {"state", "running"}) != nullptr;
  }
  return fact;
}

EventFact event_fact(const json& object)
{
  return {.kind = text(object, {"involvedObject", "kind"}),
          .name_space = text(object, {"involvedObject", "namespace"}),
          .name = text(object, {"involvedObject", "name"}),
          .uid = text(object, {"involvedObject", "uid"}),
          .reason = text(object, {"reason"}),
          .message = text(object, {"message"}),
          .last = text(object, {"lastTimestamp"})};
}

void fill_pods_and_events(std::vector<PodFact>& pods, Diagnosis& out, const Objects& objects)
{
  for (const json* pod : objects.all("Pod")) {
    if (text(*pod, {"metadata", "deletionTimestamp"}).empty()) {
      pods.push_back(pod_fact(*pod));
    }
  }
  for (const json* event : objects.all("Event")) {
    out.events.push_back(event_fact(*event));
  }
}

int ready_addresses(const json& endpoints)
{
  int ready = 0;
  for (const json* subset : each(endpoints, {"subsets"})) {
    ready += static_cast<int>(each(*subset, {"addresses"}).size());
  }
  return ready;
}

bool has_labels(const std::map<std::string, std::string>& labels,
                const std::map<std::string, std::string>& wanted)
{
  return std::ranges::all_of(wanted, [&](const auto& one) {
    const auto label = labels.find(one.first);
    return label != labels.end() && label->second == one.second;
  });
}

bool selects(const json& policy, const std::map<std::string, std::string>& labels)
{
  return each(policy, {"spec", "podSelector", "matchExpressions"}).empty() &&
         has_labels(labels, text_map(policy, {"spec", "podSelector", "matchLabels"}));
}

bool rule_opens(const json& rule)
{
  const auto ports = each(rule, {"ports"});
  return ports.empty() || std::ranges::any_of(ports, [](const json* port) {
           const std::int64_t first = integer(*port, {"port"});
           const std::int64_t last = std::max(first, integer(*port, {"endPort"}));
           return text(*port, {"port"}) == "monitoring" ||
                  (first <= k_metrics_port && k_metrics_port <= last);
         });
}

PolicyFact policy_fact(const json& policy)
{
  const auto rules = each(policy, {"spec", "ingress"});
  return {.name = text(policy, {"metadata", "name"}),
          .opens_metrics =
              std::ranges::any_of(rules, [](const json* rule) { return rule_opens(*rule); })};
}

void fill_policies(Diagnosis& out, const Observation& seen, const Objects& objects)
{
  for (const WorkloadSeen& controller : seen.metallb.controllers) {
    for (const json* policy : objects.all("NetworkPolicy")) {
      const std::vector<std::string> types = texts(*policy, {"spec", "policyTypes"});
      const bool ingress = types.empty() || std::ranges::find(types, "Ingress") != types.end();
      if (ingress && controller.name_space == "metallb-system" &&
          selects(*policy, controller.selector)) {
        out.controller_policies.push_back(policy_fact(*policy));
      }
    }
  }
}

/// Parses `printed` and passes the objects to `fill`; false if it is not a list of objects.
template <typename Fill> bool with_objects(std::string_view printed, Fill fill)
{
  Objects objects;
  if (!objects.read(printed)) {
    return false;
  }
  fill(objects);
  return true;
}

} // namespace

bool fill_metallb_objects(Diagnosis& out, const Observation& seen, std::string_view printed)
{
  return with_objects(printed, [&](const Objects& objects) {
    fill_pods_and_events(out.metallb_pods, out, objects);
    for (const json* endpoints : objects.all("Endpoints")) {
      out.metallb_endpoints[text(*endpoints, {"metadata", "name"})] = ready_addresses(*endpoints);
    }
    fill_policies(out, seen, objects);
  });
}

std::string pod_with_the_log(const std::vector<PodFact>& pods,
                             const std::map<std::string, std::string>& selector)
{
  const PodFact* best = nullptr;
  for (const PodFact& pod : pods) {
    const bool better = best == nullptr ||
                        std::tie(pod.running, pod.created) > std::tie(best->running, best->created);
    if (has_labels(pod.labels, selector) && better) {
      best = &pod;
    }
  }
  return best == nullptr ? "" : best->name;
}

bool fill_akash_objects(Diagnosis& out, std::string_view printed)
{
  return with_objects(
      printed, [&](const Objects& objects) { fill_pods_and_events(out.akash_pods, out, objects); });
}

bool fill_cluster_dns(Diagnosis& out, std::string_view printed)
{
  return with_objects(printed, [&](const Objects& objects) {
    for (const json* endpoints : objects.all("Endpoints")) {
      out.dns_endpoints[text(*endpoints, {"metadata", "name"})] = ready_addresses(*endpoints);
    }
    if (const json* config = objects.find("ConfigMap", "coredns", "kube-system")) {
      out.corefile = text(*config, {"data", "Corefile"});
    }
  });
}

bool fill_service_events(Diagnosis& out, std::string_view printed)
{
  return with_objects(printed, [&](const Objects& objects) {
    for (const json* event : objects.all("Event")) {
      out.service_events.push_back(event_fact(*event));
    }
  });
}

bool fill_announcers(Diagnosis& out, std::string_view printed)
{
  return with_objects(printed, [&](const Objects& objects) {
    for (const json* one : objects.all("ServiceL2Status")) {
      const std::string node = text(*one, {"status", "node"});
      if (!node.empty()) {
        out.announcers[text(*one, {"status", "serviceNamespace"}) + "/" +
                       text(*one, {"status", "serviceName"})]
            .push_back(node);
      }
    }
  });
}

bool fill_leased_ips(Diagnosis& out, std::string_view printed)
{
  return with_objects(printed, [&](const Objects& objects) {
    for (const json* one : objects.all("ProviderLeasedIP")) {
      out.leased_ips.push_back({.name_space = text(*one, {"metadata", "namespace"}),
                                .name = text(*one, {"metadata", "name"}),
                                .owner = text(*one, {"spec", "lease_id", "owner"}),
                                .provider = text(*one, {"spec", "lease_id", "provider"})});
    }
  });
}

std::string status_address(std::string_view printed)
{
  return text(parsed_json(printed), {"address"});
}

bool fill_silent_endpoints(Diagnosis& out, std::string_view printed)
{
  return with_objects(printed, [&](const Objects& objects) {
    for (const json* slice : objects.all("EndpointSlice")) {
      const auto labels = text_map(*slice, {"metadata", "labels"});
      const auto service = labels.find("kubernetes.io/service-name");
      if (service == labels.end()) {
        continue;
      }
      int& ready =
          out.silent_endpoints[text(*slice, {"metadata", "namespace"}) + "/" + service->second];
      for (const json* endpoint : each(*slice, {"endpoints"})) {
        // A missing condition counts as ready (discovery.k8s.io/v1, EndpointConditions).
        const json* told = json_access::at(*endpoint, {"conditions", "ready"});
        ready += told == nullptr || *told != false ? 1 : 0;
      }
    }
  });
}

} // namespace iplease
