// SPDX-License-Identifier: Apache-2.0
#include <iplease/migrate/convert.hpp>
#include <iplease/yaml/emit.hpp>

namespace iplease {

std::string render_yaml(const std::vector<nlohmann::json>& objects)
{
  std::string out;
  for (const nlohmann::json& object : objects) {
    out += emit_yaml(object) + "---\n";
  }
  return out;
}

std::string render_json(const std::vector<nlohmann::json>& objects)
{
  const nlohmann::json list{{"apiVersion", "v1"}, {"kind", "List"}, {"items", objects}};
  return list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

} // namespace iplease
