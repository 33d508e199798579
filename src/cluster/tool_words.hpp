// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace iplease {

/// The first words of every call: the tool and its kubeconfig. Both tools take one file by
/// --kubeconfig; a list (`a:b`) goes by KUBECONFIG, so that they merge it themselves as client-go
/// does (tools/clientcmd/loader.go).
[[nodiscard]] std::vector<std::string> tool_words(const std::vector<std::string>& tool,
                                                  const std::string& kubeconfig);

} // namespace iplease
