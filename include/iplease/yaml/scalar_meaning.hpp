// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/yaml/located.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace iplease {

/// What Helm makes of a scalar. Helm reads values with sigs.k8s.io/yaml, whose go-yaml v2 knows
/// YAML 1.1's `yes` and `on`, octal and underscored numbers; every number becomes a float64.
struct Meaning {
  enum class Kind { null, boolean, number, text } kind = Kind::null;
  bool truth = false;
  double number = 0;
  std::string text{};
  bool operator==(const Meaning&) const = default;
};

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
[[nodiscard]] bool looks_like_float(std::string_view text);
/// What go-yaml v2.4 (resolve.go) makes of an unquoted scalar: null, boolean, integer, float or
/// text.
[[nodiscard]] nlohmann::json plain_value(std::string_view text);
/// The same as Helm passes it on.
[[nodiscard]] Meaning plain_meaning(std::string_view text);
/// The meaning of a scalar or null node, by its quotes and tag.
[[nodiscard]] Meaning meaning_of(const LocatedNode& node);
/// As JSON would write it: `true`, `1.6`, `"text"`, `null`.
[[nodiscard]] std::string meaning_text(const Meaning& meaning);
/// Whether the chart renders the value as `true`: any plain spelling of true, or the string
/// "true" in quotes.
[[nodiscard]] bool renders_true(const LocatedNode& node);

} // namespace iplease
