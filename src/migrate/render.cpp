// SPDX-License-Identifier: Apache-2.0
#include <iplease/migrate/convert.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace iplease {

namespace {

using nlohmann::json;

/// Words that some YAML reader takes for null, a boolean or a number.
bool reserved(std::string text)
{
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  constexpr std::array<std::string_view, 10> words{
      "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan"};
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool alnum(char c)
{
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// A conservative set: letters first, then letters, digits and a few marks; addresses such as
/// 192.0.2.0/28 too, because two dots or a slash make them no number.
bool plain(const std::string& text)
{
  if (text.empty() || reserved(text)) {
    return false;
  }
  const auto inner = [](char c) {
    return alnum(c) || c == '-' || c == '.' || c == '/' || c == '_';
  };
  if (!alnum(text.front()) || !std::all_of(text.begin(), text.end(), inner)) {
    return false;
  }
  const bool letter_first = std::isalpha(static_cast<unsigned char>(text.front())) != 0;
  return letter_first || text.find('/') != std::string::npos ||
         std::count(text.begin(), text.end(), '.') >= 2;
}

std::string dump(const json& value)
{
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// JSON's double-quoted strings are YAML's, but YAML may not hold DEL, C1 controls, its own line
/// breaks and the byte order mark raw. (Escaping everything would make surrogate pairs.)
std::string quoted(const json& text)
{
  std::string out;
  const std::string from = dump(text);
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto byte = [&](std::size_t at) {
      return static_cast<unsigned char>(i + at < from.size() ? from[i + at] : 0);
    };
    if (byte(0) == 0x7F) {
      out += "\\u007f";
    } else if (byte(0) == 0xC2 && byte(1) < 0xA0) {
      out += "\\u00" + std::string(1, "0123456789abcdef"[byte(1) >> 4U]) +
             "0123456789abcdef"[byte(1) & 15U];
      i += 1;
    } else if (byte(0) == 0xE2 && byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9)) {
      out += byte(2) == 0xA8 ? "\\u2028" : "\\u2029";
      i += 2;
    } else if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) {
      out += "\\ufeff";
      i += 2;
    } else {
      out += from[i];
    }
  }
  return out;
}

std::string scalar(const json& value)
{
  if (!value.is_string()) {
    return value.is_structured() ? (value.is_array() ? "[]" : "{}") : dump(value);
  }
  if (const auto text = value.get<std::string>(); plain(text)) {
    return text;
  }
  return quoted(value);
}

bool inline_value(const json& value)
{
  return value.is_primitive() || value.empty();
}

void emit(std::string& out, const json& value, std::size_t indent, bool first_in_item);

void emit_entry(std::string& out, const std::string& key, const json& value, std::size_t indent)
{
  out += scalar(key) + ":";
  if (inline_value(value)) {
    out += " " + scalar(value) + "\n";
  } else {
    out += "\n";
    emit(out, value, value.is_array() ? indent : indent + 2, false);
  }
}

void emit(std::string& out, const json& value, std::size_t indent, bool first_in_item)
{
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      out += first_in_item ? "" : std::string(indent, ' ');
      first_in_item = false;
      emit_entry(out, key, item, indent);
    }
    return;
  }
  for (const json& item : value) {
    out += std::string(first_in_item ? 0 : indent, ' ') + "- ";
    first_in_item = false;
    if (inline_value(item)) {
      out += scalar(item) + "\n";
    } else {
      emit(out, item, indent + 2, true);
    }
  }
}

} // namespace

std::string render_yaml(const std::vector<json>& objects)
{
  std::string out;
  for (const json& object : objects) {
    emit(out, object, 0, false);
    out += "---\n";
  }
  return out;
}

std::string render_json(const std::vector<json>& objects)
{
  const json list{{"apiVersion", "v1"}, {"kind", "List"}, {"items", objects}};
  return list.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace iplease
