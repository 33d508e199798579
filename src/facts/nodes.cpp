// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/nodes.hpp>

#include <algorithm>

namespace iplease::facts {

Answer<Nodes> nodes(const Observation& seen)
{
  constexpr const char* command = "kubectl get nodes";
  if (seen.nodes_look != Look::seen) {
    return unseen<Nodes>(seen.nodes_look.look, seen.nodes_look.why, command);
  }
  Nodes all;
  std::vector<Evidence> evidence;
  for (const NodeSeen& node : seen.nodes) {
    (node.ready ? all.ready : all.dead).push_back(node.name);
    if (!node.ready) {
      evidence.push_back({command, node.name + " NotReady"});
    }
  }
  if (evidence.empty()) {
    evidence.push_back({command, ""});
  }
  return answered(std::move(all), std::move(evidence));
}

std::vector<std::string>
announced_by(const std::string& node, const Observation& seen, const Diagnosis& more)
{
  std::vector<std::string> addresses;
  const std::string words = "announcing from node \"" + node + "\"";
  for (const ServiceSeen& service : seen.load_balancers) {
    const auto status = more.announcers.find(service.name_space + "/" + service.name);
    const bool now = status != more.announcers.end() &&
                     std::ranges::find(status->second, node) != status->second.end();
    const bool before = std::ranges::any_of(more.service_events, [&](const EventFact& event) {
      return event.name == service.name && event.name_space == service.name_space &&
             event.reason == "nodeAssigned" && event.message.find(words) != std::string::npos;
    });
    if (now || before) {
      addresses.insert(addresses.end(), service.addresses.begin(), service.addresses.end());
    }
  }
  return addresses;
}

} // namespace iplease::facts
