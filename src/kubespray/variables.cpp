// SPDX-License-Identifier: Apache-2.0
#include "variables.hpp"

#include <algorithm>
#include <array>

namespace iplease::kubespray {

namespace {

NewYaml yes()
{
  return yaml_scalar("true");
}

NewYaml flag(bool value)
{
  return yaml_scalar(value ? "true" : "false");
}

NewYaml addresses(const Wanted& wanted)
{
  std::vector<NewYaml> items;
  items.reserve(wanted.addresses.size());
  for (const std::string& text : wanted.addresses) {
    items.push_back(yaml_scalar("\"" + text + "\"")); // parse_range allows no quote or backslash
  }
  return yaml_list(std::move(items));
}

NewYaml tolerations()
{
  return yaml_list({yaml_map({{"key", yaml_scalar("node-role.kubernetes.io/control-plane")},
                              {"operator", yaml_scalar("Exists")},
                              {"effect", yaml_scalar("NoSchedule")}})});
}

std::vector<Variable> flat(const Release& release, const Wanted& wanted)
{
  std::vector<Variable> out{{{"metallb_enabled"}, yes()},
                            {{"metallb_speaker_enabled"}, yes()},
                            {{"metallb_protocol"}, yaml_scalar("layer2")},
                            {{"metallb_pool_name"}, yaml_scalar("default")},
                            {{"metallb_ip_range"}, addresses(wanted)}};
  if (release >= Release{2, 20, 0}) {
    out.push_back({{"metallb_auto_assign"}, yes()});
    out.push_back({{"metallb_avoid_buggy_ips"}, flag(wanted.avoid_buggy_ips)});
  } else {
    out.push_back({{"matallb_auto_assign"}, yes()}); // spelled so until v2.20
  }
  if (wanted.tolerate_control_plane) {
    out.push_back({{"metallb_controller_tolerations"}, tolerations(), false, true});
  }
  return out;
}

/// The keys below metallb_config, and their values.
std::vector<std::pair<std::vector<std::string>, NewYaml>> config_keys(const Release& release,
                                                                      const Wanted& wanted)
{
  std::vector<std::pair<std::vector<std::string>, NewYaml>> out;
  if (wanted.tolerate_control_plane) {
    out.push_back({{"controller", "tolerations"}, tolerations()});
  }
  out.push_back({{"address_pools", "default", "ip_range"}, addresses(wanted)});
  // v2.22 and v2.23 fail without it; later it is the default.
  out.push_back({{"address_pools", "default", "auto_assign"}, yes()});
  if (release >= Release{2, 24, 0}) {
    out.push_back({{"address_pools", "default", "avoid_buggy_ips"}, flag(wanted.avoid_buggy_ips)});
  }
  if (wanted.layer2) {
    out.push_back(
        {{"layer2"}, yaml_list({yaml_scalar("default")})}); // without it nothing is announced
  }
  return out;
}

/// Adds a value below nested keys, in order of first appearance.
void lay(NewYaml& into,
         const std::vector<std::string>& path,
         std::size_t depth,
         const NewYaml& value)
{
  auto at = std::find_if(into.entries.begin(), into.entries.end(), [&](const auto& entry) {
    return entry.first == path[depth];
  });
  if (at == into.entries.end()) {
    into.entries.emplace_back(path[depth], NewYaml{});
    at = std::prev(into.entries.end());
  }
  if (depth + 1 == path.size()) {
    at->second = value;
  } else {
    lay(at->second, path, depth + 1, value);
  }
}

std::vector<Variable> config(const Release& release, const Wanted& wanted, bool exists)
{
  std::vector<Variable> out{{{"metallb_enabled"}, yes()}, {{"metallb_speaker_enabled"}, yes()}};
  if (release >= Release{2, 25, 0}) {
    // v2.25 to v2.29 fail without it; Akash needs this value anyway.
    out.push_back({{"metallb_namespace"}, yaml_scalar("metallb-system")});
  }
  if (!exists) {
    NewYaml whole;
    for (const auto& [path, value] : config_keys(release, wanted)) {
      lay(whole, path, 0, value);
    }
    out.push_back({{"metallb_config"}, std::move(whole)});
    return out;
  }
  for (auto& [path, value] : config_keys(release, wanted)) {
    Variable variable{
        {"metallb_config"}, value, path.front() == "layer2", path.front() == "controller"};
    variable.path.insert(variable.path.end(), path.begin(), path.end());
    out.push_back(std::move(variable));
  }
  return out;
}

std::size_t find_path(const LocatedYaml& yaml, const std::vector<std::string>& path)
{
  std::size_t node = 0;
  for (const std::string& key : path) {
    if (yaml.nodes[node].kind != LocatedNode::Kind::mapping) {
      return LocatedNode::k_none;
    }
    node = yaml.find(node, key);
    if (node == LocatedNode::k_none) {
      return node;
    }
  }
  return node;
}

/// Ansible reads YAML 1.1: an unquoted `yes`, `True` or `on` is true.
bool already_boolean(const LocatedNode& node, const std::string& wanted)
{
  constexpr std::array<std::string_view, 9> truths{
      "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"};
  constexpr std::array<std::string_view, 9> lies{
      "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"};
  const auto& words = wanted == "true" ? truths : lies;
  return (wanted == "true" || wanted == "false") && node.kind == LocatedNode::Kind::scalar &&
         !node.quoted() && std::find(words.begin(), words.end(), node.text) != words.end();
}

bool same_text(const LocatedNode& node, const std::string& wanted)
{
  return node.kind == LocatedNode::Kind::scalar && node.tag.empty() &&
         (node.text == wanted || already_boolean(node, wanted)) &&
         (!node.quoted() || (wanted != "true" && wanted != "false"));
}

/// The same list of texts, whatever its quotes and layout.
bool same_list(const LocatedYaml& yaml, const LocatedNode& node, const NewYaml& wanted)
{
  const auto bare = [](const std::string& text) {
    return text.starts_with('"') ? text.substr(1, text.size() - 2) : text;
  };
  return node.kind == LocatedNode::Kind::sequence && !wanted.items.empty() &&
         std::equal(node.children.begin(),
                    node.children.end(),
                    wanted.items.begin(),
                    wanted.items.end(),
                    [&](std::size_t item, const NewYaml& text) {
                      return text.is_scalar() && same_text(yaml.nodes[item], bare(text.scalar));
                    });
}

} // namespace

std::vector<Variable>
variables_for(const Release& release, const Wanted& wanted, bool config_exists)
{
  std::vector<Variable> out = variables_of(release) == Variables::flat
                                  ? flat(release, wanted)
                                  : config(release, wanted, config_exists);
  if (wanted.strict_arp) {
    out.push_back({{"kube_proxy_strict_arp"}, yes()});
  }
  return out;
}

bool defines(const std::string& text, const std::vector<std::string>& path)
{
  const auto located = locate_yaml(text, "");
  const auto* yaml = std::get_if<LocatedYaml>(&located);
  return yaml != nullptr && find_path(*yaml, path) != LocatedNode::k_none;
}

EditOutcome set_variable(const std::string& text, const std::string& file, const Variable& variable)
{
  auto located = locate_yaml(text, file);
  const auto* yaml = std::get_if<LocatedYaml>(&located);
  const std::size_t at = yaml == nullptr ? LocatedNode::k_none : find_path(*yaml, variable.path);
  if (at == LocatedNode::k_none) {
    return set_in_yaml(text, file, variable.path, variable.value);
  }
  const LocatedNode& node = yaml->nodes[at];
  const bool empty = node.kind == LocatedNode::Kind::null;
  if ((variable.keep && !empty) ||
      (variable.value.is_scalar() && same_text(node, variable.value.scalar)) ||
      same_list(*yaml, node, variable.value)) {
    return EditedText{.text = text, .changed = false};
  }
  if (variable.append && node.kind == LocatedNode::Kind::sequence && !node.children.empty()) {
    const std::string& wanted = variable.value.items.front().scalar;
    const bool there =
        std::any_of(node.children.begin(), node.children.end(), [&](std::size_t item) {
          return yaml->nodes[item].text == wanted;
        });
    if (there) {
      return EditedText{.text = text, .changed = false};
    }
    return apply_edits(*yaml,
                       {{.what = TextEdit::What::add_items, .node = at, .value = variable.value}});
  }
  return set_in_yaml(text, file, variable.path, variable.value);
}

} // namespace iplease::kubespray
