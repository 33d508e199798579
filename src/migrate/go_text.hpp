// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace iplease::go {

/// `%q` of a string, as Go's strconv.Quote writes it.
[[nodiscard]] std::string quote(std::string_view text);

/// A float as Go's strconv.FormatFloat(v, 'g', -1, 32) writes it. sigs.k8s.io/yaml does this to a
/// number in a string field.
[[nodiscard]] std::string short_float(double value);

/// A scalar as sigs.k8s.io/yaml writes it where a string is wanted (also for map keys).
[[nodiscard]] std::string as_text(const nlohmann::json& scalar);

/// time.ParseDuration: nanoseconds, or Go's error text.
[[nodiscard]] std::variant<std::int64_t, std::string> parse_duration(std::string_view text);

/// time.Duration.String() of whole seconds: "1m30s".
[[nodiscard]] std::string seconds_text(std::int64_t seconds);

/// strconv.ParseUint(text, 10, bits): the value, or Go's error text.
[[nodiscard]] std::variant<std::uint64_t, std::string> parse_uint(std::string_view text,
                                                                  unsigned bits);

} // namespace iplease::go
