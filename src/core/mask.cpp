// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/mask.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>

namespace iplease {
namespace {

constexpr std::size_t k_shortest = 4; ///< bytes; never mask shorter words, they occur everywhere
constexpr std::size_t k_alone = 8;    ///< bytes; mask shorter words only as whole words
constexpr std::size_t k_line = 12;    ///< bytes; shorter lines of a longer text give nothing away
constexpr std::string_view k_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string lowered(std::string_view text)
{
  std::string low(text);
  std::ranges::transform(
      low, low.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return low;
}

bool speaks_of_a_secret(std::string_view key)
{
  return secret_name(key) || lowered(key).find("key") != std::string::npos;
}

std::string_view trim(std::string_view text, std::string_view extra = "")
{
  const std::string cut = " \t\r\"'" + std::string(extra);
  const std::size_t first = text.find_first_not_of(cut);
  const std::size_t last = text.find_last_not_of(cut);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, last - first + 1);
}

bool alphanumeric(char c)
{
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

void note(std::vector<Secret>& secrets, std::string_view value)
{
  value = trim(value, "{},[]");
  if (value.size() >= k_shortest && value != "|" && value != ">") {
    secrets.emplace_back(std::string(value));
  }
}

/// Notes secrets in the `key: value` pairs of one line; flow mappings and JSON have several.
void read_line(std::vector<Secret>& secrets, std::string_view line, bool nameless)
{
  bool any = !nameless;
  for (std::size_t colon = line.find(':'); colon != std::string_view::npos;
       colon = line.find(':', colon + 1)) {
    any = true;
    const std::string_view before = line.substr(0, colon);
    const std::size_t key_from = before.find_last_of("{, \t");
    if (speaks_of_a_secret(before.substr(key_from == std::string_view::npos ? 0 : key_from))) {
      const std::string_view value = line.substr(colon + 1);
      note(secrets, value.substr(0, value.find(',')));
      note(secrets, value);
    }
  }
  if (!any && trim(line, "-").size() >= k_line) {
    note(secrets, trim(line, "-")); // a line of a block scalar: a private key, a certificate
  }
}

std::vector<Secret> read_lines(std::string_view text, bool nameless)
{
  std::vector<Secret> secrets;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    read_line(secrets, text.substr(from, end - from), nameless);
    from = end + 1;
  }
  return secrets;
}

std::string to_base64(std::string_view text)
{
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t more = 0; more < 3; ++more) {
      const bool there = at + more < text.size();
      bits = (bits << 8U) | (there ? static_cast<unsigned char>(text[at + more]) : 0U);
    }
    for (const unsigned shift : {18U, 12U, 6U, 0U}) {
      out += k_digits[(bits >> shift) & 0x3fU];
    }
  }
  const std::size_t padding = (3 - text.size() % 3) % 3;
  return out.replace(out.size() - padding, padding, padding, '=');
}

/// The text that was base64-encoded; nullopt if it is not base64 of a printable text.
std::optional<std::string> from_base64(std::string_view text)
{
  std::string out;
  std::uint32_t bits = 0;
  std::size_t digits = 0;
  for (const char c : text.substr(0, text.find('='))) {
    const std::size_t value = k_digits.find(c);
    if (c == '\n') {
      continue;
    }
    if (value == std::string_view::npos) {
      return std::nullopt;
    }
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    if (++digits % 4 != 1) {
      out += static_cast<char>((bits >> (6U - 2U * ((digits - 1) % 4))) & 0xffU);
    }
  }
  const bool printed = std::ranges::all_of(out, [](unsigned char c) {
    return c >= 0x20 ? c != 0x7f : c == '\n' || c == '\t' || c == '\r';
  });
  return printed && digits >= 2 * k_shortest ? std::optional(out) : std::nullopt;
}

/// RFC 3986: encodes all but unreserved characters; `capitals` chooses %2F or %2f.
std::string url_encoded(std::string_view text, bool capitals)
{
  std::string out;
  for (const char c : text) {
    const auto value = static_cast<unsigned char>(c);
    if (alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      out += capitals ? fmt::format("%{:02X}", value) : fmt::format("%{:02x}", value);
    }
  }
  return out;
}

/// As JSON and Go's %q write it, without the quotes.
std::string escaped(std::string_view text)
{
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    out += c == '"' || c == '\\' ? "\\" : "";
    out += c;
  }
  return out;
}

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Whether the bytes at `at` are a whole word.
bool alone(std::string_view text, std::size_t at, std::size_t size)
{
  const auto joins = [&](std::size_t place) {
    const char c = place < text.size() ? text[place] : ' ';
    return alphanumeric(c) || c == '-' || c == '_';
  };
  const std::size_t after = at + size;
  const bool dotted = after < text.size() && text[after] == '.' && joins(after + 1);
  return !(at > 0 && joins(at - 1)) && !joins(after) && !dotted;
}

/// Position of the `@` that ends the credentials of the URL with `://` at `at`, or npos.
std::size_t credentials_end(std::string_view text, std::size_t at)
{
  const std::size_t end = std::min(text.find_first_of("/ \t\n\r\"'?#<>", at + 3), text.size());
  const std::size_t sign = text.rfind('@', end);
  return sign != std::string_view::npos && sign > at + 3 ? sign : std::string_view::npos;
}

