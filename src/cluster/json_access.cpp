// SPDX-License-Identifier: Apache-2.0
#include "json_access.hpp"

#include <utility>

namespace iplease::json_access {

using nlohmann::json;

const json* at(const json& from, std::initializer_list<const char*> path)
{
  const json* here = &from;
  for (const char* key : path) {
    if (!here->is_object()) {
      return nullptr;
    }
    const auto next = here->find(key);
    if (next == here->end()) {
      return nullptr;
    }
    here = &*next;
  }
  return here;
}

std::string text(const json& from, std::initializer_list<const char*> path)
{
  const json* here = at(from, path);
  return here != nullptr && here->is_string() ? here->get<std::string>() : std::string{};
}

std::optional<std::int64_t> whole_number(const json& value)
{
  constexpr double too_large = 9223372036854775808.0; // 2^63
  if (value.is_number_float()) {
    const auto wide = value.get<double>();
    return wide >= -too_large && wide < too_large ? std::optional(static_cast<std::int64_t>(wide))
                                                  : std::nullopt;
  }
  const bool fits =
      !value.is_number_unsigned() || std::in_range<std::int64_t>(value.get<std::uint64_t>());
  return value.is_number() && fits ? std::optional(value.get<std::int64_t>()) : std::nullopt;
}

std::int64_t integer(const json& from, std::initializer_list<const char*> path)
{
  const json* here = at(from, path);
  return here != nullptr ? whole_number(*here).value_or(0) : 0;
}

int small_integer(const json& from, std::initializer_list<const char*> path)
{
  const std::int64_t number = integer(from, path);
  return std::in_range<int>(number) ? static_cast<int>(number) : 0;
}

bool truth(const json& from, std::initializer_list<const char*> path)
{
  const json* here = at(from, path);
  return here != nullptr && here->is_boolean() && here->get<bool>();
}

std::vector<std::string> texts(const json& from, std::initializer_list<const char*> path)
{
  std::vector<std::string> out;
  for (const json* one : each(from, path)) {
    if (one->is_string()) {
      out.push_back(one->get<std::string>());
    }
  }
  return out;
}

std::map<std::string, std::string> text_map(const json& from,
                                            std::initializer_list<const char*> path)
{
  std::map<std::string, std::string> out;
  const json* here = at(from, path);
  if (here != nullptr && here->is_object()) {
    for (const auto& [key, value] : here->items()) {
      if (value.is_string() && !key.empty()) {
        out.emplace(key, value.get<std::string>());
      }
    }
  }
  return out;
}

std::vector<const json*> each(const json& from, std::initializer_list<const char*> path)
{
  std::vector<const json*> out;
  const json* here = at(from, path);
  if (here != nullptr && here->is_array()) {
    for (const json& one : *here) {
      if (!one.is_null()) { // the go-template ends its arrays with null
        out.push_back(&one);
      }
    }
  }
  return out;
}

} // namespace iplease::json_access
