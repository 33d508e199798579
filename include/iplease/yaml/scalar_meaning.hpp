// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>
#include <iplease/yaml/located.hpp>

#include <string>
#include <string_view>

namespace iplease {

/// How Helm reads a scalar. Helm uses sigs.k8s.io/yaml, whose go-yaml v2 accepts YAML 1.1's `yes`
/// and `on`, and octal and underscored numbers; every number becomes a float64.
struct Meaning {
  enum class Kind { null, boolean, number, text } kind = Kind::null;
  bool truth = false;
  double number = 0;
  std::string text{};
  bool operator==(const Meaning&) const = default;
};

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
[[nodiscard]] bool looks_like_float(std::string_view text);
/// How go-yaml v2.4 (resolve.go) reads an unquoted scalar: null, boolean, integer, float or text.
[[nodiscard]] nlohmann::json plain_value(std::string_view text);
/// The same, as Helm passes it on.
[[nodiscard]] Meaning plain_meaning(std::string_view text);
/// Meaning of a scalar or null node, by its quotes and tag.
[[nodiscard]] Meaning meaning_of(const LocatedNode& node);
/// As JSON: `true`, `1.6`, `"text"`, `null`.
[[nodiscard]] std::string meaning_text(const Meaning& meaning);
/// Whether the chart renders the value as `true`: any unquoted spelling of true, or the quoted
/// string "true".
[[nodiscard]] bool renders_true(const LocatedNode& node);

} // namespace iplease
