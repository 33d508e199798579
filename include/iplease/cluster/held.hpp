// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// What a pod's spec needs before the pod can start. Pure.
[[nodiscard]] PodNeeds parse_pod_needs(const nlohmann::json& spec);
/// The same for a live pod; `images` holds only those its node has pulled.
[[nodiscard]] PodNeeds parse_live_needs(const nlohmann::json& pod);

/// kubectl arguments that print the length of each value in the Secrets and ConfigMaps named by the
/// templates of provider and IP operator. No value leaves kubectl. Empty: they name none.
[[nodiscard]] std::vector<std::string> held_words(const Observation& seen);
[[nodiscard]] std::vector<HeldObject> parse_held(std::string_view printed);

} // namespace iplease
