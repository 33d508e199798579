// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

namespace iplease::test {

/// Independent of the product's reader, which these tests judge. Plain integers, booleans and nulls
/// become JSON's, everything else a string.
inline nlohmann::json to_json(const YAML::Node& node)
{
  if (node.IsMap()) {
    nlohmann::json out = nlohmann::json::object();
    for (const auto& pair : node) {
      out[pair.first.Scalar()] = to_json(pair.second);
    }
    return out;
  }
  if (node.IsSequence()) {
    nlohmann::json out = nlohmann::json::array();
    for (const auto& item : node) {
      out.push_back(to_json(item));
    }
    return out;
  }
  if (!node.IsScalar()) {
    return nullptr;
  }
  const std::string& text = node.Scalar();
  const bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  if (node.Tag() == "?" && (number || text == "true" || text == "false")) {
    return parsed_json(text);
  }
  return text;
}

/// The non-empty documents of a stream.
inline std::vector<nlohmann::json> documents(const std::string& text)
{
  std::vector<nlohmann::json> out;
  for (const YAML::Node& node : YAML::LoadAll(text)) {
    if (!node.IsNull()) {
      out.push_back(to_json(node));
    }
  }
  return out;
}

} // namespace iplease::test
