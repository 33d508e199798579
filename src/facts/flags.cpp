// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/json.hpp>
#include <iplease/facts/flags.hpp>

#include <algorithm>
#include <array>

namespace iplease::facts {

namespace {

/// Splits at blanks, since a container's command may be one shell line.
std::vector<std::string> split(const std::vector<std::string>& words)
{
  constexpr std::string_view blank = " \t\n";
  std::vector<std::string> out;
  for (const std::string& word : words) {
    for (std::size_t at = word.find_first_not_of(blank); at != std::string::npos;) {
      const std::size_t end = std::min(word.find_first_of(blank, at), word.size());
      out.push_back(word.substr(at, end - at));
      at = word.find_first_not_of(blank, end);
    }
  }
  return out;
}

} // namespace

std::optional<std::string> flag_value(const std::vector<std::string>& words, std::string_view name)
{
  std::optional<std::string> value;
  const std::vector<std::string> all = split(words);
  for (std::size_t at = 0; at < all.size(); ++at) {
    const std::string& word = all[at];
    if (!word.starts_with("--") || word.compare(2, name.size(), name) != 0) {
      continue;
    }
    const std::string rest = word.substr(2 + name.size());
    if (rest.starts_with('=')) {
      value = rest.substr(1);
    } else if (rest.empty()) {
      const bool follows = at + 1 < all.size() && !all[at + 1].starts_with('-');
      value = follows ? all[at + 1] : "true";
    }
  }
  return value;
}

bool is_true(std::string_view text)
{
  constexpr std::array<std::string_view, 6> truths{"1", "t", "T", "true", "TRUE", "True"};
  return std::ranges::find(truths, text) != truths.end();
}

std::vector<std::string> node_words(std::string_view node_args)
{
  std::vector<std::string> words;
  const auto list = parsed_json(node_args);
  if (list.is_array()) {
    for (const auto& word : list) {
      if (word.is_string()) {
        words.push_back(word.get<std::string>());
      }
    }
  }
  return words;
}

std::vector<std::string> kube_proxy_flags(std::string_view node_args)
{
  constexpr std::string_view flag = "--kube-proxy-arg";
  std::vector<std::string> flags;
  const std::vector<std::string> words = node_words(node_args);
  for (std::size_t at = 0; at < words.size(); ++at) {
    std::string given;
    if (words[at] == flag && at + 1 < words.size()) {
      given = words[++at];
    } else if (words[at].starts_with(flag) && words[at].compare(flag.size(), 1, "=") == 0) {
      given = words[at].substr(flag.size() + 1);
    }
    if (!given.empty()) {
      given.erase(0, std::min(given.find_first_not_of('-'), given.size()));
      flags.push_back("--" + given);
    }
  }
  return flags;
}

} // namespace iplease::facts
