// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace iplease {

/// A YAML text as Go's sigs.k8s.io/yaml 1.4 reads it (YAML 1.1 words such as `yes`, octal numbers,
/// merge keys, the last of two equal keys).
struct ParsedYaml {
  nlohmann::json value{};
  std::vector<std::string> notes{}; ///< equal keys, further documents: ignored, but worth a note
};

/// The first document of `text`, or why it is not YAML. A text that starts with `{` is tried as
/// JSON first, as the API machinery does.
[[nodiscard]] std::variant<ParsedYaml, std::string> parse_yaml(std::string_view text);

/// The parts of a ConfigMap's text.
struct ConfigMapText {
  std::string name_space{}; ///< empty: none given
  std::string config{};
  std::vector<std::string> notes{};
};

/// The `config` key and the namespace of a ConfigMap, or the upstream tool's error text.
[[nodiscard]] std::variant<ConfigMapText, std::string> read_configmap(std::string_view text);

} // namespace iplease
