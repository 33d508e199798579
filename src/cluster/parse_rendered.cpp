// SPDX-License-Identifier: Apache-2.0
// What an upgrade would install, from the chart as Helm rendered it.
#include <iplease/cluster/fill.hpp>

#include <yaml-cpp/yaml.h>

#include "json_access.hpp"
#include <algorithm>
#include <string_view>

namespace iplease {
namespace {

using json_access::at;
using json_access::text;
using nlohmann::json;

json scalar_of(const YAML::Node& node)
{
  const std::string& word = node.Scalar();
  if (node.Tag() == "!") { // quoted
    return word;
  }
  const json read = parsed_json(word);
  return read.is_number() || read.is_boolean() ? read : json(word);
}

/// Limits for aliases: each use counts, and an alias may contain itself.
struct Budget {
  int levels = 100;
  int nodes = 100'000;
};

json json_of(const YAML::Node& node, Budget& left)
{
  json out;
  if (node.IsScalar()) {
    return scalar_of(node);
  }
  if (left.levels == 0 || --left.nodes < 0) {
    return out;
  }
  --left.levels;
  if (node.IsSequence()) {
    out = json::array();
    for (const YAML::Node& item : node) {
      out.push_back(json_of(item, left));
    }
  } else if (node.IsMap()) {
    out = json::object();
    for (const auto& entry : node) {
      out[entry.first.Scalar()] = json_of(entry.second, left);
    }
  }
  ++left.levels;
  return out;
}

/// Splits at `---`: yaml-cpp's LoadAll never ends on a text such as `"a","b"`.
std::vector<std::string> document_texts(const std::string& rendered)
{
  constexpr std::string_view mark = "\n---";
  std::vector<std::string> texts;
  for (std::size_t from = 0; from < rendered.size();) {
    const std::size_t end = std::min(rendered.find(mark, from), rendered.size() - 1) + 1;
    texts.push_back(rendered.substr(from, end - from));
    from = end;
  }
  return texts;
}

/// Only these kinds: other documents may hold anything, even secrets.
std::vector<json> documents(const std::string& rendered)
{
  std::vector<json> found;
  Budget left;
  try {
    for (const std::string& text : document_texts(rendered)) {
      const YAML::Node node = YAML::Load(text);
      const std::string kind =
          node.IsMap() && node["kind"] && node["kind"].IsScalar() ? node["kind"].Scalar() : "";
      if (kind == "StatefulSet" || kind == "ConfigMap") {
        found.push_back(json_of(node, left));
      }
    }
  } catch (const YAML::Exception&) {
    return {}; // the dry run reports what is wrong
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
