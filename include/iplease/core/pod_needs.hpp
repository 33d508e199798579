// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace iplease {

/// A Secret or ConfigMap without which a pod does not start.
struct NeededObject {
  std::string kind{}; ///< "Secret" or "ConfigMap"
  std::string name{};
  std::string key{}; ///< the one key that is read; empty: all of it
  bool operator==(const NeededObject&) const = default;
  auto operator<=>(const NeededObject&) const = default;
};

/// What a pod's spec wants of its cluster before a container of it runs.
struct PodNeeds {
  std::set<NeededObject> objects{}; ///< those that the spec does not call optional
  std::set<std::string> images{};   ///< of init containers too
  std::map<std::string, std::string> node_selector{};
  std::set<std::string> tolerated{}; ///< keys of tolerated taints; "" tolerates all
  bool affinity = false;             ///< it says more about its node than is read here
  std::string resources{};           ///< the requests of all containers; comparable, not for people
  bool operator==(const PodNeeds&) const = default;
};

/// How long one value of a Secret or ConfigMap is; never the value itself.
struct HeldValue {
  std::size_t bytes = 0; ///< decoded
  bool blank = false;    ///< empty, or begins with white space
  bool operator==(const HeldValue&) const = default;
};

/// A Secret or ConfigMap as it is in the cluster, without what it says.
struct HeldObject {
  std::string kind{};
  std::string name{};
  std::map<std::string, HeldValue> values{};
  bool operator==(const HeldObject&) const = default;
};

} // namespace iplease
