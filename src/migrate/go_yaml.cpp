// SPDX-License-Identifier: Apache-2.0
#include "go_yaml.hpp"

#include "go_text.hpp"
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <regex>
#include <string_view>

namespace iplease::go {

namespace {

using nlohmann::json;

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& words)
{
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::optional<json> word(std::string_view text)
{
  constexpr std::array<std::string_view, 11> yes{
      "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
  constexpr std::array<std::string_view, 11> no{
      "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
  constexpr std::array<std::string_view, 5> null{"", "~", "null", "Null", "NULL"};
  constexpr std::array<std::string_view, 3> nan{".nan", ".NaN", ".NAN"};
  constexpr std::array<std::string_view, 6> inf{".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"};
  constexpr std::array<std::string_view, 3> minus_inf{"-.inf", "-.Inf", "-.INF"};
  if (one_of(text, yes)) {
    return true;
  }
  if (one_of(text, no)) {
    return false;
  }
  if (one_of(text, null)) {
    return json(nullptr);
  }
  if (one_of(text, nan)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (one_of(text, inf)) {
    return std::numeric_limits<double>::infinity();
  }
  if (one_of(text, minus_inf)) {
    return -std::numeric_limits<double>::infinity();
  }
  return std::nullopt;
}

/// Takes the prefix that says the base off `text`: 0x, 0o, 0b, or the 0 of an old octal number.
int take_base(std::string_view& text)
{
  if (text.size() < 2 || text.front() != '0') {
    return 10;
  }
  const char mark = static_cast<char>(std::tolower(static_cast<unsigned char>(text[1])));
  text.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
  return mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
}

/// strconv.ParseInt/ParseUint with base 0 on a text without underscores.
std::optional<json> integer(std::string_view text)
{
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
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

std::optional<json> real(const std::string& text)
{
  static const std::regex shape(R"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)");
  if (text.size() > 400 || !std::regex_match(text, shape)) {
    return std::nullopt;
  }
  const auto* from = text.data() + (text.front() == '+' ? 1 : 0);
  double value = 0;
  const auto [end, error] = std::from_chars(from, text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

/// A date such as 2022-01-01 stays the string that was written.
bool looks_like_date(std::string_view text)
{
  return text.size() > 4 && text[4] == '-' &&
         text.substr(0, 4).find_first_not_of("0123456789") == std::string_view::npos;
}

} // namespace

json resolve_plain(const std::string& text)
{
  if (const auto found = word(text)) {
    return *found;
  }
  const char first = text.front();
  const bool number =
      std::isdigit(static_cast<unsigned char>(first)) != 0 || first == '-' || first == '+';
  if (first == '.') {
    return real(text).value_or(json(text));
  }
  if (!number || looks_like_date(text)) {
    return text;
  }
  std::string plain = text;
  std::erase(plain, '_');
  if (const auto found = integer(plain)) {
    return *found;
  }
  return real(plain).value_or(json(text));
}

std::string as_text(const json& scalar)
{
  switch (scalar.type()) {
  case json::value_t::string:
    return scalar.get<std::string>();
  case json::value_t::boolean:
    return scalar.get<bool>() ? "true" : "false";
  case json::value_t::number_float:
    return short_float(scalar.get<double>());
  default:
    return scalar.dump();
  }
}

} // namespace iplease::go
