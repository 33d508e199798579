// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/inventory.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/engine/effects.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace iplease {
namespace {

using Kind = FolderRead::Kind;

constexpr std::array k_hosts{"hosts.yaml",
                             "hosts.yml",
                             "inventory.yaml",
                             "inventory.yml",
                             "inventory.ini",
                             "hosts.ini",
                             "inventory",
                             "hosts"};
/// Ansible's YAML_FILENAME_EXTENSIONS; a name without an extension counts too.
constexpr std::array k_endings{".yml", ".yaml", ".json"};

std::string parent_of(const std::string& path)
{
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

std::string ending_of(const std::string& name)
{
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? "" : name.substr(dot);
}

bool is_vars_file(const std::string& name)
{
  const std::string ending = ending_of(name);
  return !name.starts_with('.') && !name.ends_with('~') &&
         (ending.empty() || std::ranges::find(k_endings, ending) != k_endings.end());
}

class InventoryReader {
public:
  explicit InventoryReader(Files& files)
      : m_files(files)
  {
  }

  KubespraySeen read(const Settings::Kubespray& want)
  {
    find_folder(want.inventory.value);
    m_seen.dir = want.dir.value.empty() ? parent_of(parent_of(m_seen.inventory)) : want.dir.value;
    read_checkout();
    m_seen.given_version = want.version.value;
    if (!m_seen.error.empty()) {
      return std::move(m_seen);
    }
    find_hosts();
    if (!m_seen.hosts.empty()) {
      read_file(m_seen.hosts, m_seen.files);
    }
    read_group_vars();
    read_host_vars();
    return std::move(m_seen);
  }

private:
  /// The folder, or the folder of the named inventory file.
  void find_folder(std::string path)
  {
    while (path.size() > 1 && path.ends_with('/')) {
      path.pop_back();
    }
    m_seen.inventory = path;
    m_folder = m_files.list(path);
    if (m_folder.kind == Kind::error && m_files.read(path).kind == FileRead::Kind::ok) {
      m_seen.hosts = path;
      m_seen.inventory = parent_of(path);
      m_folder = m_files.list(m_seen.inventory);
    }
    if (m_folder.kind != Kind::ok) {
      m_seen.error = m_folder.kind == Kind::absent ? "there is no such folder" : m_folder.error;
    }
  }

  void read_checkout()
  {
    const FileRead galaxy = m_files.read(m_seen.dir + "/galaxy.yml");
    m_seen.galaxy = {.look = galaxy.kind == FileRead::Kind::ok       ? Look::seen
                             : galaxy.kind == FileRead::Kind::absent ? Look::absent
                                                                     : Look::failed,
                     .value = galaxy.text,
                     .why = galaxy.error};
    const std::string role = m_seen.dir + "/roles/kubernetes-apps/metallb/templates/";
    const auto has = [&](const char* name) {
      return m_files.read(role + name).kind == FileRead::Kind::ok;
    };
    m_seen.role_reads = has("pools.yaml.j2")           ? "metallb_config"
                        : has("metallb-config.yml.j2") ? "metallb_ip_range"
                                                       : "";
    m_seen.has_play = m_files.read(m_seen.dir + "/cluster.yml").kind == FileRead::Kind::ok;
  }

  void find_hosts()
  {
    if (!m_seen.hosts.empty()) {
      return;
    }
    for (const char* name : k_hosts) {
      if (std::ranges::find(m_folder.files, name) != m_folder.files.end()) {
        m_seen.hosts_found.push_back(m_seen.inventory + "/" + name);
      }
    }
    if (m_seen.hosts_found.size() == 1) {
      m_seen.hosts = m_seen.hosts_found.front();
      m_seen.hosts_found.clear();
    }
  }

  void read_file(const std::string& path, std::vector<ValuesFileSeen>& into)
  {
    FileRead read = m_files.read(path);
    into.push_back({.path = path,
                    .exists = read.kind != FileRead::Kind::absent,
                    .text = Secret(std::move(read.text)),
                    .error = read.kind == FileRead::Kind::error ? read.error : ""});
  }

  /// Ansible reads files and folders (names without an extension) in the order of their names.
  void read_folder(const std::string& path, std::vector<ValuesFileSeen>& into, int depth)
  {
    constexpr int deepest = 4;
    const FolderRead folder = m_files.list(path);
    if (folder.kind == Kind::error) {
      into.push_back({.path = path, .exists = true, .text = Secret(), .error = folder.error});
      return;
    }
    std::map<std::string, bool> names; // true: a folder
    for (const std::string& name : folder.files) {
      names[name] = false;
    }
    for (const std::string& name : folder.folders) {
      names[name] = true;
    }
    for (const auto& [name, is_folder] : names) {
      if (!is_folder && is_vars_file(name)) {
        read_file(path + "/" + name, into);
      } else if (is_folder && !name.starts_with('.') && ending_of(name).empty() &&
                 depth < deepest) {
        read_folder(path + "/" + name, into, depth + 1);
      }
    }
  }

  /// The variables of one group or host below `parent`.
  void read_vars(const FolderRead& parent,
                 const std::string& path,
                 const std::string& name,
                 std::vector<ValuesFileSeen>& into)
  {
    const auto has = [](const std::vector<std::string>& all, const std::string& one) {
      return std::ranges::find(all, one) != all.end();
    };
    if (has(parent.folders, name)) {
      read_folder(path + "/" + name, into, 0);
      return;
    }
    for (const std::string ending : {"", ".yml", ".yaml", ".json"}) {
      if (has(parent.files, name + ending)) {
        read_file(path + "/" + name + ending, into);
        return;
      }
    }
  }

  static std::set<std::string> names_in(const FolderRead& folder)
  {
    std::set<std::string> names{folder.folders.begin(), folder.folders.end()};
    for (const std::string& file : folder.files) {
      if (is_vars_file(file)) {
        names.insert(file.substr(0, file.size() - ending_of(file).size()));
      }
    }
    return names;
  }

  void read_group_vars()
  {
    const std::string path = m_seen.inventory + "/group_vars";
    const FolderRead group_vars = m_files.list(path);
    if (group_vars.kind == Kind::error) {
      m_seen.error = path + ": " + group_vars.error;
      return;
    }
    m_seen.cluster_folder =
        std::ranges::find(group_vars.folders, "k8s_cluster") != group_vars.folders.end();
    read_vars(group_vars, path, "all", m_seen.files);
    read_vars(group_vars, path, "k8s_cluster", m_seen.files);
    for (const std::string& name : names_in(group_vars)) {
      if (name != "all" && name != "k8s_cluster" && !name.starts_with('.')) {
        read_vars(group_vars, path, name, m_seen.narrower);
      }
    }
  }

  void read_host_vars()
  {
    const std::string path = m_seen.inventory + "/host_vars";
    const FolderRead host_vars = m_files.list(path);
    for (const std::string& name : host_vars.folders) {
      read_folder(path + "/" + name, m_seen.narrower, 0);
    }
    for (const std::string& name : host_vars.files) {
      // Dots in a host's name look like an extension, so any extension counts.
      if (!name.starts_with('.') && name.find(".backup-") == std::string::npos) {
        read_file(path + "/" + name, m_seen.narrower);
      }
    }
  }

  Files& m_files;
  FolderRead m_folder{};
  KubespraySeen m_seen{};
};

} // namespace

KubespraySeen read_inventory(const Settings& want, Files& files)
{
  if (want.metallb.install.value != MetallbInstall::kubespray ||
      want.metallb.kubespray.inventory.value.empty()) {
    return {};
  }
  return InventoryReader(files).read(want.metallb.kubespray);
}

} // namespace iplease
