// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/nearest.hpp>
#include <iplease/core/pool_rules.hpp>
#include <iplease/core/schema.hpp>

#include <algorithm>

namespace iplease {

namespace {

template <class... F> struct Overloaded : F... {
  using F::operator()...;
};
template <class... F> Overloaded(F...) -> Overloaded<F...>;

constexpr const char* k_installs[] = {"helm", "kubespray", "adopt"};
constexpr const char* k_values_from[] = {"", "file", "release", "merge"};

std::string stage_of(std::string_view path)
{
  return std::string(path.substr(path.find('.') + 1));
}

/// Joins a relative path with its folder; replaces "~/" by the home folder.
std::string absolute(std::string text, const GivenValue& value)
{
  if (text.find("://") != std::string::npos || text.starts_with('/')) {
    return text;
  }
  if (text == "~" || text.starts_with("~/")) {
    return value.home.empty() ? text : value.home + text.substr(1);
  }
  while (text.starts_with("./")) {
    text.erase(0, 2);
  }
  if (value.folder.empty()) {
    return text;
  }
  return value.folder + (value.folder.ends_with('/') ? "" : "/") + text;
}

/// The words of a program's call. A path among them is relative to the folder.
std::vector<std::string> program_words(const GivenValue& value)
{
  std::vector<std::string> words;
  for (const GivenText& given : value.texts) {
    const std::string& word = given.text;
    const bool path = word.starts_with("./") || word.starts_with("../") || word.starts_with("~/") ||
                      (words.empty() && word.find('/') != std::string::npos);
    words.push_back(path ? absolute(word, value) : word);
  }
  return words;
}

/// Checks the texts of one value. Does not stop at a fault, so that all are reported at once.
class Checker {
public:
  Checker(const SettingKey& key, const GivenValue& value)
      : m_key(key),
        m_value(value)
  {
  }

  std::vector<Problem> run()
  {
    if (m_key.type == KeyType::choice || m_key.type == KeyType::boolean) {
      check_choice();
    } else if (m_key.type == KeyType::addresses) {
      check_addresses();
    } else {
      check_texts();
    }
    return std::move(m_problems);
  }

  std::vector<AddressRange> ranges{}; ///< of a list of addresses, after the check

private:
  void refuse(const Refusal& refusal, const Place& place)
  {
    m_problems.push_back({.id = refusal.id,
                          .what = m_value.name + ": " + refusal.what,
                          .fix = refusal.fix,
                          .place = place,
                          .exit = ExitCode::usage});
  }

  void check_choice()
  {
    const std::vector<std::string> words = m_key.type == KeyType::boolean
                                               ? std::vector<std::string>{"true", "false"}
                                               : choices_of(m_key);
    const GivenText& given = m_value.texts.front();
    if (std::ranges::find(words, given.text) != words.end()) {
      return;
    }
    std::string all;
    for (const std::string& word : words) {
      all += (all.empty() ? "" : word == words.back() ? " or " : ", ") + word;
    }
    const std::string meant = nearest(given.text, words);
    refuse({"IPL-CFG-005",
            "\"" + given.text + "\" is not " + all,
            meant.empty() ? "write " + all : "did you mean " + meant + "?"},
           given.place);
  }

  void check_addresses()
  {
    std::vector<Place> places;
    for (const GivenText& given : m_value.texts) {
      auto parsed = parse_range(given.text);
      if (const auto* refusal = std::get_if<std::string>(&parsed)) {
        m_problems.push_back(refused_entry(given.text, *refusal, m_value.name, given.place));
        continue;
      }
      ranges.push_back(std::get<AddressRange>(std::move(parsed)));
      places.push_back(given.place);
    }
    if (ranges.empty() && !m_problems.empty()) {
      return;
    }
    PoolFindings found = check_pool(ranges, places, m_value.name);
    std::move(found.problems.begin(), found.problems.end(), std::back_inserter(m_problems));
  }

