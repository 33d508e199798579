// SPDX-License-Identifier: Apache-2.0
// Merges into the operator's file what only the release has.
#include <iplease/yaml/emit.hpp>
#include <iplease/yaml/scalar_meaning.hpp>
#include <iplease/yaml/text_edit.hpp>
#include <iplease/yaml/values_edit.hpp>

#include "values_layout.hpp"
#include <algorithm>
#include <map>
#include <optional>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;
using Path = std::vector<std::string>;
/// Copies a value of the release as new YAML: one-line plain and quoted scalars as written,
/// anything else as a JSON string, which means the same text.
class Copy {
public:
  /// `json`: the file is written as JSON. `quoted`: the text goes between braces, where a comma
  /// ends a plain word.
  Copy(const LocatedYaml& from, bool json, bool quoted)
      : m_from(from),
        m_json(json),
        m_quoted(quoted)
  {
  }

  [[nodiscard]] NewYaml value(std::size_t index)
  {
    const LocatedNode& node = m_from.nodes[m_from.target(index)];
    safe = safe && node.tag.empty();
    if (node.kind == Kind::mapping && !node.children.empty()) {
      return mapping(node);
    }
    if (node.kind == Kind::sequence && !node.children.empty()) {
      std::vector<NewYaml> items;
      for (const std::size_t child : node.children) {
        items.push_back(value(child));
      }
      return yaml_list(std::move(items));
    }
    switch (node.kind) {
    case Kind::mapping:
      return yaml_scalar("{}");
    case Kind::sequence:
      return yaml_scalar("[]");
    case Kind::scalar:
      return yaml_scalar(scalar(node));
    default:
      return yaml_scalar("null");
    }
  }

  [[nodiscard]] std::string key(const std::string& name) const
  {
    return m_json ? nlohmann::json(name).dump() : emit_scalar(name);
  }

  bool safe = true; ///< false: a tag, which the copy would lose

private:
  [[nodiscard]] NewYaml mapping(const LocatedNode& node)
  {
    std::vector<std::pair<std::string, NewYaml>> entries;
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
      const LocatedNode& name = m_from.nodes[m_from.target(node.children[i])];
      safe = safe && (name.text != "<<" || name.quoted());
      entries.emplace_back(key(name.text), value(node.children[i + 1]));
    }
    return yaml_map(std::move(entries));
  }

  [[nodiscard]] std::string scalar(const LocatedNode& node) const
  {
    const std::string_view source = m_from.source(node);
    const bool text = meaning_of(node).kind == Meaning::Kind::text;
    const bool as_it_stands =
        node.style != LocatedNode::Style::block_scalar &&
        source.find('\n') == std::string_view::npos &&
        !(m_quoted && text && node.style != LocatedNode::Style::double_quoted);
    return as_it_stands ? std::string(source) : nlohmann::json(node.text).dump();
  }

  const LocatedYaml& m_from;
  bool m_json;
  bool m_quoted;
};

/// Decides where each value goes that only the release has.
class Merge {
public:
  Merge(const LocatedYaml& file, const LocatedYaml& release)
      : m_file(file),
        m_release(release),
        m_layout(file)
  {
  }

  void take(const Path& path)
  {
    const bool attribute = path.size() == 2 && path[0] == "attributes";
    const std::size_t from = attribute ? attribute_of_release(path[1]) : find(m_release, path);
    const std::optional<std::size_t> parent = parent_of(path, attribute);
    if (from == LocatedNode::k_none || !parent) {
      refuse(path);
      return;
    }
    Copy copy(m_release, m_layout.json(), in_braces(*parent));
    if (attribute) {
      m_items[*parent].push_back(copy.value(from));
    } else {
      m_entries[*parent].emplace_back(copy.key(path.back()), copy.value(from));
      m_names[*parent].push_back(path.back());
    }
    if (!copy.safe) {
      refuse(path);
      return;
    }
    changes.push_back((attribute ? "attributes: + " + path[1] : joined(path) + ": +") +
                      " from the release");
  }

  [[nodiscard]] std::vector<TextEdit> edits() const
  {
    std::vector<TextEdit> inner;
    std::vector<TextEdit> outer;
    for (const auto& [node, items] : m_items) {
      add_items(node, items, node == 0 ? outer : inner);
    }
    for (const auto& [node, entries] : m_entries) {
      add_entries(node, entries, node == 0 ? outer : inner);
    }
    // What belongs to an inner value must precede what follows it.
    inner.insert(inner.end(), outer.begin(), outer.end());
    return inner;
  }

  std::vector<std::string> changes{};
  std::vector<Problem> problems{};

private:
  static std::string joined(const Path& path)
  {
    std::string text;
    for (const std::string& key : path) {
      text += (text.empty() ? "" : ".") + key;
    }
    return text;
  }

  static std::size_t find(const LocatedYaml& yaml, const Path& path)
  {
    std::size_t node = 0;
    for (const std::string& key : path) {
      node = yaml.find_effective(node, key);
      if (node == LocatedNode::k_none) {
        return LocatedNode::k_none;
      }
      node = yaml.target(node);
    }
    return node;
  }

