// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace iplease::fuzz {

/// What is wrong with an edit, judged independently of the editor: by the trees that yaml-cpp's
/// YAML::Load reads before and after. Empty if `after` equals `before` plus `ipoperator` true and
/// the attributes, and nothing else. Also empty if yaml-cpp cannot read `before`.
[[nodiscard]] std::string witness(const std::string& before,
                                  const std::string& after,
                                  const std::vector<std::string>& attributes);

/// The same for any edit that may change only what is at `paths` ("ipvs/strictARP"), and may add
/// the mappings around it.
[[nodiscard]] std::string witness_paths(const std::string& before,
                                        const std::string& after,
                                        const std::vector<std::string>& paths);

} // namespace iplease::fuzz
