// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/config_command.hpp>
#include <iplease/core/catalogue.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/schema.hpp>

namespace iplease {

namespace {

using Json = nlohmann::ordered_json;

Json text_schema(const SettingKey& key)
{
  Json schema{{"type", "string"}};
  if (!key.pattern.empty()) {
    schema["pattern"] = key.pattern;
  } else if (key.check != nullptr) {
    schema["minLength"] = 1;
  }
  return schema;
}

Json ids()
{
  Json all = Json::array();
  for (const CatalogueEntry& entry : catalogue()) {
    all.push_back(entry.id);
  }
  return all;
}

/// The form of a key's value, without descriptions.
Json shape(const SettingKey& key)
{
  switch (key.type) {
  case KeyType::boolean:
    return {{"type", "boolean"}};
  case KeyType::choice:
    return {{"enum", choices_of(key)}};
  case KeyType::object:
    return {{"type", "object"}};
  case KeyType::list: {
    const bool risks = key.path == "acceptRisk";
    return {{"type", "array"},
            {"items", risks ? Json{{"enum", ids()}} : text_schema(key)},
            {"uniqueItems", true}};
  }
  case KeyType::words:
  case KeyType::addresses:
    return {{"type", "array"}, {"items", text_schema(key)}, {"minItems", 1}};
  case KeyType::text:
  case KeyType::path:
  case KeyType::durations:
    break;
  }
  return text_schema(key);
}

Json group()
{
  return {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
}

/// Puts the key's schema at its path and creates the groups on the way.
void place(Json& root, const SettingKey& key, std::string_view path)
{
  Json* at = &root;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    Json& inner = (*at)["properties"][std::string(path.substr(0, dot))];
    if (inner.is_null()) {
      inner = group();
    }
    at = &inner;
    path = path.substr(dot + 1);
  }
  Json schema{{"description", std::string(key.help) + " Default: " + std::string(key.fallback)}};
  schema.update(shape(key));
  (*at)["properties"][std::string(path)] = std::move(schema);
}

/// Combinations that are invalid; `config validate` explains them (IPL-CFG-009, -014).
Json rules()
{
  const auto install = [](const char* word) {
    return Json::parse(std::string(R"({"required": ["metallb"], "properties": {"metallb": {
      "required": ["install"], "properties": {"install": {"const": ")") +
                       word + R"("}}}}})");
  };
  return {
      {{"if", install("kubespray")},
       {"then",
        Json::parse(R"({"properties": {"metallb": {"required": ["kubespray"], "properties": {
          "values": false, "kubespray": {"required": ["inventory"],
            "if": {"required": ["run"], "properties": {"run": {"const": true}}},
            "then": {"required": ["dir"]}}}}}})")},
       {"else",
        Json::parse(R"({"properties": {"metallb": {"properties": {"kubespray": {"properties": {
          "inventory": false, "dir": false, "version": false, "run": {"const": false}}}}}}})")}},
      {{"if", install("adopt")},
       {"then",
        Json::parse(
            R"({"properties": {"metallb": {"properties": {"version": false, "values": false}}}})")}}};
}

} // namespace

std::string config_schema()
{
  Json root{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
            {"title", "Flags file of iplease"},
            {"description",
             "What a schema cannot say (checksums, ranges that overlap, what the cluster knows) is "
             "checked by `iplease config validate -f FILE`."}};
  root.update(group());
  root["required"] = {"apiVersion", "kind", "pool"};
  root["properties"]["apiVersion"] = {{"const", k_api_version}};
  root["properties"]["kind"] = {{"const", k_kind}};
  for (const std::string& path : setting_paths()) {
    place(root, *find_key(path), path);
  }
  root["properties"]["pool"]["required"] = {"addresses"};
  root["allOf"] = rules();
  return root.dump(2) + "\n";
}

} // namespace iplease
