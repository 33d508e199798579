// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/sha256.hpp>
#include <iplease/yaml/diff.hpp>

#include "variables.hpp"
#include <algorithm>

namespace iplease::kubespray {

namespace {

constexpr const char* k_vault = "$ANSIBLE_VAULT"; ///< the start of an encrypted file

/// A file that is being edited.
struct Draft {
  std::string path{};
  std::string old_text{};
  std::string text{};
  bool exists = false;
};

/// One place that can hold variables of the whole cluster.
struct Home {
  std::size_t draft = 0;
  std::vector<std::string> prefix{}; ///< in an inventory file: all, vars
};

class Inventory {
public:
  explicit Inventory(const KubespraySeen& seen);

  /// The effective definition of a variable, highest precedence first; nullptr if there is none.
  [[nodiscard]] const Home* home_of(const std::string& variable) const;
  void set(const Variable& variable);
  [[nodiscard]] InventoryPlan finish();
  void note(std::string text) { m_plan.notes.push_back(std::move(text)); }

private:
  [[nodiscard]] std::size_t draft(const std::string& path);
  [[nodiscard]] std::optional<Home> new_home(const std::string& variable);

  const KubespraySeen& m_seen;
  std::vector<Draft> m_drafts{};
  std::vector<Home> m_homes{}; ///< lowest precedence first
  std::vector<std::string> m_encrypted{};
  InventoryPlan m_plan{};
};

Inventory::Inventory(const KubespraySeen& seen)
    : m_seen(seen)
{
  for (const ValuesFileSeen& file : seen.files) {
    const std::string& text = file.text.reveal();
    if (text.starts_with(k_vault)) {
      note(file.path + " is encrypted and was not looked into");
      m_encrypted.push_back(file.path);
    } else if (file.exists && (file.path != seen.hosts || is_yaml_inventory(seen))) {
      m_drafts.push_back({file.path, text, text, true});
    }
  }
  // Ansible reads `all` of the inventory file first, then its groups, then group_vars.
  for (const auto& prefix : inventory_prefixes()) {
    for (std::size_t i = 0; i < m_drafts.size(); ++i) {
      if (m_drafts[i].path == seen.hosts) {
        m_homes.push_back({i, prefix});
      }
    }
  }
  for (std::size_t i = 0; i < m_drafts.size(); ++i) {
    if (m_drafts[i].path != seen.hosts) {
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

std::size_t Inventory::draft(const std::string& path)
{
  for (std::size_t i = 0; i < m_drafts.size(); ++i) {
    if (m_drafts[i].path == path) {
      return i;
    }
  }
  m_drafts.push_back({path, "", "---\n", false});
  return m_drafts.size() - 1;
}

/// Where to define a new variable; nothing if there is no place.
std::optional<Home> Inventory::new_home(const std::string& variable)
{
  const std::string folder = m_seen.inventory + "/group_vars/k8s_cluster";
  if (m_seen.cluster_folder) {
    const std::string name = variable == "kube_proxy_strict_arp" ? "/k8s-cluster" : "/addons";
    const bool long_ending = std::any_of(m_drafts.begin(), m_drafts.end(), [&](const Draft& one) {
      return one.path == folder + name + ".yaml";
    });
    return Home{draft(folder + name + (long_ending ? ".yaml" : ".yml")), {}};
  }
  for (std::size_t i = m_drafts.size(); i > 0; --i) {
    if (m_drafts[i - 1].path.starts_with(folder)) {
      return Home{i - 1, {}}; // k8s_cluster.yml; a folder beside it would hide it
    }
  }
  return is_yaml_inventory(m_seen) ? std::optional(Home{draft(m_seen.hosts), {"all", "vars"}})
                                   : std::nullopt;
}

void Inventory::set(const Variable& variable)
{
  const Home* known = home_of(variable.name());
  const std::optional<Home> home =
      known != nullptr ? std::optional(*known) : new_home(variable.name());
  if (!home) {
    m_plan.problems = {{.id = "IPL-KSP-008",
                        .what = "the inventory has no place for variables of the whole cluster",
                        .saw = m_seen.inventory + "/group_vars/k8s_cluster is not there",
                        .fix = "mkdir -p " + m_seen.inventory + "/group_vars/k8s_cluster",
                        .exit = ExitCode::usage}};
    return;
  }
  Draft& target = m_drafts[home->draft];
  if (std::ranges::find(m_encrypted, target.path) != m_encrypted.end()) {
    m_plan.problems = {
        {.id = "IPL-KSP-004",
         .what = variable.name() + " cannot be set in " + target.path + ": it is encrypted",
         .saw = target.path + " begins with " + k_vault,
         .fix = "keep what is secret in a file of another name beside it, and " + target.path +
                " in plain text",
         .exit = ExitCode::usage}};
    return;
  }
  Variable placed = variable;
  placed.path.insert(placed.path.begin(), home->prefix.begin(), home->prefix.end());
  EditOutcome outcome = set_variable(target.text, target.path, placed);
  if (auto* problems = std::get_if<std::vector<Problem>>(&outcome)) {
    for (const Problem& one : *problems) {
      m_plan.problems.push_back(
          {.id = "IPL-KSP-004",
           .what = variable.name() + " cannot be set in " + target.path + ": " + one.what,
           .saw = one.saw,
           .place = one.place,
           .exit = ExitCode::usage});
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
                               .shown = masked_diff(one.old_text, one.text, one.path),
                               .script = line_script(one.path, one.old_text, one.text),
                               .was = one.exists ? sha256_hex(one.old_text) : "absent",
                               .keep_mode = true});
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

InventoryPlan
plan_inventory(const Release& release, const Wanted& wanted, const KubespraySeen& seen)
{
  if (auto why = refusal(release)) {
    return {{}, {}, {std::move(*why)}};
  }
  Inventory work(seen);
  const bool config = work.home_of("metallb_config") != nullptr;
  const std::vector<Variable> variables = variables_for(release, wanted, config);
  std::vector<std::string> names;
  names.reserve(variables.size());
  for (const Variable& variable : variables) {
    names.push_back(variable.name());
  }
  if (auto problems = inventory_problems(seen, names); !problems.empty()) {
    return {{}, {}, std::move(problems)};
  }
  for (const Variable& variable : variables) {
    work.set(variable);
  }
  add_notes(work, release, wanted);
  return work.finish();
}

Command playbook(const KubespraySeen& seen, std::chrono::seconds timeout)
{
  return {.argv = {"env",
                   "-C",
                   seen.dir,
                   "ansible-playbook",
                   "-i",
                   seen.hosts,
                   "--become",
                   "cluster.yml",
                   "--tags",
                   "metallb"},
          .timeout = timeout};
}

} // namespace iplease::kubespray
