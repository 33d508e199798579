// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/diff.hpp>

#include "variables.hpp"
#include <algorithm>
#include <array>
#include <map>

namespace iplease::kubespray {

namespace {

constexpr const char* k_addons = "/group_vars/k8s_cluster/addons.yml";
constexpr const char* k_cluster = "/group_vars/k8s_cluster/k8s-cluster.yml";

/// A text on its way to its new shape.
struct Draft {
  std::string path{};
  std::string old_text{};
  std::string text{};
  bool exists = false;
};

/// One place where variables of the whole cluster may stand.
struct Home {
  std::size_t draft = 0;
  std::vector<std::string> prefix{}; ///< in an inventory file: all, vars
};

class Inventory {
public:
  Inventory(const std::string& inventory, const std::vector<ValuesFileSeen>& files);

  /// The effective definition of a variable, highest precedence first; nullptr: defined nowhere.
  [[nodiscard]] const Home* home_of(const std::string& variable) const;
  void set(const Variable& variable);
  [[nodiscard]] InventoryPlan finish();
  void note(std::string text) { m_plan.notes.push_back(std::move(text)); }

private:
  Draft& draft(const std::string& path);

  std::string m_inventory;
  std::vector<Draft> m_drafts{};
  std::vector<Home> m_homes{}; ///< lowest precedence first
  InventoryPlan m_plan{};
};

bool is_inventory_file(const std::string& path)
{
  return path.find("/group_vars/") == std::string::npos;
}

/// Beside a folder group_vars/all, Ansible does not read group_vars/all.yml.
bool shadowed(const std::string& path, const std::vector<ValuesFileSeen>& files)
{
  const std::string folder = path.substr(0, path.rfind('.')) + "/";
  return std::any_of(files.begin(), files.end(), [&](const ValuesFileSeen& other) {
    return other.exists && other.path.starts_with(folder);
  });
}

Inventory::Inventory(const std::string& inventory, const std::vector<ValuesFileSeen>& files)
    : m_inventory(inventory)
{
  for (const ValuesFileSeen& file : files) {
    if (!file.error.empty()) {
      m_plan.problems.push_back({.id = "IPL-KSP-004",
                                 .what = file.path + " cannot be read",
                                 .saw = file.error,
                                 .place = {.file = file.path},
                                 .exit = ExitCode::usage});
    } else if (file.exists && !file.path.ends_with(".ini") && !shadowed(file.path, files)) {
      m_drafts.push_back({file.path, file.text.reveal(), file.text.reveal(), true});
    }
  }
  // Ansible reads `all` of the inventory file first, then its groups, then group_vars.
  const std::vector<std::vector<std::string>> prefixes{
      {"all", "vars"}, {"all", "children", "k8s_cluster", "vars"}, {"k8s_cluster", "vars"}};
  for (const auto& prefix : prefixes) {
    for (std::size_t i = 0; i < m_drafts.size(); ++i) {
      if (is_inventory_file(m_drafts[i].path)) {
        m_homes.push_back({i, prefix});
      }
    }
  }
  for (std::size_t i = 0; i < m_drafts.size(); ++i) {
    if (!is_inventory_file(m_drafts[i].path)) {
      m_homes.push_back({i, {}});
    }
  }
}

const Home* Inventory::home_of(const std::string& variable) const
{
  for (std::size_t i = m_homes.size(); i > 0; --i) {
    const Home& home = m_homes[i - 1];
    std::vector<std::string> path = home.prefix;
    path.push_back(variable);
    if (defines(m_drafts[home.draft].text, path)) {
      return &home;
    }
  }
  return nullptr;
}

Draft& Inventory::draft(const std::string& path)
{
  for (Draft& one : m_drafts) {
    if (one.path == path) {
      return one;
    }
  }
  return m_drafts.emplace_back(Draft{path, "", "---\n", false});
}

void Inventory::set(const Variable& variable)
{
  const Home* home = home_of(variable.name());
  const bool cluster = variable.name() == "kube_proxy_strict_arp";
  Draft& target = home != nullptr ? m_drafts[home->draft]
                                  : draft(m_inventory + (cluster ? k_cluster : k_addons));
  Variable placed = variable;
  if (home != nullptr) {
    placed.path.insert(placed.path.begin(), home->prefix.begin(), home->prefix.end());
  }
  EditOutcome outcome = set_variable(target.text, target.path, placed);
  if (auto* problems = std::get_if<std::vector<Problem>>(&outcome)) {
    for (Problem& one : *problems) {
      one.exit = ExitCode::usage;
      m_plan.problems.push_back(std::move(one));
    }
    return;
  }
  target.text = std::move(std::get<EditedText>(outcome).text);
}

InventoryPlan Inventory::finish()
{
  for (const Draft& one : m_drafts) {
    if (one.text != one.old_text && m_plan.problems.empty()) {
      m_plan.writes.push_back({.path = one.path,
                               .content = one.text,
                               .shown = masked_diff(one.old_text, one.text, one.path)});
    }
  }
  return std::move(m_plan);
}

void add_notes(Inventory& inventory, const Release& release, const Wanted& wanted)
{
  if (variables_of(release) == Variables::config) {
    for (const char* dead :
         {"metallb_ip_range", "metallb_pool_name", "metallb_protocol", "metallb_auto_assign"}) {
      if (inventory.home_of(dead) != nullptr) {
        inventory.note(std::string(dead) +
                       " is in the inventory, but Kubespray reads it no more since v2.22");
      }
    }
  }
  if (release > Release{2, 22, 0} && release < Release{2, 24, 0} && !wanted.avoid_buggy_ips) {
    inventory.note("Kubespray " + to_text(release) +
                   " always sets avoidBuggyIPs: addresses ending in .0 and .255 are not given out");
  }
  if (release >= Release{2, 32, 0}) {
    inventory.note(
        "Kubespray " + to_text(release) +
        " is newer than what this was written for (v2.31); MetalLB must stay below 0.16");
  }
  if (inventory.home_of("metallb_version") != nullptr) {
    inventory.note("metallb_version is overridden in the inventory; Kubespray's manifests fit its "
                   "own version only");
  }
}

} // namespace

std::vector<std::string> inventory_files(const std::string& inventory)
{
  std::vector<std::string> out;
  for (const char* name : {"hosts.yaml",
                           "hosts.yml",
                           "inventory.yaml",
                           "inventory.yml",
                           "inventory.ini",
                           "hosts.ini"}) {
    out.push_back(inventory + "/" + name);
  }
  const std::array all{"all.yml", "all/all.yml", "all/k8s.yml", "all/metallb.yml"};
  const std::array cluster{"k8s_cluster.yml",
                           "k8s_cluster/addons.yml",
                           "k8s_cluster/addons.yaml",
                           "k8s_cluster/k8s-cluster.yml",
                           "k8s_cluster/k8s-cluster.yaml",
                           "k8s_cluster/metallb.yml"};
  for (const char* name : all) {
    out.push_back(inventory + "/group_vars/" + name);
  }
  for (const char* name : cluster) {
    out.push_back(inventory + "/group_vars/" + name);
  }
  return out;
}

std::string galaxy_file(const std::string& dir)
{
  return dir + "/galaxy.yml";
}

InventoryPlan plan_inventory(const Release& release,
                             const Wanted& wanted,
                             const std::string& inventory,
                             const std::vector<ValuesFileSeen>& files)
{
  if (auto why = refusal(release)) {
    return {{}, {}, {std::move(*why)}};
  }
  Inventory work(inventory, files);
  const Home* config = work.home_of("metallb_config");
  for (const Variable& variable : variables_for(release, wanted, config != nullptr)) {
    work.set(variable);
  }
  add_notes(work, release, wanted);
  return work.finish();
}

Command playbook(const std::string& dir,
                 const std::string& inventory,
                 const std::vector<ValuesFileSeen>& files,
                 std::chrono::seconds timeout)
{
  std::string hosts = inventory;
  for (const ValuesFileSeen& file : files) {
    if (file.exists && is_inventory_file(file.path)) {
      hosts = file.path;
      break;
    }
  }
  return {.argv = {"env",
                   "-C",
                   dir,
                   "ansible-playbook",
                   "-i",
                   hosts,
                   "--become",
                   "cluster.yml",
                   "--tags",
                   "metallb"},
          .timeout = timeout};
}

} // namespace iplease::kubespray
