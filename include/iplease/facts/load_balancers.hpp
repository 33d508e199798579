// SPDX-License-Identifier: Apache-2.0
// Who hands out addresses to LoadBalancer Services, beside the MetalLB of metallb-system?
#pragma once

#include <iplease/facts/answer.hpp>

#include <string>
#include <vector>

namespace iplease::facts {

/// A controller that would write the addresses of the Services that MetalLB serves.
struct OtherBalancer {
  std::string name{}; ///< "kube-vip"
  std::string
      where{}; ///< "DaemonSet kube-system/kube-vip-ds", "node n1: ...", "mark on Service a/b"
  bool operator==(const OtherBalancer&) const = default;
};

/// Empty and known: nobody else does. What hands out addresses as pods of an unknown name, or from
/// outside of the cluster (a cloud), leaves nothing that is read.
[[nodiscard]] Answer<std::vector<OtherBalancer>> other_balancers(const Observation& seen);

} // namespace iplease::facts
