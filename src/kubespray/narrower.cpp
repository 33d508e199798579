// SPDX-License-Identifier: Apache-2.0
// What prevents an inventory's variables from taking effect: see inventory_problems.
#include "variables.hpp"
#include <algorithm>

namespace iplease::kubespray {

namespace {

Problem problem(std::string id, std::string what, std::string saw, std::string fix = {})
{
  return {.id = std::move(id),
          .what = std::move(what),
          .saw = std::move(saw),
          .fix = std::move(fix),
          .exit = ExitCode::usage};
}

bool has(const std::vector<std::string>& all, const std::string& one)
{
  return std::find(all.begin(), all.end(), one) != all.end();
}

/// The keys from the root to a value.
std::vector<std::string> path_of(const LocatedYaml& yaml, std::size_t node)
{
  std::vector<std::string> path;
  for (; yaml.nodes[node].parent != LocatedNode::k_none; node = yaml.nodes[node].parent) {
    const LocatedNode& parent = yaml.nodes[yaml.nodes[node].parent];
    const auto at = std::find(parent.children.begin(), parent.children.end(), node);
    const auto index = static_cast<std::size_t>(at - parent.children.begin());
    const bool value = parent.kind == LocatedNode::Kind::mapping && index % 2 == 1;
    path.insert(path.begin(), value ? yaml.nodes[parent.children[index - 1]].text : "");
  }
  return path;
}

/// A variable of one host (`hosts.NAME.VARIABLE`) or of another group (`GROUP.vars.VARIABLE`).
bool is_narrower(const std::vector<std::string>& path)
{
  const std::size_t length = path.size();
  if (length < 3) {
    return false;
  }
  const std::vector<std::string> prefix(path.begin(), path.end() - 1);
  const bool of_group = path[length - 2] == "vars" && !has({"hosts"}, path[length - 3]);
  const auto& homes = inventory_prefixes();
  return path[length - 3] == "hosts" ||
         (of_group && std::find(homes.begin(), homes.end(), prefix) == homes.end());
}

std::vector<std::string> narrower_in_yaml(const std::string& text,
                                          const std::vector<std::string>& names)
{
  std::vector<std::string> found;
  const auto located = locate_yaml(text, "");
  const auto* yaml = std::get_if<LocatedYaml>(&located);
  if (yaml == nullptr) {
    return found;
  }
  for (const LocatedNode& node : yaml->nodes) {
    for (std::size_t i = 1; node.kind == LocatedNode::Kind::mapping && i < node.children.size();
         i += 2) {
      const std::string& name = yaml->nodes[node.children[i - 1]].text;
      if (has(names, name) && is_narrower(path_of(*yaml, node.children[i]))) {
        found.push_back(name);
      }
    }
  }
  return found;
}

/// Whether a line of an INI inventory sets a variable: its name as a word, then `=`.
bool sets(const std::string& line, const std::string& name)
{
  const std::size_t at = line.find(name);
  if (at == std::string::npos || (at != 0 && line[at - 1] != ' ' && line[at - 1] != '\t')) {
    return false;
  }
  const std::size_t after = line.find_first_not_of(" \t", at + name.size());
  return after != std::string::npos && line[after] == '=';
}

/// Variables in an INI inventory on a host's line, or in `[group:vars]` of a group other than all
/// and k8s_cluster.
std::vector<std::string> narrower_in_ini(const std::string& text,
                                         const std::vector<std::string>& names)
{
  std::vector<std::string> found;
  std::string section;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    std::string line = text.substr(from, end - from);
    from = end + 1;
    line.erase(0, line.find_first_not_of(" \t"));
    if (line.starts_with('[')) {
      section = line.substr(1, line.find(']') - 1);
    }
    if (line.empty() || line[0] == '#' || line[0] == ';' || section == "all:vars" ||
        section == "k8s_cluster:vars") {
      continue;
    }
    std::ranges::copy_if(names, std::back_inserter(found), [&](const std::string& name) {
      return sets(line, name);
    });
  }
  return found;
}

std::string listed(const std::vector<std::string>& names)
{
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

Problem wins(const std::string& file, const std::vector<std::string>& names)
{
  return problem("IPL-KSP-007",
                 listed(names) + " in " + file + " would win over what is written for the cluster",
                 file,
                 "remove " + listed(names) + " from " + file);
}

/// A file that is not valid YAML is a problem only if it contains one of the names.
std::vector<Problem> unclear(const KubespraySeen& seen,
                             const ValuesFileSeen& file,
                             const std::vector<std::string>& names)
{
  const bool ini = file.path == seen.hosts && !is_yaml_inventory(seen);
  const std::string& text = file.text.reveal();
  const auto located = locate_yaml(text, file.path);
  const auto* wrong = std::get_if<std::vector<Problem>>(&located);
  const bool named = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return text.find(name) != std::string::npos;
  });
  if (ini || wrong == nullptr || wrong->empty() || !named) {
    return {};
  }
  Problem found =
      problem("IPL-KSP-004", file.path + " cannot be edited: " + wrong->front().what, file.path);
  found.place = wrong->front().place;
  return {found};
}

