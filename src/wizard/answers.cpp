// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/command.hpp>
#include <iplease/core/mask.hpp>
#include <iplease/core/schema.hpp>
#include <iplease/wizard/answers.hpp>
#include <iplease/yaml/emit.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace iplease {

namespace {

using Json = nlohmann::ordered_json;

struct GivenKey {
  const SettingKey* key = nullptr;
  std::string path{};
  std::vector<std::string> texts{};
  std::string file{}; ///< the flags file with this key; empty: it came from elsewhere
};

std::vector<GivenKey> given_keys(const Settings& asked)
{
  std::vector<GivenKey> given;
  for (const std::string& path : setting_paths()) {
    const SettingKey* key = find_key(path);
    ShownValue shown = shown_setting(*key, path, asked);
    if (shown.present && shown.from < From::cluster) {
      std::string file = shown.from == From::file ? shown.where : "";
      file.erase(std::min(file.rfind(':'), file.size())); // the line number
      given.push_back({key, path, std::move(shown.texts), std::move(file)});
    }
  }
  return given;
}

Json value_of(const GivenKey& given)
{
  switch (given.key->type) {
  case KeyType::boolean:
    return given.texts.front() == "true";
  case KeyType::list:
  case KeyType::words:
  case KeyType::addresses:
    return given.texts;
  case KeyType::object:
    return Json::parse(given.texts.front());
  case KeyType::text:
  case KeyType::path:
  case KeyType::choice:
  case KeyType::durations:
    break;
  }
  return given.texts.front();
}

/// "/pool/addresses" for "pool.addresses".
Json::json_pointer pointer_to(const std::string& path)
{
  Json::json_pointer pointer;
  std::size_t from = 0;
  while (from <= path.size()) {
    const std::size_t end = std::min(path.find('.', from), path.size());
    pointer.push_back(path.substr(from, end - from));
    from = end + 1;
  }
  return pointer;
}

/// The flag of a key with its value, as typed.
void add_words(std::vector<std::string>& words, const GivenKey& given)
{
  const bool secret = given.key->type == KeyType::object && may_hold_secret(given.texts.front());
  const std::string text = secret ? k_masked
                           : given.key->type == KeyType::words
                               ? fmt::format("{}", fmt::join(given.texts, " "))
                               : fmt::format("{}", fmt::join(given.texts, ","));
  const std::string flag(given.key->flag);
  if (flag.empty()) {
    words.emplace_back("--set");
    words.push_back(given.path + "=" + text);
  } else if (given.key->type == KeyType::durations) {
    words.push_back(flag);
    words.push_back(given.path.substr(given.path.find('.') + 1) + "=" + text);
  } else if (given.key->type == KeyType::boolean) {
    words.push_back(text == "true" ? flag : "--set");
    if (text != "true") {
      words.push_back(given.path + "=false");
    }
  } else if (given.key->path == "acceptRisk") {
    for (const std::string& id : given.texts) {
      words.push_back(flag);
      words.push_back(id);
    }
  } else {
    words.push_back(flag);
    words.push_back(text);
  }
}

} // namespace

std::string answers_file(const Settings& asked, const std::string& cluster)
{
  Json tree{{"apiVersion", k_api_version}, {"kind", k_kind}};
  for (const GivenKey& given : given_keys(asked)) {
    tree[pointer_to(given.path)] = value_of(given);
  }
  return "# What was answered and given when iplease looked at cluster " + cluster +
         ".\n# Everything else is found there or is a default: iplease config explain KEY\n" +
         emit_yaml(tree);
}

bool holds_answers(const Settings& asked)
{
  return std::ranges::any_of(setting_paths(), [&](const std::string& path) {
    const ShownValue shown = shown_setting(*find_key(path), path, asked);
    return shown.present && shown.from == From::answer;
  });
}

std::string answers_command(const Settings& asked)
{
  std::vector<std::string> words{"iplease", "enable"};
  const std::vector<GivenKey> all = given_keys(asked);
  // Leave out what the file contains. A pipe cannot be read twice.
  const auto from_file = std::ranges::find_if(all, [](const GivenKey& given) {
    return !given.file.empty() && given.file != "standard input";
  });
  const std::string file = from_file == all.end() ? "" : from_file->file;
  if (!file.empty()) {
    words.insert(words.end(), {"-f", file});
  }
  for (const GivenKey& given : all) {
    if (!file.empty() && given.file == file) {
      continue;
    }
    add_words(words, given);
  }
  words.emplace_back("--yes");
  return shell_line(words);
}

} // namespace iplease
