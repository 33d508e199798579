// SPDX-License-Identifier: Apache-2.0
#include "unfinished.hpp"

#include <iplease/cli/flags_file.hpp>
#include <iplease/core/command.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/mask.hpp>
#include <iplease/core/schema.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace iplease {

namespace {

using nlohmann::ordered_json;

constexpr std::string_view k_values = "metallb.values";

/// Whether the operator set this value. Detected and default values are determined again.
bool was_given(const ordered_json& entry)
{
  const std::string source = entry.value("source", "");
  return source != source_name(From::cluster) && source != source_name(From::fallback);
}

std::vector<std::string> given_words(const ordered_json& entry)
{
  return entry.value("texts", std::vector<std::string>{});
}

GivenValue given_value(const std::string& path, const ordered_json& entry, From from)
{
  GivenValue value{.from = from, .name = path};
  value.where = entry.value("where", "");
  for (const std::string& text : given_words(entry)) {
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
    const bool kept = path != k_values || !may_hold_secret(settings.metallb.values_json.value);
    if (shown.present && !kept) {
      all[path] = {{"secret", true}, {"source", source_name(shown.from)}, {"where", shown.where}};
    } else if (shown.present) {
      all[path] = {
          {"texts", shown.texts}, {"source", source_name(shown.from)}, {"where", shown.where}};
    }
  }
  return all.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string programs_given(const std::string& unfinished)
{
  std::string flags;
  const ordered_json all = parsed_ordered_json(unfinished);
  for (const SettingKey& key : setting_keys()) {
    const std::string path(key.path);
    if (key.type != KeyType::words || !all.is_object() || !all.contains(path) ||
        !was_given(all[path])) {
      continue;
    }
    const std::string words = fmt::format("{}", fmt::join(given_words(all[path]), " "));
    flags += (flags.empty() ? "" : " ") + std::string(key.flag) + " " + shell_quote(words);
  }
  return flags;
}

std::vector<Problem> lay_unfinished(const std::string& json, Settings& settings)
{
  std::vector<Problem> problems;
  const ordered_json all = parsed_ordered_json(json);
  if (!all.is_object()) {
    return problems;
  }
  // With another way to install MetalLB, that run's version and values do not apply.
  const bool other_way = settings.metallb.install.given();
  for (const auto& [path, entry] : all.items()) {
    const SettingKey* key = find_key(path);
    // A journal decides what to do, never which program runs: see programs_given.
    const bool skip = key == nullptr || key->type == KeyType::words || !entry.is_object() ||
                      !was_given(entry) || (other_way && path.starts_with("metallb."));
    if (skip || shown_setting(*key, path, settings).from != From::fallback) {
      continue;
    }
    if (entry.value("secret", false)) {
      problems.push_back({.id = "IPL-RUN-071",
                          .what = "the unfinished run was given " + path + " (" +
                                  entry.value("where", "") +
                                  "), which speaks of a secret and so was not written down",
                          .exit = ExitCode::usage});
      continue;
    }
    std::ranges::move(
        store_setting(*key, path, given_value(path, entry, From::unfinished_run), settings),
        std::back_inserter(problems));
  }
  return problems;
}

namespace {

From source_of(const ordered_json& entry)
{
  const std::string name = entry.value("source", "");
  int from = static_cast<int>(From::fallback);
  while (from > 0 && source_name(static_cast<From>(from)) != name) {
    --from;
  }
  return static_cast<From>(from);
}

/// Whether a key belongs to the machine it was given on, not to the plan.
bool of_the_machine(const SettingKey& key)
{
  return key.type == KeyType::words || key.path == "cluster.kubeconfig" ||
         key.path == "cluster.context";
}

} // namespace

std::vector<Problem> lay_kept(const std::string& json, Settings& settings)
{
  std::vector<Problem> problems;
  const Settings here = std::exchange(settings, {});
  settings.cluster = here.cluster;
  settings.tools = here.tools;
  for (const std::string& path : setting_paths()) {
    const SettingKey& key = *find_key(path);
    const ShownValue shown = shown_setting(key, path, here);
    if (shown.from == From::flag && !of_the_machine(key)) {
      GivenValue value{.from = From::flag, .where = shown.where, .name = path};
      for (const std::string& text : shown.texts) {
        value.texts.push_back({text, {}});
      }
      std::ignore = store_setting(key, path, value, settings); // it was accepted once
    }
  }
  const ordered_json all = ordered_json::parse(json);
  for (const auto& [path, entry] : all.items()) {
    const SettingKey* key = find_key(path);
    if (key == nullptr || of_the_machine(*key) || !was_given(entry) ||
        shown_setting(*key, path, settings).from != From::fallback) {
      continue;
    }
    if (!entry.value("secret", false)) {
      std::ranges::move(
          store_setting(*key, path, given_value(path, entry, source_of(entry)), settings),
          std::back_inserter(problems));
    } else if (here.metallb.values_json.given()) {
      settings.metallb.values_json = here.metallb.values_json;
    } else {
      problems.push_back({.id = "IPL-RUN-089",
                          .what = "the plan was made with " + path + " (" +
                                  entry.value("where", "") +
                                  "), which speaks of a secret and so was not kept",
                          .exit = ExitCode::usage});
    }
  }
  return problems;
}

Settings settings_of_kept(const std::string& kept)
{
  Settings settings;
  const ordered_json all = ordered_json::parse(kept);
  for (const auto& [path, entry] : all.items()) {
    const SettingKey* key = find_key(path);
    if (entry.value("secret", false)) {
      settings.metallb.values_json = {
          .value = k_masked, .from = source_of(entry), .where = entry.value("where", "")};
    } else if (key != nullptr) {
      std::ignore = store_setting(*key, path, given_value(path, entry, source_of(entry)), settings);
    }
  }
  return settings;
}

} // namespace iplease
