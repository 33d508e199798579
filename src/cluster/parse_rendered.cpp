// SPDX-License-Identifier: Apache-2.0
// What an upgrade would put there, from the chart as Helm rendered it.
#include <iplease/cluster/fill.hpp>

#include <yaml-cpp/yaml.h>

#include "json_access.hpp"

namespace iplease {
namespace {

using json_access::at;
using json_access::text;
using nlohmann::json;

json scalar_of(const YAML::Node& node)
{
  const std::string& word = node.Scalar();
  if (node.Tag() == "!") { // in quotes
    return word;
  }
  const json read = json::parse(word, nullptr, false);
  return read.is_number() || read.is_boolean() ? read : json(word);
}

json json_of(const YAML::Node& node)
{
  json out;
  if (node.IsScalar()) {
    return scalar_of(node);
  }
  if (node.IsSequence()) {
    out = json::array();
    for (const YAML::Node& item : node) {
      out.push_back(json_of(item));
    }
  } else if (node.IsMap()) {
    out = json::object();
    for (const auto& entry : node) {
      out[entry.first.Scalar()] = json_of(entry.second);
    }
  }
  return out;
}

/// The documents of these kinds only: others can hold anything, secrets too.
std::vector<json> documents(const std::string& rendered)
{
  std::vector<json> found;
  try {
    for (const YAML::Node& node : YAML::LoadAll(rendered)) {
      const std::string kind =
          node.IsMap() && node["kind"] && node["kind"].IsScalar() ? node["kind"].Scalar() : "";
      if (kind == "StatefulSet" || kind == "ConfigMap") {
        found.push_back(json_of(node));
      }
    }
  } catch (const YAML::Exception&) {
    return {}; // the trial says what is wrong with it
  }
  return found;
}

} // namespace

void fill_rendered(Observation& seen, const std::string& rendered)
{
  const std::vector<json> all = documents(rendered);
  ProviderSeen& provider = seen.provider;
  for (const json& one : all) {
    if (text(one, {"kind"}) == "StatefulSet" && !provider.rendered_set.found()) {
      provider.rendered_set = {.look = Look::seen, .value = parse_workload(one)};
    }
  }
  for (const json& one : all) {
    if (text(one, {"kind"}) == "ConfigMap" && at(one, {"data", "AKASH_IP_OPERATOR"}) != nullptr) {
      provider.rendered_config = json_access::text_map(one, {"data"});
    }
  }
}

} // namespace iplease
