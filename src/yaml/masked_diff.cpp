// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/secret.hpp>
#include <iplease/yaml/diff.hpp>
#include <iplease/yaml/secrets.hpp>

#include "unified.hpp"
#include <map>

namespace iplease {
namespace {

/// The path of a node as text: keys and item numbers from the root.
std::string path_of(const LocatedYaml& yaml, std::size_t index)
{
  std::string path;
  for (std::size_t node = index; yaml.nodes[node].parent != LocatedNode::k_none;
       node = yaml.nodes[node].parent) {
    const LocatedNode& parent = yaml.nodes[yaml.nodes[node].parent];
    std::size_t place = 0;
    while (parent.children[place] != node) {
      ++place;
    }
    const bool entry = parent.kind == LocatedNode::Kind::mapping && place % 2 == 1;
    path += "\n" + (entry ? yaml.nodes[parent.children[place - 1]].text : std::to_string(place));
  }
  return path;
}

using Secrets = std::map<std::string, std::string>; ///< path -> value

Secrets secret_places(const LocatedYaml& yaml)
{
  Secrets secrets;
  for (const std::size_t index : secret_nodes(yaml)) {
    secrets[path_of(yaml, index)] = yaml.nodes[index].text;
  }
  return secrets;
}

/// The lines of `yaml` with its secrets masked; `other` shows which of them changed.
std::vector<std::string> masked_lines(const LocatedYaml& yaml, const Secrets& other)
{
  std::string text;
  std::size_t from = 0;
  for (const std::size_t index : secret_nodes(yaml)) {
    const LocatedNode& node = yaml.nodes[index];
    if (node.start < from) {
      continue;
    }
    text.append(yaml.text, from, node.start - from);
    const auto found = other.find(path_of(yaml, index));
    const bool same = found != other.end() && found->second == node.text;
    text += std::string(k_masked) + (same ? " (unchanged)" : " (changed)");
    // Keep further lines of the value as lines, so that the diff's line numbers are right.
    for (std::size_t i = node.start; i < node.end; ++i) {
      if (yaml.text[i] == '\n') {
        text += "\n  " + std::string(k_masked);
      }
    }
    from = node.end;
  }
  text.append(yaml.text, from);
  std::vector<std::string> lines;
  for (const std::string_view line : split_lines(text)) {
    lines.push_back(mask_line(line));
  }
  return lines;
}

std::vector<std::string> blind_lines(const std::string& text)
{
  std::vector<std::string> lines;
  for (const std::string_view line : split_lines(text)) {
    lines.push_back(blind_line(line));
  }
  return lines;
}

} // namespace

std::string
masked_diff(const std::string& old_text, const std::string& new_text, const std::string& name)
{
  ShownText a = compared_text(old_text);
  ShownText b = compared_text(new_text);
  const auto old_read = locate_yaml(old_text, name);
  const auto new_read = locate_yaml(new_text, name);
  const auto* old_yaml = std::get_if<LocatedYaml>(&old_read);
  const auto* new_yaml = std::get_if<LocatedYaml>(&new_read);
  const Secrets old_secrets = old_yaml != nullptr ? secret_places(*old_yaml) : Secrets{};
  const Secrets new_secrets = new_yaml != nullptr ? secret_places(*new_yaml) : Secrets{};
  a.shown = old_yaml != nullptr ? masked_lines(*old_yaml, new_secrets) : blind_lines(old_text);
  b.shown = new_yaml != nullptr ? masked_lines(*new_yaml, old_secrets) : blind_lines(new_text);
  return render_unified(a, b, name);
}

} // namespace iplease
