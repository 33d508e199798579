// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/scalar_meaning.hpp>

#include <fmt/format.h>

#include "go_text.hpp"
#include "parsed_yaml.hpp"
#include <stdexcept>

namespace iplease {

namespace {

using nlohmann::json;
using Kind = LocatedNode::Kind;

constexpr int k_deepest = 64;          // a pool configuration nests 7 deep
constexpr std::size_t k_most = 200000; // aliases multiply; a real one has hundreds
constexpr std::string_view k_standard = "tag:yaml.org,2002:";

/// Internal exception, caught in parse_yaml.
struct BadYaml : std::runtime_error {
  using std::runtime_error::runtime_error;
};

json scalar(const LocatedNode& node)
{
  const std::string_view tag = node.tag;
  if (tag == "tag:yaml.org,2002:binary") {
    throw BadYaml("binary data is not supported");
  }
  const bool typed = tag.starts_with(k_standard) && tag != "tag:yaml.org,2002:str";
  return (tag.empty() && !node.quoted()) || typed ? plain_value(node.text) : json(node.text);
}

/// Turns located nodes into plain values.
class Walk {
public:
  explicit Walk(const LocatedYaml& yaml)
      : m_yaml(yaml)
  {
  }
  json value(std::size_t index, int depth)
  {
    if (depth > k_deepest || ++m_nodes > k_most) {
      throw BadYaml("nested too deep or too large for a MetalLB configuration");
    }
    const LocatedNode& node = m_yaml.nodes[m_yaml.target(index)];
    switch (node.kind) {
    case Kind::scalar:
      return scalar(node);
    case Kind::sequence: {
      json out = json::array();
      for (const std::size_t item : node.children) {
        out.push_back(value(item, depth + 1));
      }
      return out;
    }
    case Kind::mapping:
      return mapping(node, depth);
    case Kind::alias:
    case Kind::null:
      break;
    }
    return nullptr;
  }
  std::vector<std::string> notes{};

private:
  json mapping(const LocatedNode& node, int depth)
  {
    json out = json::object();
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
      const LocatedNode& written = m_yaml.nodes[node.children[i]];
      if (written.text == "<<" && !written.quoted()) {
        merge(out, node.children[i + 1], depth);
        continue;
      }
      const json key = value(node.children[i], depth + 1);
      if (!key.is_primitive() || key.is_null()) {
        throw BadYaml("a key is not a plain word");
      }
      const std::string name = go::as_text(key);
      if (out.contains(name)) {
        notes.push_back("key `" + name + "` stands more than once; the last one counts");
      }
      out[name] = value(node.children[i + 1], depth + 1);
    }
    return out;
  }

  void merge(json& out, std::size_t index, int depth)
  {
    const LocatedNode& node = m_yaml.nodes[index];
    if (node.kind == Kind::sequence) {
      // Earlier maps take precedence over later ones, so apply the later ones first.
      for (auto item = node.children.rbegin(); item != node.children.rend(); ++item) {
        merge(out, *item, depth + 1);
      }
      return;
    }
    if (m_yaml.nodes[m_yaml.target(index)].kind != Kind::mapping) {
      throw BadYaml("map merge requires map or sequence of maps as the value");
    }
    out.update(value(index, depth + 1));
  }

  const LocatedYaml& m_yaml;
  std::size_t m_nodes = 0;
};

/// Whether a further document has any content.
bool filled(std::string_view text)
{
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::size_t word = line.find_first_not_of(" \t\r");
    if (word != std::string_view::npos && line[word] != '#' && !line.starts_with("---") &&
        !line.starts_with("...")) {
      return true;
    }
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return false;
}

std::string type_name(const json& value)
{
  return value.is_null() ? "nothing" : value.type_name();
}

/// The text of a member; empty if it is missing or not a string.
std::string text_of(const json& object, const char* key)
{
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::variant<std::string, json> data_of(const json& object)
{
  if (!object.is_object()) {
    return "not a configmap: the file holds " + type_name(object);
  }
  const std::string kind = text_of(object, "kind");
  if (kind.empty()) {
    return std::string("Object 'Kind' is missing");
  }
  const std::string version = text_of(object, "apiVersion");
  if (version.empty()) {
    return std::string("Object 'apiVersion' is missing");
  }
  if (kind != "ConfigMap" || version != "v1") {
    return std::string("not a configmap");
  }
  const auto data = object.find("data");
  if (data == object.end() || data->is_null()) {
    return json::object();
  }
  if (!data->is_object()) {
    return "data: expected keys and texts, got " + type_name(*data);
  }
  for (const auto& [key, value] : data->items()) {
    if (!value.is_string() && !value.is_null()) {
      return "data." + key + ": expected a text, got " + type_name(value);
    }
  }
  return *data;
}

} // namespace

std::variant<ParsedYaml, std::string> parse_yaml(std::string_view text)
{
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start != std::string_view::npos && text[start] == '{') {
    if (json parsed = parsed_json(text); !parsed.is_discarded()) {
      return ParsedYaml{std::move(parsed), {}};
    }
  }
  const auto read = first_document(text, "");
  if (const auto* refused = std::get_if<Problem>(&read)) {
    return fmt::format("line {}: {}", refused->place.line, refused->what);
  }
  const auto& first = std::get<FirstDocument>(read);
  try {
    Walk walk(first.yaml);
    ParsedYaml out{walk.value(0, 0), std::move(walk.notes)};
    if (first.next && filled(text.substr(*first.next))) {
      out.notes.emplace_back("only the first YAML document is read; more follow");
    }
    return out;
  } catch (const BadYaml& error) {
    return std::string(error.what());
  }
}

std::variant<ConfigMapText, std::string> read_configmap(std::string_view text)
{
  auto read = parse_yaml(text);
  if (auto* error = std::get_if<std::string>(&read)) {
    return std::move(*error);
  }
  auto& yaml = std::get<ParsedYaml>(read);
  auto data = data_of(yaml.value);
  if (auto* error = std::get_if<std::string>(&data)) {
    return std::move(*error);
  }
  ConfigMapText out;
  out.notes = std::move(yaml.notes);
  if (const auto meta = yaml.value.find("metadata");
      meta != yaml.value.end() && meta->is_object()) {
    const auto space = meta->find("namespace");
    if (space != meta->end() && !space->is_null()) {
      if (!space->is_string()) {
        return "metadata.namespace: expected a text, got " + type_name(*space);
      }
      out.name_space = space->get<std::string>();
    }
  }
  const json& keys = std::get<json>(data);
  const auto config = keys.find("config");
  if (config == keys.end() || config->is_null() || config->get<std::string>().empty()) {
    return std::string("bad ConfigMap: no data");
  }
  out.config = config->get<std::string>();
  return out;
}

} // namespace iplease
