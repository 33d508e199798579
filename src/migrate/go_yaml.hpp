// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace iplease::go {

/// What go-yaml v2 (resolve.go) makes of a plain scalar: null, boolean, integer, float or string.
[[nodiscard]] nlohmann::json resolve_plain(const std::string& text);

/// How sigs.k8s.io/yaml writes a resolved scalar when a string is wanted (also for map keys).
[[nodiscard]] std::string as_text(const nlohmann::json& scalar);

} // namespace iplease::go
