// SPDX-License-Identifier: Apache-2.0
// Reads every *.yaml in a folder. FILE.ours.json gets what it means to us, or why we refuse it.
#include <iplease/core/json.hpp>
#include <iplease/yaml/located.hpp>
#include <iplease/yaml/scalar_meaning.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace {

using iplease::LocatedNode;
using iplease::LocatedYaml;
using nlohmann::json;

std::string slurp(const std::filesystem::path& path)
{
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

json scalar(const LocatedNode& node)
{
  const iplease::Meaning meaning = iplease::meaning_of(node);
  switch (meaning.kind) {
  case iplease::Meaning::Kind::boolean:
    return meaning.truth;
  case iplease::Meaning::Kind::number:
    return meaning.number;
  case iplease::Meaning::Kind::text:
    return meaning.text;
  case iplease::Meaning::Kind::null:
    break;
  }
  return nullptr;
}

/// `plain` becomes false if a key is not text: this test does not compare how Go writes such a key.
json value(const LocatedYaml& yaml, std::size_t index, bool& plain)
{
  const LocatedNode& node = yaml.nodes[yaml.target(index)];
  plain = plain && (node.tag.empty() || node.tag.starts_with("tag:yaml.org,2002:str"));
  if (node.kind == LocatedNode::Kind::sequence) {
    json out = json::array();
    for (const std::size_t child : node.children) {
      out.push_back(value(yaml, child, plain));
    }
    return out;
  }
  if (node.kind != LocatedNode::Kind::mapping) {
    return scalar(node);
  }
  json out = json::object();
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const LocatedNode& key = yaml.nodes[yaml.target(node.children[i])];
    plain = plain && key.kind == LocatedNode::Kind::scalar && scalar(key).is_string() &&
            key.text != "<<";
    out[key.text] = value(yaml, node.children[i + 1], plain);
  }
  return out;
}

} // namespace

int main(int argc, char** argv)
{
  if (argc != 2) {
    std::cerr << "usage: read_many FOLDER\n";
    return 2;
  }
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    if (entry.path().extension() != ".yaml") {
      continue;
    }
    json said;
    const auto read = iplease::locate_yaml(slurp(entry.path()), "f");
    if (const auto* problems = std::get_if<std::vector<iplease::Problem>>(&read)) {
      said = {{"id", problems->front().id}, {"what", problems->front().what}};
    } else {
      bool plain = true;
      const json all = value(std::get<LocatedYaml>(read), 0, plain);
      said = {{"value", all}, {"plain", plain}};
    }
    std::ofstream(entry.path().string() + ".ours.json")
        << said.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  return 0;
}
