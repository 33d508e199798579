// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/scalar_meaning.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

namespace iplease {
namespace {

using nlohmann::json;

bool one_of(std::string_view text, std::initializer_list<std::string_view> words)
{
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::size_t digits(std::string_view text, std::size_t from)
{
  std::size_t i = from;
  while (i < text.size() && text[i] >= '0' && text[i] <= '9') {
    ++i;
  }
  return i;
}

std::optional<json> word(std::string_view text)
{
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) {
    return json(nullptr);
  }
  if (one_of(text, {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) {
    return true;
  }
  if (one_of(text, {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})) {
    return false;
  }
  if (one_of(text, {".nan", ".NaN", ".NAN"})) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (one_of(text, {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"})) {
    return infinity;
  }
  if (one_of(text, {"-.inf", "-.Inf", "-.INF"})) {
    return -infinity;
  }
  return std::nullopt;
}

/// Takes the base prefix off `text`: 0x, 0o, 0b, or the 0 of an old octal number.
int take_base(std::string_view& text)
{
  if (text.size() < 2 || text[0] != '0') {
    return 10;
  }
  const std::string_view mark = text.substr(1, 1);
  const int base = one_of(mark, {"x", "X"}) ? 16 : one_of(mark, {"b", "B"}) ? 2 : 8;
  text.remove_prefix(one_of(mark, {"x", "X", "o", "O", "b", "B"}) ? 2 : 1);
  return base;
}

/// strconv.ParseInt and ParseUint with base 0; underscores are already removed.
std::optional<json> integer(std::string_view text)
{
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    text.remove_prefix(1);
  }
  const int base = take_base(text);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (!negative) {
    return value <= most ? json(static_cast<std::int64_t>(value)) : json(value);
  }
  if (value > most + 1) {
    return std::nullopt;
  }
  return value == most + 1 ? json(std::numeric_limits<std::int64_t>::min())
                           : json(-static_cast<std::int64_t>(value));
}

std::optional<json> real(std::string_view text)
{
  if (!looks_like_float(text)) {
    return std::nullopt;
  }
  text.remove_prefix(text.front() == '+' ? 1 : 0);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? std::optional<json>(value) : std::nullopt;
}

/// A date such as 2022-01-01 stays a string.
bool looks_like_date(std::string_view text)
{
  return text.size() > 4 && text[4] == '-' && digits(text, 0) == 4;
}

} // namespace

bool looks_like_float(std::string_view text)
{
  std::size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const std::size_t whole = digits(text, i);
  std::size_t count = whole - i;
  i = whole;
  if (i < text.size() && text[i] == '.') {
    const std::size_t fraction = digits(text, i + 1);
    count += fraction - (i + 1);
    i = fraction;
  }
  if (count == 0) {
    return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    i += i < text.size() && (text[i] == '-' || text[i] == '+') ? 1U : 0U;
    const std::size_t exponent = digits(text, i);
    if (exponent == i) {
      return false;
    }
    i = exponent;
  }
  return i == text.size();
}

json plain_value(std::string_view text)
{
  if (const auto found = word(text)) {
    return *found;
  }
  const char first = text.front();
  if (first == '.') {
    return real(text).value_or(json(text));
  }
  const bool number = (first >= '0' && first <= '9') || first == '-' || first == '+';
  if (!number || looks_like_date(text)) {
    return text;
  }
  std::string plain(text);
  std::erase(plain, '_');
  if (const auto found = integer(plain)) {
    return *found;
  }
  return real(plain).value_or(json(text));
}

Meaning plain_meaning(std::string_view text)
{
  const json value = plain_value(text);
  Meaning meaning;
  if (value.is_boolean()) {
    meaning.kind = Meaning::Kind::boolean;
    meaning.truth = value.get<bool>();
  } else if (value.is_number()) {
    meaning.kind = Meaning::Kind::number;
    meaning.number = value.get<double>();
  } else if (value.is_string()) {
    meaning.kind = Meaning::Kind::text;
    meaning.text = text;
  }
  return meaning;
}

Meaning meaning_of(const LocatedNode& node)
{
  const bool as_text = node.tag == "tag:yaml.org,2002:str" || node.tag == "!";
  const bool typed = node.tag.starts_with("tag:yaml.org,2002:") && !as_text;
  if (node.kind == LocatedNode::Kind::scalar && (as_text || (node.quoted() && !typed))) {
    Meaning meaning;
    meaning.kind = Meaning::Kind::text;
    meaning.text = node.text;
    return meaning;
  }
  return plain_meaning(node.kind == LocatedNode::Kind::scalar ? node.text : "");
}

std::string meaning_text(const Meaning& meaning)
{
  switch (meaning.kind) {
  case Meaning::Kind::null:
    return "null";
  case Meaning::Kind::boolean:
    return meaning.truth ? "true" : "false";
  case Meaning::Kind::number:
    return fmt::format("{}", meaning.number);
  case Meaning::Kind::text:
    return "\"" + meaning.text + "\"";
  }
  return {};
}

bool renders_true(const LocatedNode& node)
{
  const Meaning meaning = meaning_of(node);
  return (meaning.kind == Meaning::Kind::boolean && meaning.truth) ||
         (meaning.kind == Meaning::Kind::text && meaning.text == "true");
}

} // namespace iplease
