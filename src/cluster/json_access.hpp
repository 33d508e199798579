// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Reads foreign JSON: a wrong type or a missing key gives an empty answer.
namespace iplease::json_access {

[[nodiscard]] const nlohmann::json* at(const nlohmann::json& from,
                                       std::initializer_list<const char*> path);
[[nodiscard]] std::string text(const nlohmann::json& from, std::initializer_list<const char*> path);
/// A whole number, also if written as 1.0; 0 if it does not fit.
[[nodiscard]] std::int64_t integer(const nlohmann::json& from,
                                   std::initializer_list<const char*> path);
/// The same for numbers that Kubernetes keeps in 32 bits.
[[nodiscard]] int small_integer(const nlohmann::json& from,
                                std::initializer_list<const char*> path);
/// A number under the rules of `integer`; nothing for anything else.
[[nodiscard]] std::optional<std::int64_t> whole_number(const nlohmann::json& value);
[[nodiscard]] bool truth(const nlohmann::json& from, std::initializer_list<const char*> path);
[[nodiscard]] std::vector<std::string> texts(const nlohmann::json& from,
                                             std::initializer_list<const char*> path);
[[nodiscard]] std::map<std::string, std::string> text_map(const nlohmann::json& from,
                                                          std::initializer_list<const char*> path);
/// The elements of an array; empty if it is not an array.
[[nodiscard]] std::vector<const nlohmann::json*> each(const nlohmann::json& from,
                                                      std::initializer_list<const char*> path);

} // namespace iplease::json_access