  [[nodiscard]] std::size_t attribute_of_release(const std::string& name) const
  {
    const std::size_t list = find(m_release, {"attributes"});
    if (list == LocatedNode::k_none) {
      return LocatedNode::k_none;
    }
    const auto& items = m_release.nodes[list].children;
    const auto hit = std::ranges::find_if(items, [&](std::size_t item) {
      const std::size_t key = m_release.find_effective(m_release.target(item), "key");
      return key != LocatedNode::k_none && m_release.nodes[m_release.target(key)].text == name;
    });
    return hit == items.end() ? LocatedNode::k_none : *hit;
  }

  /// The mapping or list of the file for the value, found without following aliases; 0 also if the
  /// file lacks the list of attributes.
  [[nodiscard]] std::optional<std::size_t> parent_of(const Path& path, bool attribute) const
  {
    std::size_t node = 0;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      node = m_file.find(node, path[i]);
      if (node == LocatedNode::k_none) {
        return attribute && m_file.find_effective(0, path[i]) == LocatedNode::k_none
                   ? std::optional<std::size_t>(0)
                   : std::nullopt;
      }
      if (m_file.nodes[node].kind == Kind::alias || m_file.nodes[node].anchor != 0) {
        return std::nullopt;
      }
    }
    return node;
  }

  [[nodiscard]] bool in_braces(std::size_t node) const
  {
    return m_layout.json() || m_file.nodes[node].style == LocatedNode::Style::flow;
  }

  void refuse(const Path& path)
  {
    const std::size_t top = m_file.find(0, path.front());
    problems.push_back(
        yaml_problem("IPL-VAL-007",
                     "`" + joined(path) + "`, which only the release has, finds no safe place here",
                     m_file.place(m_file.nodes[top == LocatedNode::k_none ? 0 : top].start),
                     "write it into the file by hand, without anchors or tags"));
  }

  void
  add_items(std::size_t node, const std::vector<NewYaml>& items, std::vector<TextEdit>& to) const
  {
    TextEdit edit{.node = node, .value = yaml_list(items)};
    if (node == 0) { // the file has no list yet
      edit.what = TextEdit::What::add_entry;
      edit.position = m_layout.place_for("attributes");
      edit.key = m_layout.key("attributes");
    } else if (!m_file.nodes[node].children.empty()) {
      edit.what = TextEdit::What::add_items;
    }
    to.push_back(std::move(edit));
  }

  void add_entries(std::size_t node,
                   const std::vector<std::pair<std::string, NewYaml>>& entries,
                   std::vector<TextEdit>& to) const
  {
    const std::size_t there = m_file.nodes[node].children.size() / 2;
    if (there == 0) {
      to.push_back({.node = node, .value = yaml_map(entries)});
      return;
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      to.push_back({.what = TextEdit::What::add_entry,
                    .node = node,
                    .position = node == 0 ? m_layout.place_for(m_names.at(node)[i]) : there,
                    .key = entries[i].first,
                    .value = entries[i].second});
    }
  }

  const LocatedYaml& m_file;
  const LocatedYaml& m_release;
  ValuesLayout m_layout;
  std::map<std::size_t, std::vector<NewYaml>> m_items{};
  std::map<std::size_t, std::vector<std::pair<std::string, NewYaml>>> m_entries{};
  std::map<std::size_t, Path> m_names{};
};

} // namespace

std::variant<ValuesEdit, std::vector<Problem>> merge_values(const Secret& file,
                                                            const std::string& file_name,
                                                            const Secret& release,
                                                            const ValuesWish& ignoring)
{
  const YamlReading reading = reading_of(file);
  const YamlReading other = reading_of(release);
  if (reading.yaml() == nullptr) {
    return with_lines(reading.problems(file_name), file.reveal(), file_name);
  }
  if (other.yaml() == nullptr) {
    return other.problems("values of the release");
  }
  if (reading.yaml()->root().kind != Kind::mapping || reading.yaml()->root().children.empty()) {
    return edit_values(file, file_name, ignoring); // reports what is wrong with it
  }
  Merge merge(*reading.yaml(), *other.yaml());
  for (const ValueDifference& one : compare_values(file, release, "file", "release", ignoring)) {
    if (one.which == ValueDifference::Which::only_b) {
      merge.take(one.path);
    }
  }
  if (!merge.problems.empty()) {
    return with_lines(std::move(merge.problems), file.reveal(), file_name);
  }
  EditOutcome outcome = apply_edits(*reading.yaml(), merge.edits());
  if (auto* problems = std::get_if<std::vector<Problem>>(&outcome)) {
    return with_lines(std::move(*problems), file.reveal(), file_name);
  }
  auto& edited = std::get<EditedText>(outcome);
  return ValuesEdit{
      .text = std::move(edited.text), .changed = edited.changed, .changes = merge.changes};
}

} // namespace iplease
