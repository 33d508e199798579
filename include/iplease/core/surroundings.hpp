// SPDX-License-Identifier: Apache-2.0
// What stands around the objects that leases need: pods of the system, and who keeps what as it is.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace iplease {

/// What an object carries beside its name; who manages it shows there.
struct MarksSeen {
  std::map<std::string, std::string> labels{};
  std::map<std::string, std::string> annotations{};
  bool operator==(const MarksSeen&) const = default;
};

/// A pod of kube-system that is a kube-proxy or a kube-vip, however it was started.
struct SystemPodSeen {
  std::string name{};
  std::string node{};
  /// metadata.creationTimestamp, by the API server's clock; status.startTime is by the node's.
  std::string created{};
  bool of_node = false; ///< a mirror pod: a file on the node made it
  std::map<std::string, std::string> labels{};
  std::vector<std::string> images{};
  std::vector<std::string> args{};
  std::map<std::string, std::string> env{};
  bool operator==(const SystemPodSeen&) const = default;
};

/// An object of the distribution's own that keeps a Helm release as it says: HelmChart of k3s and
/// RKE2, Chart of k0s.
struct ChartKeeperSeen {
  std::string kind{}; ///< "HelmChart", "Chart"
  std::string name_space{};
  std::string name{};
  std::string release{};
  std::string release_name_space{};
  bool operator==(const ChartKeeperSeen&) const = default;
};

/// What `undo` looks at beside what enable does; not looked at by any other command.
struct UndoSeen {
  bool looked = false;
  std::string why{}; ///< not empty: could not be read, and what is below says nothing
  /// By "service/controller", "pool/default", "advertisement/default", "namespace/metallb-system":
  /// the field managers of the object, the status left out.
  std::map<std::string, std::vector<std::string>> writers{};
  std::vector<std::string> in_namespace{}; ///< "Secret x": in metallb-system and not MetalLB's own
  std::vector<std::string> custom{};       ///< "BGPPeer x": goes with MetalLB's definitions
  bool operator==(const UndoSeen&) const = default;
};

} // namespace iplease
