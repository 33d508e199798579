// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/step.hpp>

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iplease::kubespray {

/// A Kubespray release. Only the checkout's galaxy.yml names it, the cluster does not.
struct Release {
  int major = 0;
  int minor = 0;
  int patch = 0;
  auto operator<=>(const Release&) const = default;
};

/// "v2.31.0" or "2.31.0".
[[nodiscard]] std::optional<Release> parse_release(std::string_view text);
/// `version:` of galaxy.yml.
[[nodiscard]] std::optional<Release> release_of_galaxy(std::string_view galaxy_yml);
[[nodiscard]] std::string to_text(const Release& release);

/// Which MetalLB variables a release reads (roles/kubernetes-apps/metallb). none: its pool cannot
/// be named `default` (before v2.18) or its role is broken (v2.22.0). flat: metallb_ip_range and
/// others (v2.18 to v2.21). config: metallb_config (from v2.22.1).
enum class Variables { none, flat, config };
[[nodiscard]] Variables variables_of(const Release& release);
/// Why a release cannot be used; nullopt: it can.
[[nodiscard]] std::optional<Problem> refusal(const Release& release);

/// Whether the given release deploys MetalLB 0.12 with its ConfigMap (before v2.22). Then nothing
/// is migrated, and the pool stays in the ConfigMap. False if unknown.
[[nodiscard]] bool keeps_configmap(const KubespraySeen& seen);

/// What the play must bring about.
struct Wanted {
  std::vector<std::string> addresses{}; ///< of pool `default`
  bool avoid_buggy_ips = false;
  bool strict_arp = true;              ///< kube_proxy_strict_arp: true
  bool layer2 = true;                  ///< announce by layer 2; false: BGP does already
  bool tolerate_control_plane = false; ///< every node is a tainted control plane
};

/// What to write into an inventory.
struct InventoryPlan {
  std::vector<FileWrite> writes{}; ///< complete new texts; `shown` is a diff with secrets masked
  std::vector<std::string> notes{};
  std::vector<Problem> problems{}; ///< not empty: nothing is written
};

/// Why an inventory is unusable: not exactly one inventory file, unreadable files, or variables of
/// `names` set where they would override what is written.
[[nodiscard]] std::vector<Problem> inventory_problems(const KubespraySeen& seen,
                                                      const std::vector<std::string>& names);

/// Sets each variable where it already is, else in group_vars/k8s_cluster (addons.yml and
/// k8s-cluster.yml), else, without that folder, in `all.vars` of a YAML inventory file. Keeps
/// comments, order and quoting of everything else.
[[nodiscard]] InventoryPlan
plan_inventory(const Release& release, const Wanted& wanted, const KubespraySeen& seen);

/// The same change as sh lines that delete and insert by line number, so that no other line of the
/// file, perhaps a secret, is in them. `old_text` empty: new file.
[[nodiscard]] std::string
line_script(const std::string& path, const std::string& old_text, const std::string& new_text);

/// `ansible-playbook` for the addon alone, in the checkout's folder, whose ansible.cfg counts.
[[nodiscard]] Command playbook(const KubespraySeen& seen, std::chrono::seconds timeout);

} // namespace iplease::kubespray
