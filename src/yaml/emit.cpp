// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/emit.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace iplease {

namespace {

using Json = nlohmann::ordered_json;

bool reads_as_string(const std::string& text)
{
  constexpr std::string_view safe =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
  if (text.empty() || text.find_first_not_of(safe) != std::string::npos ||
      std::isalpha(static_cast<unsigned char>(text.front())) == 0) {
    return false;
  }
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  constexpr std::array words{"true", "false", "yes", "no", "on", "off", "null", "y", "n"};
  return std::find(words.begin(), words.end(), lower) == words.end();
}

void emit(const Json& value, const std::string& indent, std::string& out);

void emit_after_key(const Json& value, const std::string& indent, std::string& out)
{
  if (value.is_structured() && !value.empty()) {
    out += "\n";
    emit(value, indent, out);
  } else {
    out += " ";
    emit(value, "", out);
  }
}

void emit_item(const Json& value, const std::string& indent, std::string& out)
{
  if (!value.is_structured() || value.empty()) {
    out += indent + "- ";
    emit(value, "", out);
    return;
  }
  std::string inner;
  emit(value, indent + "  ", inner);
  inner.replace(indent.size(), 1, "-"); // the item's first line carries the dash
  out += inner;
}

void emit(const Json& value, const std::string& indent, std::string& out)
{
  if (value.is_object() && !value.empty()) {
    for (const auto& [key, child] : value.items()) {
      out += indent + emit_scalar(key) + ":";
      emit_after_key(child, indent + "  ", out);
    }
  } else if (value.is_array() && !value.empty()) {
    for (const Json& item : value) {
      emit_item(item, indent, out);
    }
  } else if (value.is_string()) {
    out += emit_scalar(value.get<std::string>()) + "\n";
  } else {
    out += value.dump() + "\n";
  }
}

} // namespace

std::string emit_scalar(const std::string& text)
{
  return reads_as_string(text) ? text : Json(text).dump();
}

std::string emit_yaml(const Json& value)
{
  std::string out;
  emit(value, "", out);
  return out;
}

} // namespace iplease
