// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace iplease {

/// A Secret or ConfigMap that a pod needs to start.
struct NeededObject {
  std::string kind{}; ///< "Secret" or "ConfigMap"
  std::string name{};
  std::string key{}; ///< the one key that is read; empty: all keys
  bool operator==(const NeededObject&) const = default;
  auto operator<=>(const NeededObject&) const = default;
};

/// What a pod's spec needs from the cluster before its containers run.
struct PodNeeds {
  std::set<NeededObject> objects{}; ///< those not marked optional
  std::set<std::string> images{};   ///< including init containers
  std::map<std::string, std::string> node_selector{};
  std::set<std::string> tolerated{}; ///< keys of tolerated taints; "": all taints
  bool affinity = false;             ///< the spec has node affinity, which is not read here
  std::string resources{};           ///< requests of all containers, only for comparing
  bool operator==(const PodNeeds&) const = default;
};

/// Length of one value of a Secret or ConfigMap; never the value itself.
struct HeldValue {
  std::size_t bytes = 0; ///< decoded
  bool blank = false;    ///< empty, or starts with white space
  bool operator==(const HeldValue&) const = default;
};

/// A Secret or ConfigMap in the cluster, without its values.
struct HeldObject {
  std::string kind{};
  std::string name{};
  std::map<std::string, HeldValue> values{};
  bool operator==(const HeldObject&) const = default;
};

} // namespace iplease
