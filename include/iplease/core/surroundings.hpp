// SPDX-License-Identifier: Apache-2.0
// Surroundings of the objects that leases need: system pods, and who manages which object.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace iplease {

/// Labels and annotations, which show who manages an object.
struct MarksSeen {
  std::map<std::string, std::string> labels{};
  std::map<std::string, std::string> annotations{};
  bool operator==(const MarksSeen&) const = default;
};

/// A kube-proxy or kube-vip pod in kube-system, however it was started.
struct SystemPodSeen {
  std::string name{};
  std::string node{};
  /// metadata.creationTimestamp, by the API server's clock; status.startTime is by the node's.
  std::string created{};
  bool of_node = false; ///< a mirror pod, made from a file on the node
  std::map<std::string, std::string> labels{};
  std::vector<std::string> images{};
  std::vector<std::string> args{};
  std::map<std::string, std::string> env{};
  bool operator==(const SystemPodSeen&) const = default;
};

/// An object with which a distribution manages a Helm release: HelmChart (k3s, RKE2), Chart (k0s).
struct ChartKeeperSeen {
  std::string kind{}; ///< "HelmChart", "Chart"
  std::string name_space{};
  std::string name{};
  std::string release{};
  std::string release_name_space{};
  bool operator==(const ChartKeeperSeen&) const = default;
};

/// What only `undo` looks at.
struct UndoSeen {
  bool looked = false;
  std::string why{}; ///< not empty: could not be read; ignore the rest
  /// Field managers of "service/controller", "pool/default", "advertisement/default" and
  /// "namespace/metallb-system", without those of the status.
  std::map<std::string, std::vector<std::string>> writers{};
  std::vector<std::string> in_namespace{}; ///< "Secret x": in metallb-system, not MetalLB's own
  std::vector<std::string> custom{};       ///< "BGPPeer x": would go with MetalLB's CRDs
  bool operator==(const UndoSeen&) const = default;
};

} // namespace iplease
