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
/// Server-side apply with our field manager; the manifest goes by standard input. Conflicts are
/// forced: the plan has shown the change.
[[nodiscard]] Command kubectl_apply(const Target& target, std::string manifest);
/// GET of an API path, for example a Service proxy.
[[nodiscard]] Command kubectl_get_raw(const Target& target, const std::string& path);
[[nodiscard]] Command
kubectl_jsonpath(const Target& target, std::vector<std::string> what, const std::string& path);

} // namespace iplease
