// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/scalar_meaning.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace iplease {
namespace {

bool one_of(std::string_view text, std::initializer_list<std::string_view> words)
{
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// Takes the prefix that says the base off `text`: 0x, 0o, 0b, or the 0 of an old octal number.
int take_base(std::string_view& text)
{
  if (text.size() < 2 || text[0] != '0') {
    return 10;
  }
  const std::string_view mark = text.size() > 2 ? text.substr(1, 1) : std::string_view{};
  const int base = one_of(mark, {"x", "X"}) ? 16 : one_of(mark, {"b", "B"}) ? 2 : 8;
  text.remove_prefix(one_of(mark, {"x", "X", "o", "O", "b", "B"}) ? 2 : 1);
  return base;
}

/// strconv.ParseInt with base 0, as a float64; underscores are already out.
std::optional<double> integer(std::string_view text)
{
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    text.remove_prefix(1);
  }
  const int base = take_base(text);
  unsigned long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  const auto number = static_cast<double>(value);
  return negative ? -number : number;
}

std::size_t digits(std::string_view text, std::size_t from)
{
  std::size_t i = from;
  while (i < text.size() && text[i] >= '0' && text[i] <= '9') {
    ++i;
  }
  return i;
}

std::optional<double> number(std::string_view text)
{
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (one_of(text, {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"})) {
    return infinity;
  }
  if (one_of(text, {"-.inf", "-.Inf", "-.INF"})) {
    return -infinity;
  }
  std::string digits_only(text);
  std::erase(digits_only, '_');
  if (const auto whole = integer(digits_only)) {
    return whole;
  }
  if (!looks_like_float(digits_only)) {
    return std::nullopt;
  }
  double value = 0;
  const std::string_view unsigned_text =
      digits_only[0] == '+' ? std::string_view(digits_only).substr(1) : digits_only;
  const auto result =
      std::from_chars(unsigned_text.data(), unsigned_text.data() + unsigned_text.size(), value);
  return result.ec == std::errc{} ? std::optional(value) : std::nullopt;
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

Meaning plain_meaning(std::string_view text)
{
  Meaning meaning;
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) {
    return meaning;
  }
  const bool yes =
      one_of(text, {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"});
  if (yes ||
      one_of(text, {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})) {
    meaning.kind = Meaning::Kind::boolean;
    meaning.truth = yes;
  } else if (const auto value = number(text)) {
    meaning.kind = Meaning::Kind::number;
    meaning.number = *value;
  } else {
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