std::vector<Problem> folder_problems(const KubespraySeen& seen)
{
  if (!seen.error.empty()) {
    return {problem("IPL-KSP-005",
                    "the inventory " + seen.inventory + " cannot be looked at: " + seen.error,
                    seen.inventory)};
  }
  if (!seen.hosts.empty()) {
    return {};
  }
  if (seen.hosts_found.empty()) {
    return {
        problem("IPL-KSP-006",
                "there is no inventory file in " + seen.inventory,
                "hosts.yaml, hosts.yml, inventory.yaml, inventory.yml, inventory.ini, hosts.ini, "
                "inventory, hosts")};
  }
  return {problem("IPL-KSP-006",
                  "there are several inventory files in " + seen.inventory,
                  listed(seen.hosts_found),
                  "name the one that you run: --kubespray-inventory " + seen.hosts_found.front())};
}

} // namespace

bool is_yaml_inventory(const KubespraySeen& seen)
{
  return seen.hosts.ends_with(".yaml") || seen.hosts.ends_with(".yml");
}

const std::vector<std::vector<std::string>>& inventory_prefixes()
{
  static const std::vector<std::vector<std::string>> prefixes{
      {"all", "vars"}, {"all", "children", "k8s_cluster", "vars"}, {"k8s_cluster", "vars"}};
  return prefixes;
}

std::vector<Problem> inventory_problems(const KubespraySeen& seen,
                                        const std::vector<std::string>& names)
{
  std::vector<Problem> problems = folder_problems(seen);
  for (const auto* files : {&seen.files, &seen.narrower}) {
    for (const ValuesFileSeen& file : *files) {
      if (!file.error.empty()) {
        problems.push_back(
            problem("IPL-KSP-004", file.path + " cannot be read: " + file.error, file.path));
      }
      const auto more = unclear(seen, file, names);
      problems.insert(problems.end(), more.begin(), more.end());
    }
  }
  for (const ValuesFileSeen& file : seen.files) {
    if (file.path != seen.hosts) {
      continue;
    }
    const auto found = is_yaml_inventory(seen) ? narrower_in_yaml(file.text.reveal(), names)
                                               : narrower_in_ini(file.text.reveal(), names);
    if (!found.empty()) {
      problems.push_back(wins(file.path, found));
    }
  }
  for (const ValuesFileSeen& file : seen.narrower) {
    std::vector<std::string> found;
    std::copy_if(names.begin(),
                 names.end(),
                 std::back_inserter(found),
                 [&](const std::string& name) { return defines(file.text.reveal(), {name}); });
    if (!found.empty()) {
      problems.push_back(wins(file.path, found));
    }
  }
  return problems;
}

} // namespace iplease::kubespray
