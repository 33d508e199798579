// SPDX-License-Identifier: Apache-2.0
#include "successor.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace iplease::stages {
namespace {

/// The shortest passphrase that the keyring accepts (cosmos-sdk client/input/input.go,
/// MinPassLength); a key's armour is far longer.
constexpr std::size_t k_shortest = 8;
/// A text that begins with white space and is not longer than this counts as empty.
constexpr std::size_t k_blank_up_to = 64;
/// The values of the wallet's Secret, in every generation of the chart.
constexpr std::array<std::string_view, 2> k_wallet{"key.txt", "key-pass.txt"};
/// If one of these is missing, the provider's init script waits or ends (charts 8 to 19).
constexpr std::array<std::string_view, 3> k_identity{"AKASH_FROM", "AKASH_NODE", "AKASH_CHAIN_ID"};

bool says_nothing(const HeldValue& value)
{
  return value.bytes == 0 || (value.blank && value.bytes <= k_blank_up_to);
}

const HeldObject* find(const std::vector<HeldObject>& held, const NeededObject& wanted)
{
  const auto at = std::ranges::find_if(held, [&](const HeldObject& one) {
    return one.kind == wanted.kind && one.name == wanted.name;
  });
  return at == held.end() ? nullptr : &*at;
}

/// The first fault of one object; one line is enough.
std::string fault_of(const HeldObject& object, const std::string& key)
{
  if (object.values.empty()) {
    return "is empty";
  }
  if (!key.empty() && !object.values.contains(key)) {
    return "has no " + key;
  }
  if (object.kind == "Secret" && object.name.ends_with("-keys")) {
    for (const std::string_view name : k_wallet) {
      const auto value = object.values.find(std::string(name));
      if (value == object.values.end()) {
        return "has no " + std::string(name);
      }
      if (says_nothing(value->second) || value->second.bytes < k_shortest) {
        return std::string(name) + " holds nothing";
      }
    }
  }
  for (const std::string_view name : k_identity) {
    const auto value = object.values.find(std::string(name));
    if (value != object.values.end() && says_nothing(value->second)) {
      return std::string(name) + " is empty";
    }
  }
  return {};
}

/// Why this node would not accept the pod; nothing if it would.
std::optional<std::string> refusal(const NodeSeen& node, const PodNeeds& needs)
{
  if (!node.ready) {
    return "node " + node.name + " is not Ready";
  }
  if (node.unschedulable) {
    return "node " + node.name + " is cordoned";
  }
  for (const auto& [label, value] : needs.node_selector) {
    const auto at = node.labels.find(label);
    if (at == node.labels.end() || at->second != value) {
      return "node " + node.name + " has not the label " + label + "=" + value;
    }
  }
  for (const std::string& taint : node.no_schedule_taints) {
    if (!needs.tolerated.contains(taint) && !needs.tolerated.contains("")) {
      return "node " + node.name + " has the taint " + taint;
    }
  }
  return std::nullopt;
}

/// Only the old pod's node is known to have the resources, so no other node counts.
std::string no_node(const Observation& seen, const PodNeeds& needs)
{
  const ProviderSeen& provider = seen.provider;
  const auto here = std::ranges::find(seen.nodes, provider.pod_node, &NodeSeen::name);
  if (here == seen.nodes.end()) {
    return "no node has its pod now, so it is not known that one takes it";
  }
  if (const auto why = refusal(*here, needs)) {
    return *why;
  }
  return needs.resources == provider.pod_needs.resources
             ? ""
             : "it asks for other resources than the pod that runs, and whether node " +
                   here->name + " has them is not known";
}

} // namespace

std::vector<std::string> incomplete_objects(const WorkloadSeen& workload,
                                            const Seen<std::vector<HeldObject>>& held)
{
  std::vector<std::string> out;
  if (!held.found()) {
    return out;
  }
  for (const NeededObject& wanted : workload.needs.objects) {
    const HeldObject* object = find(held.value, wanted);
    const std::string fault = object == nullptr ? "is missing" : fault_of(*object, wanted.key);
    const std::string line = wanted.kind + " " + wanted.name + " " + fault;
    if (!fault.empty() && std::ranges::find(out, line) == out.end()) {
      out.push_back(line);
    }
  }
  for (const std::string_view name : k_identity) {
    const auto at = workload.env.find(std::string(name));
    if (at != workload.env.end() && at->second.empty()) {
      out.push_back("its template sets " + std::string(name) + " to nothing");
    }
  }
  return out;
}

std::vector<std::string> provider_start_doubts(const Observation& seen)
{
  const ProviderSeen& provider = seen.provider;
  if (!provider.stateful_set.found()) {
    return {"the provider's StatefulSet was not seen"};
  }
  const PodNeeds& needs = provider.stateful_set.value.needs;
  if (!provider.held.found() && !needs.objects.empty()) {
    return {"its Secret and ConfigMaps could not be read" +
            (provider.held.why.empty() ? "" : ": " + provider.held.why)};
  }
  std::vector<std::string> doubts = incomplete_objects(provider.stateful_set.value, provider.held);
  for (const std::string& image : needs.images) {
    if (!provider.pod_needs.images.contains(image)) {
      doubts.push_back("its node is not known to have image " + image);
    }
  }
  if (const std::string why = no_node(seen, needs); !why.empty()) {
    doubts.push_back(why);
  }
  return doubts;
}

} // namespace iplease::stages
