// SPDX-License-Identifier: Apache-2.0
// Any bytes as the ConfigMap of MetalLB 0.12, or as the configuration in one. It becomes objects
// that an API server accepts, or it is refused with a message.
#include <iplease/core/address_range.hpp>
#include <iplease/migrate/convert.hpp>

#include <yaml-cpp/yaml.h>

#include "../target.hpp"
#include <algorithm>
#include <set>

namespace iplease::fuzz {

namespace {

using nlohmann::json;

/// Compares a document that yaml-cpp read with the object it was made from. Scalars compare as
/// text.
bool same(const YAML::Node& read, const json& object)
{
  if (object.is_object()) {
    return read.IsMap() && read.size() == object.size() &&
           std::ranges::all_of(object.items(), [&](const auto& entry) {
             const YAML::Node value = read[entry.key()];
             return value.IsDefined() && same(value, entry.value());
           });
  }
  if (object.is_array()) {
    return read.IsSequence() && read.size() == object.size() &&
           std::ranges::equal(object, read, [](const json& item, const YAML::Node& node) {
             return same(node, item);
           });
  }
  if (object.is_null()) {
    return read.IsNull();
  }
  return read.IsScalar() &&
         read.Scalar() == (object.is_string() ? object.get<std::string>() : object.dump()) &&
         (!object.is_string() || read.Tag() == "!" || !json::accept(object.get<std::string>()));
}

void check_yaml(const Converted& converted)
{
  const std::string text = render_yaml(converted.objects);
  std::size_t at = 0;
  for (const json& object : converted.objects) {
    const std::size_t end = text.find("\n---\n", at);
    must(end != std::string::npos, "a document is ended by ---", text);
    try {
      must(same(YAML::Load(text.substr(at, end + 1 - at)), object),
           "the YAML says what the object says",
           text);
    } catch (const YAML::Exception& error) {
      must(false, std::string("the YAML can be read: ") + error.what(), text);
    }
    at = end + 5;
  }
  must(at == text.size(), "there is a document for each object", text);
}

void check_converted(const Converted& converted)
{
  std::set<std::string> names;
  bool password = false;
  for (const json& object : converted.objects) {
    const std::string name = object.at("metadata").at("name").get<std::string>();
    must(names.insert(object.at("kind").get<std::string>() + "/" + name).second,
         "no two objects have one name",
         name);
    must(!name.empty() && name.size() <= 253, "a name is one that Kubernetes takes", name);
    must(object.at("metadata").at("namespace") == converted.name_space, "all are in one namespace");
    password = password || (object.contains("spec") && object["spec"].contains("password"));
  }
  must(
      converted.has_password == password, "a password is told", converted.has_password ? "1" : "0");
  for (const MigratedPool& pool : converted.pools) {
    must(names.contains("IPAddressPool/" + pool.name), "a pool is an object", pool.name);
    for (const std::string& range : pool.addresses) {
      must(std::holds_alternative<AddressRange>(parse_range(range)), "its ranges are such", range);
    }
  }
  must(json::parse(render_json(converted.objects)).at("items") == json(converted.objects),
       "the JSON says what the objects say");
  check_yaml(converted);
}

void check(const std::string& text)
{
  const auto result = convert_configmap(text);
  if (const auto* error = std::get_if<ConvertError>(&result)) {
    must(!error->message.empty(), "a refusal says why");
  } else {
    check_converted(std::get<Converted>(result));
  }
  must(convert_configmap(text).index() == result.index(), "the same text says the same");
}

} // namespace

void configmap(const std::string& text)
{
  check(text);
  const json wrapped{{"apiVersion", "v1"},
                     {"kind", "ConfigMap"},
                     {"metadata", {{"name", "config"}, {"namespace", "metallb-system"}}},
                     {"data", {{"config", text}}}};
  check(wrapped.dump(-1, ' ', false, json::error_handler_t::replace));
}

} // namespace iplease::fuzz
