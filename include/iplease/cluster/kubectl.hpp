// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cluster/target.hpp>
#include <iplease/core/command.hpp>

#include <chrono>
#include <initializer_list>
#include <string>
#include <vector>

namespace iplease {

/// `kubectl --kubeconfig K --context C ARGS...`, the base of every builder below.
[[nodiscard]] Command kubectl(const Target& target,
                              std::vector<std::string> args,
                              std::chrono::seconds timeout = std::chrono::seconds{60});
/// Creates what was not there when the plan was made; the manifest goes by standard input. Refused
/// when it is there by now (IPL-CLU-054), so nothing of anybody's is overwritten.
[[nodiscard]] Command kubectl_create(const Target& target, std::string manifest);

/// An object that is there.
struct ObjectName {
  std::string resource{};   ///< "service", "ipaddresspools.metallb.io"
  std::string name_space{}; ///< empty: it lives in none
  std::string name{};
};
/// `strategic` merges a list item by item (a Service's ports by their number); only the built-in
/// types know it. `merge` replaces a list as a whole.
enum class PatchType { merge, strategic };
/// Changes the fields that `patch` (YAML) names and nothing else, so what others wrote stays. A
/// patch with metadata.resourceVersion is refused when anybody wrote in between (IPL-CLU-051).
[[nodiscard]] Command kubectl_patch(const Target& target,
                                    const ObjectName& object,
                                    std::string patch,
                                    PatchType type = PatchType::merge);

/// Server-side apply, for objects that carry iplease's own name only: on an object that
/// `kubectl apply` wrote before, it takes the other fields of that over and drops them. A conflict
/// with another writer is refused, never forced.
[[nodiscard]] Command kubectl_apply(const Target& target, std::string manifest);
/// GET of an API path, for example a Service proxy.
[[nodiscard]] Command kubectl_get_raw(const Target& target, const std::string& path);
[[nodiscard]] Command
kubectl_jsonpath(const Target& target, std::vector<std::string> what, const std::string& path);

} // namespace iplease
