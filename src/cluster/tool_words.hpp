// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace iplease {

/// The first words of every call: the tool and its kubeconfig. One file goes by --kubeconfig. A
/// list (`a:b`) goes by KUBECONFIG, so that the tool merges it as client-go does
/// (tools/clientcmd/loader.go).
[[nodiscard]] std::vector<std::string> tool_words(const std::vector<std::string>& tool,
                                                  const std::string& kubeconfig);

} // namespace iplease
