// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/nearest.hpp>
#include <iplease/yaml/strict_yaml.hpp>

#include "chart_values.hpp"
#include "given.hpp"

namespace iplease {

namespace {

const char* kind_name(const StrictNode& node)
{
  switch (node.kind) {
  case StrictNode::Kind::null:
    return "nothing";
  case StrictNode::Kind::list:
    return "a list";
  case StrictNode::Kind::map:
    return "a map";
  case StrictNode::Kind::scalar:
    break;
  }
  switch (plain_type(node)) {
  case PlainType::boolean:
    return "true or false";
  case PlainType::integer:
  case PlainType::real:
    return "a number";
  case PlainType::null:
    return "nothing";
  case PlainType::text:
    break;
  }
  return "text";
}

const char* yaml_id(YamlMessage::Kind kind)
{
  switch (kind) {
  case YamlMessage::Kind::duplicate:
    return "IPL-CFG-002";
  case YamlMessage::Kind::feature:
    return "IPL-CFG-011";
  case YamlMessage::Kind::documents:
    return "IPL-CFG-010";
  case YamlMessage::Kind::encoding:
    return "IPL-CFG-015";
  case YamlMessage::Kind::syntax:
    break;
  }
  return "IPL-CFG-001";
}

/// Walks the tree of a flags file by the table of keys.
class FileReader {
public:
  FileReader(const FlagsText& file, const std::string& home)
      : m_file(file),
        m_home(home)
  {
  }

  GivenList read()
  {
    const StrictYaml yaml = parse_strict_yaml(m_file.text);
    bool whole = true;
    for (const YamlMessage& message : yaml.messages) {
      complain(
          yaml_id(message.kind), "", message.what, message.fix, at(message.line, message.column));
      whole = whole && message.kind != YamlMessage::Kind::syntax &&
              message.kind != YamlMessage::Kind::encoding &&
              message.kind != YamlMessage::Kind::documents;
    }
    if (whole) {
      read_root(yaml.root);
    }
    return std::move(m_list);
  }

private:
  [[nodiscard]] Place at(int line, int column) const { return {m_file.name, line, column}; }
  [[nodiscard]] Place at(const StrictNode& node) const { return at(node.line, node.column); }

  void complain(const char* id,
                const std::string& name,
                const std::string& what,
                std::string fix,
                Place place)
  {
    m_list.problems.push_back(setting_problem(id, name, what, std::move(fix), std::move(place)));
  }

  void read_root(const StrictNode& root)
  {
    if (root.kind != StrictNode::Kind::map) {
      const bool empty = root.kind == StrictNode::Kind::null;
      complain("IPL-CFG-010",
               "",
               empty ? "the file is empty"
                     : "the file holds " + std::string(kind_name(root)) + ", not keys",
               "begin with apiVersion and kind; `iplease config init` writes a commented file",
               at(1, 1));
      return;
    }
    check_fixed(root, "apiVersion", "IPL-CFG-007", k_api_version);
    check_fixed(root, "kind", "IPL-CFG-008", k_kind);
    walk(root, "");
  }

  /// apiVersion and kind: required, with exactly this value.
  void check_fixed(const StrictNode& root,
                   const std::string& name,
                   const char* id,
                   const std::string& wanted)
  {
    const std::string fix = "write " + name + ": " + wanted;
    const StrictNode* node = root.find(name);
    if (node == nullptr) {
      complain(id, name, "missing", fix, at(1, 1));
    } else if (node->kind != StrictNode::Kind::scalar || node->text != wanted) {
      const std::string group = wanted.substr(0, wanted.find('/') + 1);
      const bool later = group.size() > 1 && node->text.starts_with(group);
      complain(id,
               name,
               "\"" + node->text + "\" is not " + wanted,
               later ? "this iplease reads only " + wanted + "; use the release that wrote the file"
                     : fix,
               at(*node));
    }
  }

  void walk(const StrictNode& map, const std::string& prefix)
  {
    for (const StrictMember& member : map.members) {
      const std::string path = prefix.empty() ? member.key : prefix + "." + member.key;
      if (path == "apiVersion" || path == "kind") {
        continue;
      }
      if (const SettingKey* key = find_key(path)) {
        read_value(*key, path, member.value);
      } else if (!is_group(path)) {
        m_list.problems.push_back(unknown_key(path, at(member.line, member.column)));
      } else if (member.value.kind == StrictNode::Kind::map) {
        walk(member.value, path);
      } else if (plain_type(member.value) != PlainType::null ||
                 member.value.kind == StrictNode::Kind::list) { // a group may be empty, as in Helm
        complain("IPL-CFG-004",
                 path,
                 "expects keys under it, this is " + std::string(kind_name(member.value)),
                 "known under " + path + ": " + joined(names_under(path)),
                 at(member.value));
      }
    }
  }

