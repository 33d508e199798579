// SPDX-License-Identifier: Apache-2.0
// Who besides the MetalLB of metallb-system assigns addresses to LoadBalancer Services?
#pragma once

#include <iplease/facts/answer.hpp>

#include <string>
#include <vector>

namespace iplease::facts {

/// A controller that would overwrite addresses of the Services that MetalLB serves.
struct OtherBalancer {
  std::string name{}; ///< "kube-vip"
  std::string
      where{}; ///< "DaemonSet kube-system/kube-vip-ds", "node n1: ...", "mark on Service a/b"
  bool operator==(const OtherBalancer&) const = default;
};

/// Known and empty: nobody else. Cannot detect pods under an unknown name, or a controller outside
/// the cluster (a cloud).
[[nodiscard]] Answer<std::vector<OtherBalancer>> other_balancers(const Observation& seen);

} // namespace iplease::facts
