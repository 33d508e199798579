// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>

#include <string>

namespace iplease {

/// Block YAML of iplease's own data, never of an operator's file. A string that a YAML reader could
/// take for anything else becomes a JSON string, so a value can never break the syntax.
[[nodiscard]] std::string emit_yaml(const nlohmann::ordered_json& value);
/// One scalar as emit_yaml writes it; `text` may hold any bytes.
[[nodiscard]] std::string emit_scalar(const std::string& text);

} // namespace iplease
