// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// Holes of a template: `{{name}}` takes a scalar (written as a YAML double-quoted or plain
/// safe scalar), a line holding only `{{name}}` in a list takes one item per element.
struct Holes {
  std::map<std::string, std::string> scalars{};
  std::map<std::string, std::vector<std::string>> lists{};
};

/// Fills a template. An unfilled hole or an unknown name is a bug and throws std::logic_error.
[[nodiscard]] std::string fill_template(std::string_view text, const Holes& holes);

} // namespace iplease
