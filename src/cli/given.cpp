// SPDX-License-Identifier: Apache-2.0
#include "given.hpp"

#include <iplease/core/nearest.hpp>
#include <iplease/yaml/strict_yaml.hpp>

#include "chart_values.hpp"
#include <algorithm>

namespace iplease {

namespace {

std::string last_name(const std::string& path)
{
  return path.substr(path.rfind('.') + 1);
}

/// "a.x or b.x": the full paths of keys with this name.
std::string same_name_elsewhere(const std::string& name)
{
  std::string all;
  for (const std::string& full : setting_paths()) {
    if (last_name(full) == name) {
      all += (all.empty() ? "" : " or ") + full;
    }
  }
  return all;
}

} // namespace

Problem setting_problem(
    const char* id, const std::string& name, const std::string& what, std::string fix, Place place)
{
  return {.id = id,
          .what = name.empty() ? what : name + ": " + what,
          .fix = std::move(fix),
          .place = std::move(place),
          .exit = ExitCode::usage};
}

std::string joined(const std::vector<std::string>& words)
{
  std::string all;
  for (const std::string& word : words) {
    all += (all.empty() ? "" : ", ") + word;
  }
  return all;
}

bool is_group(std::string_view path)
{
  const std::string prefix = std::string(path) + ".";
  return std::ranges::any_of(setting_keys(),
                             [&](const SettingKey& key) { return key.path.starts_with(prefix); });
}

std::vector<std::string> names_under(std::string_view path)
{
  const std::string prefix = path.empty() ? "" : std::string(path) + ".";
  std::vector<std::string> names;
  if (path.empty()) {
    names = {"apiVersion", "kind"};
  }
  for (const std::string& full : setting_paths()) {
    if (!full.starts_with(prefix)) {
      continue;
    }
    const std::string rest = full.substr(prefix.size());
    std::string name = rest.substr(0, rest.find('.'));
    if (std::ranges::find(names, name) == names.end()) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

Problem unknown_key(const std::string& path, const Place& place)
{
  const std::size_t dot = path.rfind('.');
  const std::string parent = dot == std::string::npos ? "" : path.substr(0, dot);
  const std::string name = last_name(path);
  const std::vector<std::string> names = names_under(parent);
  const SettingKey* flag = find_flag("--" + name);
  const std::string elsewhere = same_name_elsewhere(name);
  const std::string meant = nearest(name, names);
  std::string fix;
  if (flag != nullptr && (parent.empty() || name.find('-') != std::string::npos)) {
    fix = "that is the name of the flag; in a file the key is " + std::string(flag->path);
  } else if (!elsewhere.empty()) {
    fix = "did you mean " + elsewhere + "?";
  } else if (!meant.empty()) {
    fix = "did you mean " + (parent.empty() ? "" : parent + ".") + meant + "?";
  } else {
    fix = (parent.empty() ? "known here: " : "known under " + parent + ": ") + joined(names);
  }
  return setting_problem("IPL-CFG-003", path, "unknown key", fix, place);
}

namespace {

/// Splits at `separator` and trims the pieces; an empty text is an empty list.
std::vector<std::string> pieces(const std::string& text, char separator)
{
  std::vector<std::string> out;
  std::size_t from = 0;
  while (!text.empty() && from <= text.size()) {
    const std::size_t end = std::min(text.find(separator, from), text.size());
    std::string piece = text.substr(from, end - from);
    const std::size_t first = piece.find_first_not_of(" \t\n");
    const std::size_t last = piece.find_last_not_of(" \t\n");
    piece = first == std::string::npos ? "" : piece.substr(first, last - first + 1);
    if (separator != ' ' || !piece.empty()) {
      out.push_back(std::move(piece));
    }
    from = end + 1;
  }
  return out;
}

/// Values that come as text: from flags, `--set` and the environment.
class TextValues {
public:
  explicit TextValues(const SettingsInput& input)
      : m_input(input)
  {
  }

  /// Where a value came from, and its name in problems.
  struct Source {
    From from;
    std::string where;
    std::string name;
  };

  void
  add(const SettingKey& key, const std::string& path, const std::string& text, const Source& source)
  {
    GivenValue value{.from = source.from,
                     .where = source.where,
                     .name = source.name,
                     .folder = m_input.current_folder,
                     .home = m_input.home};
    switch (key.type) {
    case KeyType::list:
    case KeyType::addresses:
      add_texts(value, pieces(text, ','));
      break;
    case KeyType::words:
      add_texts(value, pieces(text, is_set(source) ? ',' : ' '));
      break;
    case KeyType::object:
      if (!read_object(text, source.name, value)) {
        return;
      }
      break;
    default:
      add_texts(value, {text});
    }
    put(key, path, std::move(value));
  }

  /// `metallb=5m`, or several separated by commas.
  void
  add_timeouts(const SettingKey& key, const std::string& text, From from, const std::string& name)
  {
    for (const std::string& piece : pieces(text, ',')) {
      const std::size_t equals = piece.find('=');
      const std::string stage = piece.substr(0, equals);
      if (equals == std::string::npos) {
        list.problems.push_back(setting_problem("IPL-CFG-006",
                                                name,
                                                "\"" + piece + "\" is not STAGE=TIME",
                                                "for example: --timeout metallb=5m"));
        continue;
      }
      if (find_key("timeouts." + stage) == nullptr) {
        const std::vector<std::string> stages(stage_names().begin(), stage_names().end());
        const std::string meant = nearest(stage, stages);
        list.problems.push_back(setting_problem("IPL-CFG-003",
                                                name,
                                                "there is no stage \"" + stage + "\"",
                                                meant.empty() ? "the stages are: " + joined(stages)
                                                              : "did you mean " + meant + "?"));
        continue;
      }
      add(key, "timeouts." + stage, piece.substr(equals + 1), {from, name, name + " " + stage});
    }
  }

  GivenList list{};

private:
  static bool is_set(const Source& source)
  {
    return source.from == From::flag && source.where.starts_with("--set");
  }

  static void add_texts(GivenValue& value, const std::vector<std::string>& texts)
  {
    for (const std::string& text : texts) {
      value.texts.push_back({text, {}});
    }
  }

  bool read_object(const std::string& text, const std::string& name, GivenValue& value)
  {
    const StrictYaml yaml = parse_strict_yaml(text);
    for (const YamlMessage& message : yaml.messages) {
      list.problems.push_back(setting_problem("IPL-CFG-012", name, message.what, message.fix));
    }
    if (yaml.messages.empty() && yaml.root.kind != StrictNode::Kind::map) {
      list.problems.push_back(
          setting_problem("IPL-CFG-004",
                          name,
                          "expects a map",
                          "for example: " + name + "='{speaker: {frr: {enabled: false}}}'"));
      return false;
    }
    ChartValues chart = read_chart_values(yaml.root, name, "");
    std::vector<Problem> refused = refused_chart_values(yaml.root, name, "");
    for (auto* found : {&chart.problems, &refused}) {
      for (Problem& problem : *found) {
        problem.place = {};
        list.problems.push_back(std::move(problem));
      }
    }
    value.texts = {{chart.json.dump(), {}}};
    return true;
  }

  /// A list grows if its flag is repeated; anything else may be given once.
  void put(const SettingKey& key, const std::string& path, GivenValue value)
  {
    const auto same = std::ranges::find(list.values, path, &Given::path);
    const bool grows = key.type == KeyType::list || key.type == KeyType::addresses;
    if (same == list.values.end()) {
      list.values.push_back({&key, path, std::move(value)});
    } else if (grows && same->value.where == value.where && !value.where.starts_with("--set")) {
      std::ranges::move(value.texts, std::back_inserter(same->value.texts));
    } else if (!std::ranges::equal(
                   same->value.texts, value.texts, {}, &GivenText::text, &GivenText::text)) {
      list.problems.push_back(
          setting_problem("IPL-CFG-017",
                          path,
                          "given twice, by " + same->value.where + " and " + value.where,
                          "keep one"));
    }
  }

  const SettingsInput& m_input;
};

void add_set(TextValues& values, const std::string& text)
{
  const std::size_t equals = text.find('=');
  const std::string path = text.substr(0, equals);
  if (equals == std::string::npos || path.empty()) {
    values.list.problems.push_back(setting_problem(
        "IPL-CFG-012",
        "--set " + text,
        "there is no `=` with a key before it",
        "write --set key.path=value, for example --set provider.chartVersion=installed"));
    return;
  }
  const std::string value = text.substr(equals + 1);
  const std::string where = "--set " + path;
  if (const SettingKey* key = find_key(path)) {
    values.add(*key, path, value, {From::flag, where, where});
  } else if (path.starts_with("metallb.values.")) {
    values.list.problems.push_back(setting_problem(
        "IPL-CFG-012",
        where,
        "chart values are set as one map",
        "write --set metallb.values='{speaker: {frr: {enabled: false}}}', or use a flags file"));
  } else if (is_group(path)) {
    values.list.problems.push_back(
        setting_problem("IPL-CFG-012",
                        where,
                        "this is a group of keys, not a key",
                        "name one of them: " + path + "." + names_under(path).front()));
  } else {
    Problem problem = unknown_key(path, {});
    problem.what = "--set " + problem.what;
    values.list.problems.push_back(std::move(problem));
  }
}

} // namespace

GivenList read_environment_values(const SettingsInput& input)
{
  TextValues values(input);
  for (const SettingKey& key : setting_keys()) {
    const std::string name = environment_name(key);
    const auto found = input.environment.find(name);
    if (name.empty() || found == input.environment.end() || found->second.empty()) {
      continue; // an empty variable counts as unset
    }
    if (key.type == KeyType::durations) {
      values.add_timeouts(key, found->second, From::environment, name);
    } else {
      values.add(key, std::string(key.path), found->second, {From::environment, name, name});
    }
  }
  return std::move(values.list);
}

GivenList read_command_line_values(const SettingsInput& input)
{
  TextValues values(input);
  for (const FlagValue& flag : input.flags) {
    const SettingKey* key = find_flag(flag.flag);
    if (key == nullptr) {
      values.list.problems.push_back(setting_problem("IPL-CFG-003", flag.flag, "no such flag", ""));
    } else if (key->type == KeyType::durations) {
      values.add_timeouts(*key, flag.value, From::flag, flag.flag);
    } else {
      values.add(*key, std::string(key->path), flag.value, {From::flag, flag.flag, flag.flag});
    }
  }
  for (const std::string& text : input.set) {
    add_set(values, text);
  }
  return std::move(values.list);
}

} // namespace iplease
