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

/// A Kubespray release. The cluster cannot tell which one built it; the checkout's galaxy.yml can.
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

/// Which variables of the MetalLB addon a release reads (roles/kubernetes-apps/metallb):
/// none: its pool cannot be named `default` (before v2.18) or its role is broken (v2.22.0);
/// flat: metallb_ip_range and friends (v2.18 to v2.21); config: metallb_config (v2.22.1 on).
enum class Variables { none, flat, config };
[[nodiscard]] Variables variables_of(const Release& release);
/// Why a release cannot be used; empty when it can.
[[nodiscard]] std::optional<Problem> refusal(const Release& release);

/// Whether the release that was asked for deploys MetalLB 0.12 with its ConfigMap (before v2.22).
/// Then nothing is migrated, and the pool is where the play puts it. False when it is not known.
[[nodiscard]] bool keeps_configmap(const KubespraySeen& seen);

/// What the play is to bring about.
struct Wanted {
  std::vector<std::string> addresses{}; ///< of pool `default`
  bool avoid_buggy_ips = false;
  bool strict_arp = true;              ///< kube_proxy_strict_arp: true
  bool layer2 = true;                  ///< announced by layer 2; false: BGP does it already
  bool tolerate_control_plane = false; ///< every node is a tainted control plane
};

/// What is to be written into an inventory.
struct InventoryPlan {
  std::vector<FileWrite> writes{}; ///< whole new texts; `shown` is a diff with secrets masked
  std::vector<std::string> notes{};
  std::vector<Problem> problems{}; ///< not empty: nothing is written
};

/// Why an inventory cannot be worked with: no or several inventory files, files that cannot be
/// read, variables of `names` that are set where they would win over what is written.
[[nodiscard]] std::vector<Problem> inventory_problems(const KubespraySeen& seen,
                                                      const std::vector<std::string>& names);

/// Sets the variables where they already are, else in group_vars/k8s_cluster (addons.yml and
/// k8s-cluster.yml), else, where there is no such folder, in `all.vars` of a YAML inventory file;
/// comments, order and quoting of everything else stay.
[[nodiscard]] InventoryPlan
plan_inventory(const Release& release, const Wanted& wanted, const KubespraySeen& seen);

/// The same change as sh lines: line numbers that go and lines that come, so that nothing else of
/// the file, perhaps a secret, is in it. `old_text` empty: the file is new.
[[nodiscard]] std::string
line_script(const std::string& path, const std::string& old_text, const std::string& new_text);

/// `ansible-playbook` for the addon alone, from the checkout's folder (its ansible.cfg counts).
[[nodiscard]] Command playbook(const KubespraySeen& seen, std::chrono::seconds timeout);

} // namespace iplease::kubespray
