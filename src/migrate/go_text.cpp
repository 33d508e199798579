// SPDX-License-Identifier: Apache-2.0
// MetalLB's messages quote values by Go's rules, and iplease's messages match them word for word.
#include "go_text.hpp"

#include <iplease/core/utf8.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace iplease::go {

namespace {

/// Go prints letters, marks, numbers, punctuation and symbols. This names those of the rest that
/// occur.
bool printable(std::uint32_t rune)
{
  const bool control = rune < 0x20 || (rune >= 0x7F && rune <= 0xA0);
  const bool blank = rune == 0xAD || rune == 0x3000 || (rune >= 0x2000 && rune <= 0x200F) ||
                     (rune >= 0x2028 && rune <= 0x202F) || (rune >= 0x205F && rune <= 0x206F);
  return !control && !blank && rune != 0xFEFF;
}

std::optional<char> short_escape(std::uint32_t rune)
{
  constexpr std::string_view from = "\a\b\f\n\r\t\v\\\"";
  constexpr std::string_view to = "abfnrtv\\\"";
  const auto at = rune < 0x80 ? from.find(static_cast<char>(rune)) : std::string_view::npos;
  return at == std::string_view::npos ? std::nullopt : std::optional<char>(to[at]);
}

} // namespace

std::string quote(std::string_view text)
{
  std::string out = "\"";
  while (!text.empty()) {
    const Character rune = character_at(text, 0);
    const bool stray = rune.bytes == 0; // a byte outside any character
    if (const auto escape = short_escape(rune.code); !stray && escape) {
      out += '\\';
      out += *escape;
    } else if (stray || (rune.code < 0x80 && !printable(rune.code))) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
    } else if (printable(rune.code)) {
      out += text.substr(0, rune.bytes);
    } else {
      out += rune.code < 0x10000 ? fmt::format("\\u{:04x}", rune.code)
                                 : fmt::format("\\U{:08x}", rune.code);
    }
    text.remove_prefix(stray ? 1 : rune.bytes);
  }
  return out + '"';
}

std::string short_float(double value)
{
  if (std::isnan(value)) {
    return "NaN";
  }
  const auto narrow = static_cast<float>(value);
  if (std::isinf(narrow)) {
    return narrow > 0 ? "+Inf" : "-Inf";
  }
  std::array<char, 32> buffer{};
  auto* const end =
      std::to_chars(
          buffer.data(), buffer.data() + buffer.size(), narrow, std::chars_format::scientific)
          .ptr;
  std::string scientific(buffer.data(), end);
  const auto e = scientific.find('e');
  const int exponent = std::stoi(scientific.substr(e + 1));
  // With the shortest digits strconv decides as for precision 6.
  if (exponent < -4 || exponent >= 6) {
    return scientific;
  }
  auto* const fixed =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), narrow, std::chars_format::fixed)
          .ptr;
  return {buffer.data(), fixed};
}

