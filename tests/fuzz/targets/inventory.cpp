// SPDX-License-Identifier: Apache-2.0
// Any bytes as the files of a Kubespray inventory, each starting with a line `#@ NAME`. An edit
// sets MetalLB's variables and nothing else, and a second edit has nothing to do.
#include <iplease/kubespray/inventory.hpp>
#include <iplease/kubespray/standing.hpp>

#include "../target.hpp"
#include "../witness.hpp"
#include <algorithm>
#include <array>

namespace iplease::fuzz {

namespace {

constexpr const char* k_folder = "/inv";

/// Every variable that iplease sets for some release.
const std::vector<std::string>& variables()
{
  static const std::vector<std::string> all{"metallb_enabled",
                                            "metallb_speaker_enabled",
                                            "metallb_protocol",
                                            "metallb_pool_name",
                                            "metallb_ip_range",
                                            "metallb_auto_assign",
                                            "matallb_auto_assign",
                                            "metallb_avoid_buggy_ips",
                                            "metallb_controller_tolerations",
                                            "metallb_namespace",
                                            "metallb_config/controller/tolerations",
                                            "metallb_config/address_pools/default/ip_range",
                                            "metallb_config/address_pools/default/auto_assign",
                                            "metallb_config/address_pools/default/avoid_buggy_ips",
                                            "metallb_config/layer2",
                                            "kube_proxy_strict_arp"};
  return all;
}

/// The paths where they may be written, also in the hosts file.
std::vector<std::string> free_paths(const std::string& file)
{
  if (!file.ends_with("hosts.yaml")) {
    return variables();
  }
  std::vector<std::string> all;
  for (const std::string& name : variables()) {
    for (const char* home : {"all/vars/", "all/children/k8s_cluster/vars/", "k8s_cluster/vars/"}) {
      all.push_back(home + name);
    }
  }
  return all;
}

std::string path_of(std::string_view name)
{
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> known{
      {{"hosts", "/hosts.yaml"},
       {"ini", "/inventory.ini"},
       {"all", "/group_vars/all/all.yml"},
       {"cluster", "/group_vars/k8s_cluster/k8s-cluster.yml"},
       {"addons", "/group_vars/k8s_cluster/addons.yml"}}};
  for (const auto& [word, path] : known) {
    if (word == name) {
      return std::string(k_folder) + std::string(path);
    }
  }
  return std::string(k_folder) + "/group_vars/k8s_cluster/addons.yml";
}

KubespraySeen inventory_of(const std::string& text)
{
  constexpr std::string_view mark = "#@ ";
  KubespraySeen seen{.inventory = k_folder, .dir = "/", .has_play = true, .cluster_folder = true};
  std::string path = path_of("addons");
  std::string content;
  const auto put = [&] {
    const bool known =
        std::ranges::find(seen.files, path, &ValuesFileSeen::path) != seen.files.end();
    if (!known && !content.empty()) {
      seen.files.push_back({.path = path, .exists = true, .text = Secret(content)});
    }
    content.clear();
  };
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size() - 1) + 1;
    const std::string line = text.substr(from, end - from);
    from = end;
    if (line.starts_with(mark)) {
      put();
      path = path_of(std::string_view(line).substr(mark.size(), line.find('\n') - mark.size()));
    } else {
      content += line;
    }
  }
  put();
  const bool ini = std::ranges::any_of(
      seen.files, [](const ValuesFileSeen& one) { return one.path.ends_with(".ini"); });
  seen.hosts = path_of(ini ? "ini" : "hosts");
  // In Ansible's order: hosts first.
  std::ranges::stable_partition(seen.files,
                                [&](const ValuesFileSeen& one) { return one.path == seen.hosts; });
  return seen;
}

std::string content_of(const KubespraySeen& seen, const std::string& path)
{
  const auto at = std::ranges::find(seen.files, path, &ValuesFileSeen::path);
  return at == seen.files.end() ? "" : at->text.reveal();
}

KubespraySeen written(KubespraySeen seen, const std::vector<FileWrite>& writes)
{
  for (const FileWrite& write : writes) {
    const auto at = std::ranges::find(seen.files, write.path, &ValuesFileSeen::path);
    if (at == seen.files.end()) {
      seen.files.push_back({.path = write.path, .exists = true, .text = Secret(write.content)});
    } else {
      at->text = Secret(write.content);
    }
  }
  return seen;
}

void check_plan(const KubespraySeen& seen, const kubespray::Release& release, bool layer2)
{
  const kubespray::Wanted want{
      .addresses = {"192.0.2.0/28"}, .layer2 = layer2, .tolerate_control_plane = !layer2};
  const auto plan = kubespray::plan_inventory(release, want, seen);
  for (const Problem& problem : plan.problems) {
    must_be_refusal(problem, ExitCode::usage);
  }
  must(plan.problems.empty() || plan.writes.empty(), "what is refused writes nothing");
  for (const FileWrite& write : plan.writes) {
    const std::string before = content_of(seen, write.path);
    const std::string both =
        write.path + "\n--- before\n" + before + "\n--- after\n" + write.content;
    must(write.content != before, "a write changes something", both);
    must(!write.shown.empty() && !write.script.empty(), "a write is shown", both);
    const std::string wrong = witness_paths(before, write.content, free_paths(write.path));
    must(wrong.empty(), wrong, both);
  }
  if (!plan.problems.empty()) {
    return;
  }
  const KubespraySeen after = written(seen, plan.writes);
  const auto second = kubespray::plan_inventory(release, want, after);
  const std::string more = second.problems.empty()
                               ? second.writes.empty() ? "" : second.writes.front().shown
                               : second.problems.front().what;
  must(second.problems.empty() && second.writes.empty(), "a second edit changes nothing", more);
}

} // namespace

void inventory(const std::string& text)
{
  const KubespraySeen seen = inventory_of(text);
  constexpr kubespray::Release releases[] = {{2, 19, 0}, {2, 21, 0}, {2, 22, 1}, {2, 31, 0}};
  const std::size_t which = number_of(text, 8);
  check_plan(seen, releases[which % 4], which < 4);
  for (const Problem& problem : kubespray::refused_variables(seen, {"192.0.2.0/28"})) {
    must_be_refusal(problem, ExitCode::blocked);
  }
  must(kubespray::standing(seen) == kubespray::standing(seen), "the same files say the same");
  static_cast<void>(kubespray::release_of_galaxy(text));
}

} // namespace iplease::fuzz