  void check_texts()
  {
    std::vector<std::string> seen;
    for (const GivenText& given : m_value.texts) {
      if (m_key.check != nullptr) {
        if (const std::optional<Refusal> refusal = m_key.check(given.text)) {
          refuse(*refusal, given.place);
          continue;
        }
      }
      const bool repeated = std::ranges::find(seen, given.text) != seen.end();
      if (m_key.type == KeyType::list && repeated) {
        refuse({"IPL-CFG-006",
                "\"" + given.text + "\" stands twice in the list",
                "keep one of the two"},
               given.place);
      }
      seen.push_back(given.text);
    }
    if (m_key.type == KeyType::words && m_value.texts.empty()) {
      refuse({"IPL-CFG-006", "the list is empty", "name the program, or leave the key out"},
             m_value.place);
    }
  }

  const SettingKey& m_key;
  const GivenValue& m_value;
  std::vector<Problem> m_problems{};
};

template <class T> void put(Sourced<T>& slot, T content, const GivenValue& value)
{
  slot = {
      .value = std::move(content), .from = value.from, .where = value.where, .place = value.place};
}

std::vector<std::string> texts_of(const GivenValue& value)
{
  std::vector<std::string> texts;
  texts.reserve(value.texts.size());
  for (const GivenText& given : value.texts) {
    texts.push_back(given.text);
  }
  return texts;
}

void store(const SettingKey& key,
           std::string_view path,
           const GivenValue& value,
           Checker& checked,
           Settings& settings)
{
  const auto first = [&] {
    return key.type == KeyType::path ? absolute(value.texts.front().text, value)
                                     : value.texts.front().text;
  };
  std::visit(
      Overloaded{
          [&](Sourced<std::string>* slot) { put(*slot, first(), value); },
          [&](Sourced<std::optional<std::string>>* slot) {
            put(*slot, std::optional<std::string>(first()), value);
          },
          [&](Sourced<bool>* slot) { put(*slot, first() == "true" || first() == "auto", value); },
          [&](Sourced<std::optional<bool>>* slot) {
            put(*slot, std::optional<bool>(first() == "true"), value);
          },
          [&](Sourced<std::vector<std::string>>* slot) {
            const bool program = key.type == KeyType::words;
            put(*slot, program ? program_words(value) : texts_of(value), value);
          },
          [&](Sourced<std::optional<std::vector<std::string>>>* slot) {
            put(*slot, std::optional<std::vector<std::string>>(texts_of(value)), value);
          },
          [&](Sourced<std::vector<AddressRange>>* slot) {
            put(*slot, std::move(checked.ranges), value);
          },
          [&](Sourced<MetallbInstall>* slot) {
            const auto* word = std::ranges::find(k_installs, first());
            // first() was found among the words when the text was read.
            // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
            put(*slot, static_cast<MetallbInstall>(word - std::begin(k_installs)), value);
          },
          [&](Sourced<ValuesFrom>* slot) {
            const auto* word = std::ranges::find(k_values_from, first());
            // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
            put(*slot, static_cast<ValuesFrom>(word - std::begin(k_values_from)), value);
          },
          [&](std::map<std::string, Sourced<std::chrono::seconds>>* slot) {
            put((*slot)[stage_of(path)],
                parse_duration(first()).value_or(std::chrono::seconds{0}),
                value);
          }},
      key.slot(settings));
}

template <class T>
ShownValue show(const Sourced<T>& slot, bool present, std::vector<std::string> texts)
{
  return {present,
          present ? std::move(texts) : std::vector<std::string>{},
          slot.from,
          slot.where,
          slot.place};
}

const char* yes_no(bool value)
{
  return value ? "true" : "false";
}

} // namespace

std::vector<Problem> store_setting(const SettingKey& key,
                                   std::string_view path,
                                   const GivenValue& value,
                                   Settings& settings)
{
  Checker checker(key, value);
  std::vector<Problem> problems = checker.run();
  if (problems.empty()) {
    store(key, path, value, checker, settings);
  }
  return problems;
}

ShownValue shown_setting(const SettingKey& key, std::string_view path, const Settings& settings)
{
  // A slot points into writable Settings, but here it is only read.
  auto& read = const_cast<Settings&>(settings); // NOLINT(cppcoreguidelines-pro-type-const-cast)
  return std::visit(
      Overloaded{
          [&](Sourced<std::string>* s) { return show(*s, !s->value.empty(), {s->value}); },
          [&](Sourced<std::optional<std::string>>* s) {
            return show(*s, s->value.has_value(), {s->value.value_or("")});
          },
          [&](Sourced<bool>* s) {
            const bool choice = key.type == KeyType::choice;
            return show(*s, true, {choice ? (s->value ? "auto" : "leave") : yes_no(s->value)});
          },
          [&](Sourced<std::optional<bool>>* s) {
            return show(*s, s->value.has_value(), {yes_no(s->value.value_or(false))});
          },
          [&](Sourced<std::vector<std::string>>* s) { return show(*s, true, s->value); },
          [&](Sourced<std::optional<std::vector<std::string>>>* s) {
            return show(*s, s->value.has_value(), s->value.value_or(std::vector<std::string>{}));
          },
          [&](Sourced<std::vector<AddressRange>>* s) {
            std::vector<std::string> texts;
            texts.reserve(s->value.size());
            for (const AddressRange& range : s->value) {
              texts.push_back(range.text);
            }
            return show(*s, !s->value.empty(), texts);
          },
          [&](Sourced<MetallbInstall>* s) {
            return show(*s, true, {k_installs[static_cast<int>(s->value)]});
          },
          [&](Sourced<ValuesFrom>* s) {
            return show(
                *s, s->value != ValuesFrom::undecided, {k_values_from[static_cast<int>(s->value)]});
          },
          [&](std::map<std::string, Sourced<std::chrono::seconds>>* s) {
            const auto given = s->find(stage_of(path));
            if (given == s->end()) {
              return ShownValue{true,
                                {duration_text(settings.timeout(stage_of(path)))},
                                From::fallback,
                                "default",
                                {}};
            }
            return show(given->second, true, {duration_text(given->second.value)});
          }},
      key.slot(read));
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text)
{
  std::int64_t total = 0;
  std::int64_t last_unit = 1000000;
  std::size_t at = 0;
  while (at < text.size()) {
    std::int64_t number = 0;
    const std::size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && at - from < 7) {
      number = number * 10 + (text[at++] - '0');
    }
    if (at == from || at == text.size()) {
      return std::nullopt;
    }
    const char name = text[at++];
    const std::int64_t unit = name == 'h' ? 3600 : name == 'm' ? 60 : name == 's' ? 1 : 0;
    if (unit == 0 || unit >= last_unit) {
      return std::nullopt; // 5s5m, or an unknown unit
    }
    last_unit = unit;
    total += number * unit;
  }
  return text.empty() ? std::nullopt : std::optional<std::chrono::seconds>(total);
}

