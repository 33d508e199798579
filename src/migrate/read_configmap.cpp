// SPDX-License-Identifier: Apache-2.0
// The only file of this room that knows yaml-cpp: it turns a parsed YAML tree into plain values.
#include <iplease/yaml/located.hpp>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "go_yaml.hpp"
#include "parsed_yaml.hpp"
#include <sstream>
#include <stdexcept>

namespace iplease {

namespace {

using nlohmann::json;

constexpr int k_deepest = 64;          // a pool configuration nests 7 deep
constexpr std::size_t k_most = 200000; // aliases can multiply; a real one has hundreds

/// Not an outcome of ours: it unwinds the walk below and ends in parse_yaml.
struct BadYaml : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Walk {
public:
  json value(const YAML::Node& node, int depth);
  std::vector<std::string> notes{};

private:
  json mapping(const YAML::Node& node, int depth);
  void merge(json& out, const YAML::Node& node, int depth);
  std::size_t m_nodes = 0;
};

json scalar(const YAML::Node& node)
{
  const std::string& tag = node.Tag();
  const std::string& text = node.Scalar();
  if (tag == "tag:yaml.org,2002:binary") {
    throw BadYaml("binary data is not supported");
  }
  constexpr std::string_view standard = "tag:yaml.org,2002:";
  const bool typed = tag.starts_with(standard) && tag != "tag:yaml.org,2002:str";
  return tag == "?" || tag.empty() || typed ? go::resolve_plain(text) : json(text);
}

json Walk::value(const YAML::Node& node, int depth)
{
  if (depth > k_deepest || ++m_nodes > k_most) {
    throw BadYaml("nested too deep or too large for a MetalLB configuration");
  }
  switch (node.Type()) {
  case YAML::NodeType::Scalar:
    return scalar(node);
  case YAML::NodeType::Sequence: {
    json out = json::array();
    for (const auto& item : node) {
      out.push_back(value(item, depth + 1));
    }
    return out;
  }
  case YAML::NodeType::Map:
    return mapping(node, depth);
  default:
    return nullptr;
  }
}

json Walk::mapping(const YAML::Node& node, int depth)
{
  json out = json::object();
  for (const auto& pair : node) {
    if (pair.first.IsScalar() && pair.first.Tag() == "?" && pair.first.Scalar() == "<<") {
      merge(out, pair.second, depth);
      continue;
    }
    const json key = value(pair.first, depth + 1);
    if (!key.is_primitive() || key.is_null()) {
      throw BadYaml("a key is not a plain word");
    }
    const std::string name = go::as_text(key);
    if (out.contains(name)) {
      notes.push_back("key `" + name + "` stands more than once; the last one counts");
    }
    out[name] = value(pair.second, depth + 1);
  }
  return out;
}

void Walk::merge(json& out, const YAML::Node& node, int depth)
{
  if (node.IsSequence()) {
    // Earlier maps take precedence over later ones, so the later are laid down first.
    for (std::size_t i = node.size(); i > 0; --i) {
      merge(out, node[i - 1], depth + 1);
    }
    return;
  }
  if (!node.IsMap()) {
    throw BadYaml("map merge requires map or sequence of maps as the value");
  }
  out.update(value(node, depth + 1));
}

void note_further_documents(const std::string& text, std::vector<std::string>& notes)
{
  std::size_t filled = 0;
  try {
    for (const YAML::Node& document : YAML::LoadAll(text)) {
      filled += document.IsNull() ? 0U : 1U;
    }
  } catch (const YAML::Exception&) {
    filled = 2; // the first one was readable, or this would not have been called
  }
  if (filled > 1) {
    notes.emplace_back("only the first YAML document is read; more follow");
  }
}

std::string at_place(const YAML::Exception& error)
{
  std::ostringstream out;
  if (!error.mark.is_null()) {
    out << "line " << error.mark.line + 1 << ": ";
  }
  out << error.msg;
  return out.str();
}

std::string type_name(const json& value)
{
  return value.is_null() ? "nothing" : value.type_name();
}

/// A text of the object; empty when it is absent or something else.
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
    if (json parsed = json::parse(text, nullptr, false); !parsed.is_discarded()) {
      return ParsedYaml{std::move(parsed), {}};
    }
  }
  if (const std::optional<Problem> refused = refused_yaml(text, "")) {
    return fmt::format("line {}: {}", refused->place.line, refused->what);
  }
  const std::string copy(text);
  try {
    Walk walk;
    ParsedYaml out{walk.value(YAML::Load(copy), 0), {}};
    note_further_documents(copy, walk.notes);
    out.notes = std::move(walk.notes);
    return out;
  } catch (const YAML::Exception& error) {
    return at_place(error);
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