  void read_value(const SettingKey& key, const std::string& path, const StrictNode& node)
  {
    GivenValue value{.from = From::file,
                     .where = m_file.name + ":" + std::to_string(node.line),
                     .name = path,
                     .place = at(node),
                     .folder = m_file.folder,
                     .home = m_home};
    bool good = false;
    switch (key.type) {
    case KeyType::list:
    case KeyType::words:
    case KeyType::addresses:
      good = read_list(key, path, node, value);
      break;
    case KeyType::object:
      good = read_object(path, node, value);
      break;
    case KeyType::boolean:
      good = read_boolean(path, node, value);
      break;
    default:
      good = read_text(key, path, node, value);
    }
    if (good) {
      m_list.values.push_back({&key, path, std::move(value)});
    }
  }

  void wrong_type(const SettingKey& key, const std::string& path, const StrictNode& node)
  {
    complain("IPL-CFG-004",
             path,
             "expects " + type_name(key) + ", this is " + kind_name(node),
             "for example: " + std::string(key.example),
             at(node));
  }

  bool read_text(const SettingKey& key,
                 const std::string& path,
                 const StrictNode& node,
                 GivenValue& value)
  {
    if (node.kind == StrictNode::Kind::null ||
        (node.kind == StrictNode::Kind::scalar && plain_type(node) == PlainType::null)) {
      complain("IPL-CFG-004",
               path,
               "no value stands here",
               "give one, or remove the line to have it found or defaulted",
               at(node));
      return false;
    }
    if (node.kind != StrictNode::Kind::scalar) {
      wrong_type(key, path, node);
      return false;
    }
    // If the key would refuse the number anyway, its own message is better.
    const bool checked = key.type == KeyType::addresses || key.type == KeyType::choice ||
                         (key.check != nullptr && key.check(node.text).has_value());
    if (plain_type(node) != PlainType::text && !checked) {
      complain("IPL-CFG-004",
               path,
               "`" + node.text + "` reads as " + kind_name(node) + " here, and text is expected",
               "put it in quotes: \"" + node.text + "\"",
               at(node));
      return false;
    }
    value.texts.push_back({node.text, at(node)});
    return true;
  }

  bool read_boolean(const std::string& path, const StrictNode& node, GivenValue& value)
  {
    if (node.kind == StrictNode::Kind::scalar && plain_type(node) == PlainType::boolean) {
      value.texts.push_back(
          {node.text[0] == 't' || node.text[0] == 'T' ? "true" : "false", at(node)});
      return true;
    }
    const std::string text = node.kind == StrictNode::Kind::scalar ? node.text : "";
    const auto meant = boolean_meant(text);
    complain("IPL-CFG-004",
             path,
             "expects true or false, this is " +
                 (meant ? "`" + text + "`" + (node.quoted ? " in quotes" : "") : kind_name(node)),
             meant ? std::string("write ") + (*meant ? "true" : "false")
                   : "write true or false, without quotes",
             at(node));
    return false;
  }

  /// The boolean that a word was probably meant as, if any.
  static std::optional<bool> boolean_meant(const std::string& text)
  {
    constexpr std::array<std::string_view, 5> yes{"yes", "on", "true", "1", "y"};
    constexpr std::array<std::string_view, 5> no{"no", "off", "false", "0", "n"};
    if (std::ranges::find(yes, text) != yes.end()) {
      return true;
    }
    return std::ranges::find(no, text) != no.end() ? std::optional(false) : std::nullopt;
  }

  bool read_list(const SettingKey& key,
                 const std::string& path,
                 const StrictNode& node,
                 GivenValue& value)
  {
    if (node.kind != StrictNode::Kind::list) {
      const bool one = node.kind == StrictNode::Kind::scalar && plain_type(node) != PlainType::null;
      complain("IPL-CFG-004",
               path,
               "expects a list, this is " + std::string(kind_name(node)),
               one ? "write [" + node.text + "]" : "for example: " + std::string(key.example),
               at(node));
      return false;
    }
    bool good = true;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      good = read_text(key, path + "[" + std::to_string(i) + "]", node.items[i], value) && good;
    }
    return good;
  }

  bool read_object(const std::string& path, const StrictNode& node, GivenValue& value)
  {
    if (node.kind != StrictNode::Kind::map) {
      complain("IPL-CFG-004",
               path,
               "expects a map, this is " + std::string(kind_name(node)),
               "for example: {speaker: {frr: {enabled: false}}}",
               at(node));
      return false;
    }
    ChartValues chart = read_chart_values(node, path, m_file.name);
    std::vector<Problem> refused = refused_chart_values(node, path, m_file.name);
    for (auto* found : {&chart.problems, &refused}) {
      std::move(found->begin(), found->end(), std::back_inserter(m_list.problems));
    }
    value.texts = {{node.members.empty() ? "" : chart.json.dump(), at(node)}};
    return true;
  }

  const FlagsText& m_file;
  const std::string& m_home;
  GivenList m_list{};
};

} // namespace

GivenList read_file_values(const FlagsText& file, const std::string& home)
{
  return FileReader(file, home).read();
}

} // namespace iplease
