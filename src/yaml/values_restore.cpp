// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/scalar_meaning.hpp>
#include <iplease/yaml/text_edit.hpp>
#include <iplease/yaml/values_restore.hpp>

#include "values_layout.hpp"
#include <algorithm>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;

constexpr const char* k_list = "attributes";
constexpr std::string_view k_attribute = "attributes/";
constexpr const char* k_nothing = "null";

/// A field of a values text: the node of its value, and of the item that holds it.
struct FieldAt {
  std::size_t value = LocatedNode::k_none;
  std::size_t item = LocatedNode::k_none; ///< only for an attribute

  [[nodiscard]] bool found() const
  {
    return value != LocatedNode::k_none || item != LocatedNode::k_none;
  }
};

FieldAt find_field(const LocatedYaml& yaml, std::string_view name)
{
  if (!name.starts_with(k_attribute)) {
    return {.value = yaml.find(0, name)};
  }
  const std::size_t list = yaml.find(0, k_list);
  if (list == LocatedNode::k_none || yaml.nodes[list].kind != Kind::sequence) {
    return {};
  }
  for (const std::size_t item : yaml.nodes[list].children) {
    const std::size_t key = yaml.find(item, "key");
    if (key != LocatedNode::k_none && yaml.nodes[key].text == name.substr(k_attribute.size())) {
      return {.value = yaml.find(item, "value"), .item = item};
    }
  }
  return {};
}

/// The value as written; a list with items only as "list".
std::string written(const LocatedYaml& yaml, const FieldAt& at)
{
  if (!at.found()) {
    return {};
  }
  if (at.value == LocatedNode::k_none) {
    return k_nothing;
  }
  const LocatedNode& node = yaml.nodes[at.value];
  if (node.kind == Kind::sequence && !node.children.empty()) {
    return "list";
  }
  const std::string_view source = yaml.source(node);
  return source.empty() ? k_nothing : std::string(source);
}

bool reads_true(const LocatedYaml& yaml, const FieldAt& at)
{
  return at.value != LocatedNode::k_none && renders_true(yaml.nodes[yaml.target(at.value)]);
}

/// Decides the edits of an undo.
class WayBack {
public:
  WayBack(const LocatedYaml& yaml, const std::map<std::string, MadeField>& fields)
      : m_yaml(yaml)
  {
    for (const auto& [name, field] : fields) {
      if (name == "ipoperator" || name.starts_with(k_attribute)) {
        take_back(name, field);
      }
    }
    if (const auto list = fields.find(k_list); list != fields.end()) {
      take_list_back(list->second);
    }
  }

  std::vector<TextEdit> edits{};
  std::vector<std::string> changes{};
  std::vector<std::string> kept{};

private:
  void take_back(const std::string& name, const MadeField& field)
  {
    const FieldAt at = find_field(m_yaml, name);
    const std::string now = written(m_yaml, at);
    if (now == field.was) {
      return;
    }
    if (!reads_true(m_yaml, at)) {
      kept.push_back(name + " is " + (now.empty() ? "not there" : now) +
                     ", and we had made it true");
      return;
    }
    changes.push_back(name + ": " + now + " → " + (field.was.empty() ? "removed" : field.was));
    TextEdit edit{.what = TextEdit::What::remove, .node = at.value};
    if (field.was.empty() && at.item != LocatedNode::k_none) {
      edit.node = at.item;
      ++m_items_gone;
    } else if (!field.was.empty()) {
      edit.what = TextEdit::What::replace;
      edit.value = yaml_scalar(field.was);
    }
    edits.push_back(std::move(edit));
  }

  /// Removes the list if there was none before and all its items go.
  void take_list_back(const MadeField& field)
  {
    const std::size_t list = m_yaml.find(0, k_list);
    if (list == LocatedNode::k_none || m_items_gone == 0 ||
        m_items_gone != m_yaml.nodes[list].children.size()) {
      return;
    }
    std::erase_if(edits,
                  [&](const TextEdit& edit) { return m_yaml.nodes[edit.node].parent == list; });
    TextEdit edit{.what = TextEdit::What::remove, .node = list};
    if (!field.was.empty()) {
      edit.what = TextEdit::What::replace;
      edit.value = yaml_scalar(field.was);
    }
    edits.push_back(std::move(edit));
  }

  const LocatedYaml& m_yaml;
  std::size_t m_items_gone = 0;
};

} // namespace

std::vector<FieldChange> values_changes(const Secret& before,
                                        const Secret& after,
                                        const std::vector<std::string>& attributes)
{
  const YamlReading old = reading_of(before);
  const YamlReading now = reading_of(after);
  std::vector<FieldChange> changes;
  if (now.yaml() == nullptr) {
    return changes;
  }
  std::vector<std::string> names{"ipoperator", k_list};
  for (const std::string& attribute : attributes) {
    names.push_back(std::string(k_attribute) + attribute);
  }
  for (const std::string& name : names) {
    const LocatedYaml* then = old.yaml();
    const FieldAt was = then == nullptr ? FieldAt{} : find_field(*then, name);
    FieldChange change{.field = name,
                       .was = then == nullptr ? "" : written(*then, was),
                       .is = written(*now.yaml(), find_field(*now.yaml(), name))};
    const bool right = then != nullptr && reads_true(*then, was);
    if (!right && change.was != change.is) {
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

std::variant<RestoredValues, std::vector<Problem>>
restore_values(const Secret& text,
               const std::string& file_name,
               const std::map<std::string, MadeField>& fields)
{
  const YamlReading reading = reading_of(text);
  const LocatedYaml* yaml = reading.yaml();
  if (yaml == nullptr) {
    return with_lines(reading.problems(file_name), text.reveal(), file_name);
  }
  WayBack way(*yaml, fields);
  EditOutcome outcome = apply_edits(*yaml, way.edits);
  if (auto* problems = std::get_if<std::vector<Problem>>(&outcome)) {
    return with_lines(std::move(*problems), text.reveal(), file_name);
  }
  return RestoredValues{.text = std::move(std::get<EditedText>(outcome).text),
                        .changes = std::move(way.changes),
                        .kept = std::move(way.kept)};
}

std::map<std::string, std::string> values_now(const Secret& text,
                                              const std::map<std::string, MadeField>& fields)
{
  std::map<std::string, std::string> now;
  const YamlReading reading = reading_of(text);
  for (const auto& [name, field] : fields) {
    if (reading.yaml() != nullptr) {
      now[name] = written(*reading.yaml(), find_field(*reading.yaml(), name));
    }
  }
  return now;
}

} // namespace iplease
