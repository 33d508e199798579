// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/utf8.hpp>
#include <iplease/yaml/emit.hpp>
#include <iplease/yaml/scalar_meaning.hpp>
#include <iplease/yaml/text_edit.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace iplease {

namespace {

using Json = nlohmann::ordered_json;

std::string json_text(const Json& value)
{
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

/// Whether every reader takes it as text: letters, digits and a few marks. Includes addresses such
/// as 192.0.2.0/28, because two dots or a slash rule out a number.
bool plain(const std::string& text)
{
  constexpr std::string_view marks = "-./_";
  const bool known = std::ranges::all_of(text, [&](char c) {
    return is_letter(c) || is_digit(c) || marks.find(c) != std::string_view::npos;
  });
  if (text.empty() || !known || plain_meaning(text).kind != Meaning::Kind::text) {
    return false;
  }
  const bool address = text.find('/') != std::string::npos || std::ranges::count(text, '.') >= 2;
  return is_letter(text.front()) || (is_digit(text.front()) && address);
}

/// A JSON string is valid YAML except that DEL, C1 controls, YAML's own line breaks and the byte
/// order mark need escapes. (Escaping everything would produce surrogate pairs.)
std::string quoted(const std::string& text)
{
  std::string out;
  const std::string from = json_text(text);
  for (std::size_t at = 0; at < from.size();) {
    const auto [code, bytes] = character_at(from, at);
    const bool raw =
        (code < 0x7FU || code >= 0xA0U) && code != 0x2028U && code != 0x2029U && code != 0xFEFFU;
    out += raw ? from.substr(at, bytes) : fmt::format("\\u{:04x}", code);
    at += bytes;
  }
  return out;
}

NewYaml new_yaml(const Json& value)
{
  if (value.is_string()) {
    return yaml_scalar(emit_scalar(value.get<std::string>()));
  }
  if (value.empty() || !value.is_structured()) {
    return yaml_scalar(json_text(value));
  }
  NewYaml made;
  for (const auto& [key, child] : value.items()) {
    if (value.is_array()) {
      made.items.push_back(new_yaml(child));
    } else {
      made.entries.emplace_back(emit_scalar(key), new_yaml(child));
    }
  }
  return made;
}

} // namespace

std::string emit_scalar(const std::string& text)
{
  return plain(text) ? text : quoted(text);
}

std::string emit_yaml(const Json& value)
{
  return block_text(new_yaml(value));
}

} // namespace iplease