/// Whether a text mentions a secret's name, of which more may follow after `_`, `-` or `.`. An
/// affinity's topologyKey is not one.
bool names_a_secret(std::string_view text)
{
  std::string name;
  for (const char c : std::string(text) + '\n') {
    const bool joins = c == '_' || c == '-' || c == '.';
    if (!alphanumeric(c) && secret_name(name) && lowered(name) != "topologykey") {
      return true;
    }
    if (alphanumeric(c) || joins) {
      name += c;
    } else {
      name.clear();
    }
  }
  return false;
}

} // namespace

void Masker::note(std::string word, std::size_t shortest)
{
  const auto longer = [](const std::string& one, const std::string& other) {
    return one.size() != other.size() ? one.size() > other.size() : one < other;
  };
  constexpr std::string_view words[] = {"true", "false", "null", "none"};
  const bool says_nothing = std::ranges::find(words, word) != std::ranges::end(words);
  const auto place = std::ranges::lower_bound(m_words, word, longer);
  const bool known = place != m_words.end() && *place == word;
  if (word.size() >= shortest && !says_nothing && !known) {
    m_words.insert(place, std::move(word));
  }
}

void Masker::note_shapes(const std::string& value)
{
  note(value, k_shortest);
  for (const std::string& coded : {to_base64(value), to_base64(value + "\n")}) {
    note(coded, k_alone);
    note(replaced(replaced(coded, "+", "-"), "/", "_"), k_alone); // RFC 4648, 5: base64url
  }
  for (const bool capitals : {true, false}) {
    note(url_encoded(value, capitals), k_shortest);
  }
  note(escaped(value), k_shortest);
  note(replaced(value, "'", "''"), k_shortest);
}

void Masker::learn(const Secret& secret)
{
  std::string value = secret.reveal();
  value.erase(value.find_last_not_of(" \r\n\t") + 1);
  if (value.size() < k_shortest) {
    return;
  }
  note_shapes(value);
  note_shapes(secret.reveal());
  const auto coded = from_base64(value);
  if (coded && coded->size() >= k_shortest) {
    note_shapes(coded->substr(0, coded->find_last_not_of(" \r\n\t") + 1));
  }
  for (const std::string& text : {value, coded.value_or("")}) {
    for (std::size_t from = 0; text.find('\n') != std::string::npos && from < text.size();) {
      const std::size_t end = std::min(text.find('\n', from), text.size());
      note(std::string(trim(std::string_view(text).substr(from, end - from))), k_line);
      from = end + 1;
    }
  }
}

void Masker::learn(const std::vector<Secret>& secrets)
{
  for (const Secret& secret : secrets) {
    learn(secret);
  }
}

std::string Masker::masked(std::string text) const
{
  for (const std::string& word : m_words) {
    for (std::size_t at = text.find(word); at != std::string::npos;) {
      const bool hides = word.size() >= k_alone || alone(text, at, word.size());
      if (hides) {
        text.replace(at, word.size(), k_masked);
      }
      at = text.find(word, at + (hides ? std::string_view(k_masked).size() : 1));
    }
  }
  return text;
}

std::string mask_named_secrets(std::string text)
{
  for (std::size_t at = text.find_first_of(":="); at != std::string::npos;
       at = text.find_first_of(":=", at + 1)) {
    const std::size_t before = at == 0 ? std::string::npos : text.find_last_of(" \t\n{,(", at - 1);
    const std::size_t from = before == std::string::npos ? 0 : before + 1;
    if (!speaks_of_a_secret(std::string_view(text).substr(from, at - from))) {
      continue;
    }
    const std::size_t end = std::min(text.find('\n', at), text.size());
    text.replace(at + 1, end - at - 1, k_masked);
    at += std::string_view(k_masked).size();
  }
  return text;
}

bool secret_name(std::string_view key)
{
  constexpr std::string_view parts[] = {
      "token", "pass", "secret", "apikey", "privatekey", "credential", "seed", "mnemonic", "auth"};
  std::string name = lowered(key);
  std::erase_if(name, [](char c) { return c == '_' || c == '-' || c == '.'; });
  return (name.size() > 3 && name.ends_with("key")) ||
         std::ranges::any_of(
             parts, [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

std::vector<std::string_view> url_credentials(std::string_view text)
{
  std::vector<std::string_view> all;
  for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    if (const std::size_t sign = credentials_end(text, at); sign != std::string_view::npos) {
      all.push_back(text.substr(at + 3, sign - at - 3));
    }
  }
  return all;
}

std::string mask_url_credentials(std::string text)
{
  for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    if (const std::size_t sign = credentials_end(text, at); sign != std::string::npos) {
      text.replace(at + 3, sign - at - 3, k_masked);
    }
  }
  return text;
}

bool may_hold_secret(std::string_view text)
{
  return !url_credentials(text).empty() || names_a_secret(text);
}

std::vector<Secret> named_secrets(std::string_view text)
{
  return read_lines(text, false);
}

std::vector<Secret> secrets_by_line(std::string_view text)
{
  return read_lines(text, true);
}

} // namespace iplease
