// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/json.hpp>

template class nlohmann::basic_json<>;
template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace iplease {

nlohmann::json parsed_json(std::string_view text)
{
  return nlohmann::json::parse(text, nullptr, false);
}

nlohmann::ordered_json parsed_ordered_json(std::string_view text)
{
  return nlohmann::ordered_json::parse(text, nullptr, false);
}

} // namespace iplease
