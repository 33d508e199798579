// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>

namespace iplease {

/// Values for a template's holes. A hole is `{{name}}`: after a key it takes a scalar or a flow
/// collection; alone on a line it takes a list, one item a line. Values are data, written so that
/// none can break the syntax.
using Holes = std::map<std::string, nlohmann::ordered_json>;

/// Fills a template. A hole without a value, or a value without a hole, is a bug of ours and
/// throws std::logic_error.
[[nodiscard]] std::string fill_template(std::string_view text, const Holes& holes);

} // namespace iplease