std::string duration_text(std::chrono::seconds value)
{
  const auto total = value.count();
  std::string text;
  const auto add = [&](auto number, const char* unit) {
    if (number > 0) {
      text += std::to_string(number) + unit;
    }
  };
  add(total / 3600, "h");
  add(total / 60 % 60, "m");
  add(total % 60, "s");
  return text.empty() ? "0s" : text;
}

std::string_view source_name(From from)
{
  constexpr std::string_view names[] = {
      "answer", "flag", "environment", "file", "unfinished run", "cluster", "default"};
  return names[static_cast<std::size_t>(from)];
}

std::vector<MissingKey> missing_keys(const Settings& settings)
{
  std::vector<MissingKey> missing;
  if (settings.pool.addresses.value.empty()) {
    missing.push_back({"pool.addresses", ""});
  }
  if (settings.metallb.install.value == MetallbInstall::kubespray) {
    if (settings.metallb.kubespray.inventory.value.empty()) {
      missing.push_back({"metallb.kubespray.inventory", "metallb.install is kubespray"});
    }
    if (settings.metallb.kubespray.run.value && settings.metallb.kubespray.dir.value.empty()) {
      missing.push_back({"metallb.kubespray.dir", "metallb.kubespray.run is true"});
    }
  }
  return missing;
}

Problem missing_problem(const MissingKey& missing)
{
  const std::string path(missing.path);
  const SettingKey* key = find_key(path);
  return {.id = "IPL-CFG-009",
          .what = path + ": no value" + (missing.why.empty() ? "" : ", and " + missing.why),
          .fix = "give " + std::string(key->flag) + " VALUE, or in a flags file `" + path + ": " +
                 std::string(key->example) + "`",
          .exit = ExitCode::usage};
}

std::vector<Problem> missing_settings(const Settings& settings)
{
  std::vector<Problem> problems;
  for (const MissingKey& missing : missing_keys(settings)) {
    problems.push_back(missing_problem(missing));
  }
  return problems;
}

} // namespace iplease
