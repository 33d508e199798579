// SPDX-License-Identifier: Apache-2.0
#include "unfinished.hpp"

#include <iplease/cli/flags_file.hpp>
#include <iplease/core/schema.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace iplease {

namespace {

using nlohmann::ordered_json;

/// What the operator gave to that run; what was found or defaulted is found anew.
bool was_given(const ordered_json& entry)
{
  const std::string source = entry.value("source", "");
  return source != source_name(From::cluster) && source != source_name(From::fallback);
}

GivenValue given_value(const std::string& path, const ordered_json& entry)
{
  GivenValue value{.from = From::unfinished_run, .name = path};
  value.where = entry.value("where", "");
  for (const std::string& text : entry.value("texts", std::vector<std::string>{})) {
    value.texts.push_back({text, {}});
  }
  return value;
}

} // namespace

std::string replayable_settings(const Settings& settings)
{
  ordered_json all = ordered_json::object();
  for (const std::string& path : setting_paths()) {
    const ShownValue shown = shown_setting(*find_key(path), path, settings);
    if (shown.present) {
      all[path] = {
          {"texts", shown.texts}, {"source", source_name(shown.from)}, {"where", shown.where}};
    }
  }
  return all.dump();
}

std::vector<Problem> lay_unfinished(const std::string& json, Settings& settings)
{
  std::vector<Problem> problems;
  const ordered_json all = ordered_json::parse(json, nullptr, false);
  if (!all.is_object()) {
    return problems;
  }
  // Another way to install MetalLB makes that run's version and values of no use.
  const bool other_way = settings.metallb.install.given();
  for (const auto& [path, entry] : all.items()) {
    const SettingKey* key = find_key(path);
    const bool skip = key == nullptr || !entry.is_object() || !was_given(entry) ||
                      (other_way && path.starts_with("metallb."));
    if (skip || shown_setting(*key, path, settings).from != From::fallback) {
      continue;
    }
    std::ranges::move(store_setting(*key, path, given_value(path, entry), settings),
                      std::back_inserter(problems));
  }
  return problems;
}

} // namespace iplease
