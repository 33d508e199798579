// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/config_command.hpp>
#include <iplease/core/schema.hpp>
#include <iplease/yaml/emit.hpp>

#include <algorithm>

namespace iplease {

namespace {

constexpr std::size_t k_width = 100;

/// Prose starts with "# " and a word; a commented-out line with "#" directly before the line.
std::string prose(std::string text)
{
  std::string lines;
  while (!text.empty()) {
    std::size_t end = text.size();
    if (end > k_width) {
      end = text.rfind(' ', k_width);
      end = end == std::string::npos ? std::min(text.find(' '), text.size()) : end;
    }
    lines += "# " + text.substr(0, end) + "\n";
    text.erase(0, std::min(end + 1, text.size()));
  }
  return lines;
}

std::string item(const std::string& text)
{
  const bool plain = text.find_first_of(",[]{}\"' \t\n") == std::string::npos;
  return plain ? emit_scalar(text) : nlohmann::ordered_json(text).dump();
}

std::string value_text(const SettingKey& key, const ShownValue& shown)
{
  if (key.type == KeyType::boolean || key.type == KeyType::object) {
    return shown.texts.front();
  }
  const bool many =
      key.type == KeyType::list || key.type == KeyType::words || key.type == KeyType::addresses;
  if (!many) {
    return emit_scalar(shown.texts.front());
  }
  std::string list;
  for (const std::string& text : shown.texts) {
    list += (list.empty() ? "" : ", ") + item(text);
  }
  return "[" + list + "]";
}

/// The content of a key line, and whether it is active or commented out.
struct Row {
  std::string comment{};
  std::string value{};
  bool active = false;
};

Row row_of(const SettingKey& key, const std::string& path, const Settings& want)
{
  const ShownValue shown = shown_setting(key, path, want);
  const bool given = shown.present && shown.from != From::fallback;
  Row row{.comment = std::string(key.help), .active = given && shown.from != From::cluster};
  if (path == "pool.addresses") {
    row.active = true;
    row.value = shown.present ? value_text(key, shown) : "[]";
    row.comment += shown.present ? "" : " FILL IN, for example " + std::string(key.example);
  } else {
    row.value = shown.present ? value_text(key, shown) : std::string(key.example);
  }
  if (given) {
    row.comment += " Found: " + shown.where + ".";
  } else if (!row.active) {
    row.comment += " Default: " + std::string(key.fallback) + ".";
  }
  return row;
}

class Page {
public:
  explicit Page(const Settings& want)
      : m_want(want)
  {
  }

  std::string write()
  {
    for (const std::string& path : setting_paths()) {
      add(*find_key(path), path);
    }
    return std::move(m_text);
  }

private:
  void line(const std::string& text, std::size_t depth, bool on)
  {
    m_text += (on ? "" : "#") + std::string(depth * 2, ' ') + text + "\n";
  }

  void open_groups(const std::string& path)
  {
    const std::size_t last = path.rfind('.');
    const std::string groups = last == std::string::npos ? "" : path.substr(0, last);
    std::size_t depth = 0;
    for (std::size_t from = 0; !groups.empty() && from <= groups.size(); ++depth) {
      const std::size_t end = std::min(groups.find('.', from), groups.size());
      const std::string group = groups.substr(0, end);
      if (m_group != group && !m_group.starts_with(group + ".")) {
        m_text += depth == 0 ? "\n" : "";
        line(group.substr(from) + ":", depth, true);
        m_group = group;
      }
      from = end + 1;
    }
    if (groups.empty()) {
      m_text += "\n";
    }
    m_group = groups;
  }

  void add(const SettingKey& key, const std::string& path)
  {
    open_groups(path);
    const Row row = row_of(key, path, m_want);
    if (key.type != KeyType::durations) {
      m_text += prose(row.comment);
    } else if (path == "timeouts." + std::string(stage_names().front())) {
      m_text += prose(std::string(key.help));
    }
    const auto depth = static_cast<std::size_t>(std::ranges::count(path, '.'));
    line(path.substr(path.rfind('.') + 1) + ": " + row.value, depth, row.active);
  }

  const Settings& m_want;
  std::string m_group{};
  std::string m_text{};
};

} // namespace

std::string config_init(const Settings& want, const std::string& cluster)
{
  return prose("Flags file: iplease enable -f FILE. Begun by `iplease config init` for " + cluster +
               ".") +
         prose("A key with # right before it is switched off and shows what was found or the "
               "default; remove the # to fix it.") +
         "apiVersion: " + k_api_version + "\nkind: " + k_kind + "\n" + Page(want).write();
}

} // namespace iplease
