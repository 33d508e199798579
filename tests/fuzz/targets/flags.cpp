// SPDX-License-Identifier: Apache-2.0
// Any bytes as a flags file. It gives settings that survive writing and reading unchanged, or
// refusals, each with its place in the file and a fix.
#include <iplease/cli/config_command.hpp>
#include <iplease/cli/flags_file.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/schema.hpp>

#include "../target.hpp"
#include <algorithm>

namespace iplease::fuzz {

namespace {

using Json = nlohmann::ordered_json;

SettingsInput input_of(const std::string& text)
{
  return {.file = FlagsText{.name = "flags.yaml", .folder = "/work", .text = text},
          .current_folder = "/",
          .home = "/root"};
}

void check_places(const std::vector<Problem>& problems, const std::string& text)
{
  const auto lines =
      static_cast<int>(std::ranges::count(text, '\n') + std::ranges::count(text, '\r')) + 1;
  for (const Problem& problem : problems) {
    must_be_refusal(problem, ExitCode::usage);
    const Place& place = problem.place;
    must(place.file == "flags.yaml" && place.line >= 1 && place.column >= 1,
         "a refusal has its place: " + problem.what,
         place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column));
    must(place.line <= lines + 1, "the place is in the file: " + problem.what);
  }
}

/// What the file set, by path.
std::vector<std::pair<std::string, ShownValue>> given(const Settings& settings)
{
  std::vector<std::pair<std::string, ShownValue>> all;
  for (const std::string& path : setting_paths()) {
    ShownValue shown = shown_setting(*find_key(path), path, settings);
    if (shown.present && shown.from != From::fallback) {
      all.emplace_back(path, std::move(shown));
    }
  }
  return all;
}

/// The same settings as a file. JSON is YAML.
std::string written(const Settings& settings)
{
  Json file{{"apiVersion", k_api_version}, {"kind", k_kind}};
  for (const auto& [path, shown] : given(settings)) {
    std::string pointer = "/" + path;
    std::ranges::replace(pointer, '.', '/');
    Json& value = file[Json::json_pointer(pointer)];
    switch (find_key(path)->type) {
    case KeyType::list:
    case KeyType::words:
    case KeyType::addresses:
      value = shown.texts;
      break;
    case KeyType::boolean:
      value = shown.texts.front() == "true";
      break;
    case KeyType::object:
      value = shown.texts.empty() || shown.texts.front().empty() ? Json::object()
                                                                 : Json::parse(shown.texts.front());
      break;
    default:
      value = shown.texts.front();
    }
  }
  return file.dump(1);
}

void must_be_same(const Settings& before, const ReadSettings& after, const std::string& how)
{
  for (const Problem& problem : after.problems) {
    must(false, how + " can be read again", problem.id + " " + problem.what + "\n" + problem.fix);
  }
  const auto left = given(before);
  const auto right = given(after.settings);
  must(left.size() == right.size(), how + " has the same keys");
  for (std::size_t at = 0; at < left.size(); ++at) {
    const std::string more = left[at].first + ": " + Json(left[at].second.texts).dump() + "\n" +
                             right[at].first + ": " + Json(right[at].second.texts).dump();
    must(left[at].first == right[at].first && left[at].second.texts == right[at].second.texts,
         how + " has the same values",
         more);
  }
}

void check_settings(const ReadSettings& read)
{
  must_be_same(read.settings, read_settings(input_of(written(read.settings))), "a file of them");
  const std::string replayable = replayable_settings(read.settings);
  must(Json::accept(replayable), "what a journal keeps of them is JSON", replayable);
  // A journal does not keep a value with a secret, and programs must be given again.
  if (replayable.find("\"secret\":true") == std::string::npos &&
      programs_given(replayable).empty()) {
    SettingsInput again{.current_folder = "/", .home = "/root"};
    again.unfinished = replayable;
    must_be_same(read.settings, read_settings(again), "what a journal keeps of them");
  }
  static_cast<void>(settings_of_kept(replayable));
}

} // namespace

void flags(const std::string& text)
{
  const SettingsInput input = input_of(text);
  const ReadSettings read = read_settings(input);
  check_places(read.problems, text);
  check_places(read.warnings, text);
  if (read.problems.empty()) {
    check_settings(read);
  }
  if (number_of(text, 4) != 0) {
    return; // the rest prints a lot and is slow
  }
  std::string out;
  std::string err;
  const ExitCode exit = config_validate(input, true, out, err);
  must((exit == ExitCode::done) || (exit == ExitCode::usage), "config validate ends with 0 or 2");
  must(read.problems.empty() || exit == ExitCode::usage, "config validate says the same");
  must(Json::accept(out), "config validate -o json prints JSON", out);
  must(Json::accept(config_show(read.settings, true)), "config show -o json prints JSON");
}

} // namespace iplease::fuzz
