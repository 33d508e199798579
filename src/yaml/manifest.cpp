// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/emit.hpp>
#include <iplease/yaml/manifest.hpp>

#include <set>
#include <stdexcept>

namespace iplease {

namespace {

std::string in_place(const nlohmann::ordered_json& value)
{
  return value.is_string() ? emit_scalar(value.get<std::string>()) : value.dump();
}

/// Fills the hole of one template line.
std::string fill_line(std::string_view line,
                      std::size_t open,
                      std::size_t close,
                      const nlohmann::ordered_json& value)
{
  const std::string_view before = line.substr(0, open);
  const std::string_view after = line.substr(close + 2);
  const bool alone = before.find_first_not_of(' ') == std::string_view::npos && after.empty();
  if (!alone || !value.is_array()) {
    return std::string(before) + in_place(value) + std::string(after) + "\n";
  }
  std::string lines;
  for (const nlohmann::ordered_json& item : value) {
    lines += std::string(before) + "- " + in_place(item) + "\n";
  }
  return lines;
}

} // namespace

std::string fill_template(std::string_view text, const Holes& holes)
{
  std::string out;
  std::set<std::string> used;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    const std::size_t open = line.find("{{");
    if (open == std::string_view::npos) {
      out += std::string(line) + "\n";
      continue;
    }
    const std::size_t close = line.find("}}", open);
    const std::string name(line.substr(open + 2, close - open - 2));
    const auto value = holes.find(name);
    if (close == std::string_view::npos || value == holes.end()) {
      throw std::logic_error("template hole without a value: " + name);
    }
    used.insert(name);
    out += fill_line(line, open, close, value->second);
  }
  if (used.size() != holes.size()) {
    throw std::logic_error("a value has no hole in the template");
  }
  return out;
}

} // namespace iplease
