// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

// Compiled once, in src/core/json.cpp, instead of in each file that uses JSON.
extern template class nlohmann::basic_json<>;
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace iplease {

/// JSON that somebody else wrote. Text that is not JSON gives a value whose `is_discarded()` is
/// true; nothing is thrown.
[[nodiscard]] nlohmann::json parsed_json(std::string_view text);
/// The same with the keys in the order of the text.
[[nodiscard]] nlohmann::ordered_json parsed_ordered_json(std::string_view text);

} // namespace iplease
