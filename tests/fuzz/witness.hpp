// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace iplease::fuzz {

/// What is wrong with an edit, seen by somebody who shares nothing with the editor: the trees of
/// yaml-cpp's YAML::Load before and after. Empty when `after` says what `before` says with
/// `ipoperator` true and the attributes set, and nothing else; or when yaml-cpp cannot read
/// `before`.
[[nodiscard]] std::string witness(const std::string& before,
                                  const std::string& after,
                                  const std::vector<std::string>& attributes);

/// The same of any edit that may touch only what stands at `paths` ("ipvs/strictARP"), with the
/// mappings around it where they are not there.
[[nodiscard]] std::string witness_paths(const std::string& before,
                                        const std::string& after,
                                        const std::vector<std::string>& paths);

} // namespace iplease::fuzz
