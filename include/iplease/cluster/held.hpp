// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// What a pod's spec wants before it starts. Pure.
[[nodiscard]] PodNeeds parse_pod_needs(const nlohmann::json& spec);
/// The same of a pod that is there; `images` are those that its node has.
[[nodiscard]] PodNeeds parse_live_needs(const nlohmann::json& pod);

/// The words to kubectl that tell how long each value is of what the templates of provider and IP
/// operator name. No value leaves kubectl. Empty: they name nothing.
[[nodiscard]] std::vector<std::string> held_words(const Observation& seen);
[[nodiscard]] std::vector<HeldObject> parse_held(std::string_view printed);

} // namespace iplease
