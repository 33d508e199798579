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
/// Creates an object that did not exist at planning time; the manifest goes to standard input.
/// Fails if it exists by now (IPL-CLU-054), so it never overwrites anything.
[[nodiscard]] Command kubectl_create(const Target& target, std::string manifest);

/// An existing object.
struct ObjectName {
  std::string resource{};   ///< "service", "ipaddresspools.metallb.io"
  std::string name_space{}; ///< empty: cluster-scoped
  std::string name{};
};
/// `strategic` merges lists item by item (a Service's ports by number) but works only for built-in
/// types. `merge` replaces a list as a whole.
enum class PatchType { merge, strategic };
/// Changes only the fields that `patch` (YAML) names. A patch with metadata.resourceVersion fails
/// if somebody wrote in between (IPL-CLU-051).
[[nodiscard]] Command kubectl_patch(const Target& target,
                                    const ObjectName& object,
                                    std::string patch,
                                    PatchType type = PatchType::merge);

/// Server-side apply, only for objects named after iplease: on an object written by `kubectl apply`
/// it would take over that one's other fields and drop them. Never forces a conflict.
[[nodiscard]] Command kubectl_apply(const Target& target, std::string manifest);
/// GET of an API path, for example a Service proxy.
[[nodiscard]] Command kubectl_get_raw(const Target& target, const std::string& path);
[[nodiscard]] Command
kubectl_jsonpath(const Target& target, std::vector<std::string> what, const std::string& path);

} // namespace iplease
