// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iplease::facts {

/// The value of `--NAME` in a command, as Go's flag packages read it: the last one wins, a flag
/// without a value is "true". A word may be a whole shell line.
[[nodiscard]] std::optional<std::string> flag_value(const std::vector<std::string>& words,
                                                    std::string_view name);
/// Whether Go's strconv.ParseBool reads it as true.
[[nodiscard]] bool is_true(std::string_view text);
/// The kube-proxy flags that k3s and RKE2 pass on. `node_args` is the annotation k3s.io/node-args
/// or rke2.io/node-args, a JSON list.
[[nodiscard]] std::vector<std::string> kube_proxy_flags(std::string_view node_args);
/// All words of that annotation; empty if it is not a JSON list of strings.
[[nodiscard]] std::vector<std::string> node_words(std::string_view node_args);

} // namespace iplease::facts