namespace {

constexpr std::uint64_t k_limit = std::uint64_t{1} << 63U;

std::optional<std::uint64_t> unit_of(std::string_view name)
{
  constexpr std::uint64_t second = 1'000'000'000;
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 8> units{{{"ns", 1},
                                                                             {"us", 1'000},
                                                                             {"\u00b5s", 1'000},
                                                                             {"\u03bcs", 1'000},
                                                                             {"ms", 1'000'000},
                                                                             {"s", second},
                                                                             {"m", 60 * second},
                                                                             {"h", 3600 * second}}};
  for (const auto& [known, size] : units) {
    if (known == name) {
      return size;
    }
  }
  return std::nullopt;
}

bool digit(char c)
{
  return c >= '0' && c <= '9';
}

/// Reads digits from the front of `text`; nothing if they do not fit.
std::optional<std::uint64_t> leading_int(std::string_view& text)
{
  std::uint64_t value = 0;
  while (!text.empty() && digit(text.front())) {
    if (value > k_limit / 10) {
      return std::nullopt;
    }
    value = value * 10 + static_cast<std::uint64_t>(text.front() - '0');
    if (value > k_limit) {
      return std::nullopt;
    }
    text.remove_prefix(1);
  }
  return value;
}

/// The digits after the point as a number and its scale. Drops digits that do not fit.
std::pair<std::uint64_t, double> leading_fraction(std::string_view& text)
{
  std::uint64_t value = 0;
  double scale = 1;
  bool full = false;
  for (; !text.empty() && digit(text.front()); text.remove_prefix(1)) {
    if (full || value > (k_limit - 1) / 10) {
      full = true;
      continue;
    }
    value = value * 10 + static_cast<std::uint64_t>(text.front() - '0');
    scale *= 10;
  }
  return {value, scale};
}

/// One "12.5s" from the front: nanoseconds, or Go's complaint without the value.
std::variant<std::uint64_t, std::string> one_part(std::string_view& text)
{
  const auto size = text.size();
  const auto whole = leading_int(text);
  if (!whole) {
    return "invalid duration";
  }
  bool digits = text.size() != size;
  std::pair<std::uint64_t, double> fraction{0, 1};
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    const auto left = text.size();
    fraction = leading_fraction(text);
    digits = digits || text.size() != left;
  }
  if (!digits) {
    return "invalid duration";
  }
  std::size_t length = 0;
  while (length < text.size() && text[length] != '.' && !digit(text[length])) {
    ++length;
  }
  if (length == 0) {
    return "missing unit in duration";
  }
  const auto unit = unit_of(text.substr(0, length));
  if (!unit) {
    return "unknown unit " + quote(text.substr(0, length)) + " in duration";
  }
  text.remove_prefix(length);
  if (*whole > k_limit / *unit) {
    return "invalid duration";
  }
  const auto extra =
      static_cast<double>(fraction.first) * (static_cast<double>(*unit) / fraction.second);
  return *whole * *unit + static_cast<std::uint64_t>(extra);
}

} // namespace

std::variant<std::int64_t, std::string> parse_duration(std::string_view text)
{
  const auto refuse = [whole = text](const std::string& why) -> std::string {
    return "time: " + why + " " + quote(whole);
  };
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text == "0") {
    return std::int64_t{0};
  }
  if (text.empty()) {
    return refuse("invalid duration");
  }
  std::uint64_t sum = 0;
  while (!text.empty()) {
    if (text.front() != '.' && !digit(text.front())) {
      return refuse("invalid duration");
    }
    const auto part = one_part(text);
    if (const auto* why = std::get_if<std::string>(&part)) {
      return refuse(*why);
    }
    const auto value = std::get<std::uint64_t>(part);
    sum += value;
    if (value > k_limit || sum > k_limit) {
      return refuse("invalid duration");
    }
  }
  if (negative) {
    return sum == k_limit ? std::numeric_limits<std::int64_t>::min()
                          : -static_cast<std::int64_t>(sum);
  }
  return sum == k_limit ? std::variant<std::int64_t, std::string>(refuse("invalid duration"))
                        : std::variant<std::int64_t, std::string>(static_cast<std::int64_t>(sum));
}

std::string seconds_text(std::int64_t seconds)
{
  const bool negative = seconds < 0;
  const std::int64_t rest = negative ? -seconds : seconds;
  std::string out = negative ? "-" : "";
  if (rest >= 3600) {
    out += fmt::format("{}h", rest / 3600);
  }
  if (rest >= 60) {
    out += fmt::format("{}m", rest / 60 % 60);
  }
  return out + fmt::format("{}s", rest % 60);
}

std::variant<std::uint64_t, std::string> parse_uint(std::string_view text, unsigned bits)
{
  const auto refuse = [&](const char* why) {
    return fmt::format("strconv.ParseUint: parsing {}: {}", quote(text), why);
  };
  const std::uint64_t most =
      bits >= 64 ? std::numeric_limits<std::uint64_t>::max() : (std::uint64_t{1} << bits) - 1;
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
    return refuse("invalid syntax");
  }
  std::uint64_t value = 0;
  for (const char c : text) {
    const auto next = static_cast<std::uint64_t>(c - '0');
    if (value > (most - next) / 10) {
      return refuse("value out of range");
    }
    value = value * 10 + next;
  }
  return value;
}

std::string as_text(const nlohmann::json& scalar)
{
  using Type = nlohmann::json::value_t;
  switch (scalar.type()) {
  case Type::string:
    return scalar.get<std::string>();
  case Type::boolean:
    return scalar.get<bool>() ? "true" : "false";
  case Type::number_float:
    return short_float(scalar.get<double>());
  default:
    return scalar.dump();
  }
}

} // namespace iplease::go
