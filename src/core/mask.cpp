// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/mask.hpp>
#include <iplease/core/secret.hpp>

#include <algorithm>
#include <cctype>
#include <functional>
#include <vector>

namespace iplease {
namespace {

constexpr std::size_t k_shortest = 6; ///< shorter words are masked nowhere: they are everywhere

bool speaks_of_a_secret(std::string_view key)
{
  std::string low(key);
  std::ranges::transform(
      low, low.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::string_view words[] = {
      "key", "secret", "token", "pass", "credential", "mnemonic", "seed", "auth"};
  return std::ranges::any_of(
      words, [&](std::string_view word) { return low.find(word) != std::string::npos; });
}

std::string_view trim(std::string_view text, std::string_view extra = "")
{
  const std::string cut = " \t\r\"'" + std::string(extra);
  const std::size_t first = text.find_first_not_of(cut);
  const std::size_t last = text.find_last_not_of(cut);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, last - first + 1);
}

void note(std::vector<std::string_view>& secrets, std::string_view value)
{
  value = trim(value, "{},[]");
  if (value.size() >= k_shortest && value != "|" && value != ">") {
    secrets.push_back(value);
  }
}

/// `key: value` pairs of one line; several in a flow mapping or in JSON.
void read_line(std::vector<std::string_view>& secrets, std::string_view line)
{
  bool any = false;
  for (std::size_t colon = line.find(':'); colon != std::string_view::npos;
       colon = line.find(':', colon + 1)) {
    any = true;
    const std::string_view before = line.substr(0, colon);
    const std::size_t key_from = before.find_last_of("{, \t");
    if (speaks_of_a_secret(before.substr(key_from == std::string_view::npos ? 0 : key_from))) {
      const std::string_view rest = line.substr(colon + 1);
      note(secrets, rest.substr(0, rest.find(',')));
      note(secrets, rest);
    }
  }
  if (!any && trim(line, "-").size() >= 2 * k_shortest) {
    note(secrets, trim(line, "-")); // a line of a block scalar: a private key, a certificate
  }
}

} // namespace

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

std::string mask_secrets_of(std::string_view input, std::string text)
{
  std::vector<std::string_view> secrets;
  for (std::size_t from = 0; from < input.size();) {
    const std::size_t end = std::min(input.find('\n', from), input.size());
    read_line(secrets, input.substr(from, end - from));
    from = end + 1;
  }
  std::ranges::sort(secrets, std::greater<>{}, [](std::string_view one) { return one.size(); });
  for (const std::string_view secret : secrets) {
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), k_masked);
    }
  }
  return text;
}

} // namespace iplease
