// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>

#include <map>
#include <string>
#include <string_view>

namespace iplease {

/// Values for a template's holes. A hole `{{name}}` takes a scalar or flow collection after a key,
/// and alone on a line a list, one item per line. Values are escaped, so none can break the syntax.
using Holes = std::map<std::string, nlohmann::ordered_json>;

/// Fills a template. A hole without a value, or a value without a hole, is a bug: throws
/// std::logic_error.
[[nodiscard]] std::string fill_template(std::string_view text, const Holes& holes);

} // namespace iplease
