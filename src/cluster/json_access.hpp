// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Reading JSON that somebody else wrote: a wrong type or a missing key is an empty answer.
namespace iplease::json_access {

[[nodiscard]] const nlohmann::json* at(const nlohmann::json& from,
                                       std::initializer_list<const char*> path);
[[nodiscard]] std::string text(const nlohmann::json& from, std::initializer_list<const char*> path);
/// A whole number, also one that was written as 1.0; 0 for one that does not fit.
[[nodiscard]] std::int64_t integer(const nlohmann::json& from,
                                   std::initializer_list<const char*> path);
/// The same of numbers that Kubernetes keeps in 32 bits.
[[nodiscard]] int small_integer(const nlohmann::json& from,
                                std::initializer_list<const char*> path);
/// A number as `integer` has it; nothing for everything else.
[[nodiscard]] std::optional<std::int64_t> whole_number(const nlohmann::json& value);
[[nodiscard]] bool truth(const nlohmann::json& from, std::initializer_list<const char*> path);
[[nodiscard]] std::vector<std::string> texts(const nlohmann::json& from,
                                             std::initializer_list<const char*> path);
[[nodiscard]] std::map<std::string, std::string> text_map(const nlohmann::json& from,
                                                          std::initializer_list<const char*> path);
/// The elements of an array; empty when it is none.
[[nodiscard]] std::vector<const nlohmann::json*> each(const nlohmann::json& from,
                                                      std::initializer_list<const char*> path);

} // namespace iplease::json_access
