// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/observation.hpp>

#include <string>
#include <vector>

namespace iplease::kubespray {

/// A pool that the inventory's variables define, whether or not its play has run.
struct StandingPool {
  std::string name{};
  std::vector<std::string> addresses{};
  bool auto_assign = true;
  std::string protocol = "layer2"; ///< or "bgp"
  std::string variable{};          ///< where it is set: "metallb_config.address_pools.primary"
  bool operator==(const StandingPool&) const = default;
};

/// What an inventory sets already, as Ansible reads it for the whole cluster. A Jinja expression
/// counts as not set.
struct Standing {
  std::vector<StandingPool> pools{};
  std::vector<std::string> bgp_pools{}; ///< announced by metallb_config.layer3
  std::string lb_class{};               ///< metallb_loadbalancer_class
  std::string port{};                   ///< metallb_port
  std::string version{};                ///< metallb_version, without "v"
  bool kube_vip_services = false;       ///< kube-vip is on and assigns addresses
  bool operator==(const Standing&) const = default;
};

[[nodiscard]] Standing standing(const KubespraySeen& seen);

/// Variables that would break IP leases once the play runs. They block every change.
[[nodiscard]] std::vector<Problem> refused_variables(const KubespraySeen& seen,
                                                     const std::vector<std::string>& addresses);

} // namespace iplease::kubespray
