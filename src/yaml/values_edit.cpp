// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/scalar_meaning.hpp>
#include <iplease/yaml/secrets.hpp>
#include <iplease/yaml/text_edit.hpp>
#include <iplease/yaml/values_edit.hpp>

#include "values_layout.hpp"
#include <algorithm>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;
/// Decides which edits a values text needs for a wish; makes none.
class Decision {
public:
  Decision(const LocatedYaml& yaml, const ValuesWish& wish)
      : m_yaml(yaml),
        m_wish(wish),
        m_layout(yaml)
  {
  }

  void decide()
  {
    const LocatedNode& root = m_yaml.root();
    if (root.kind == Kind::null || (root.kind == Kind::mapping && root.children.empty())) {
      refuse("IPL-VAL-002",
             "the file holds no values; Helm would silently keep the old ones",
             root.start,
             "name the file that provider was installed with, or capture the release's values: "
             "helm -n akash-services get values akash-provider -o yaml");
      return;
    }
    if (root.kind != Kind::mapping) {
      refuse(
          "IPL-VAL-006", "the file is not a mapping of values", root.start, "name the right file");
      return;
    }
    // New entries at one place keep the order of their edits.
    if (m_wish.ipoperator && !m_layout.sorted()) {
      decide_switch();
    }
    if (!m_wish.attributes.empty()) {
      decide_attributes();
    }
    if (m_wish.ipoperator && m_layout.sorted()) {
      decide_switch();
    }
  }

  std::vector<TextEdit> edits{};
  std::vector<std::string> changes{};
  std::vector<Problem> problems{};

private:
  void
  refuse(const std::string& id, const std::string& what, std::size_t offset, const std::string& fix)
  {
    problems.push_back(yaml_problem(id, what, m_yaml.place(offset), fix));
  }

  /// Replaces a scalar by `scalar`. Refuses lists, mappings, anchors, aliases and tags.
  bool correct(std::size_t index, const std::string& name, const std::string& scalar)
  {
    const LocatedNode& node = m_yaml.nodes[index];
    if (node.kind == Kind::sequence || node.kind == Kind::mapping) {
      refuse("IPL-VAL-006",
             "`" + name + "` should be true or false, not a list or mapping",
             node.start,
             "write it as one word");
      return false;
    }
    if (node.anchor != 0 || !node.tag.empty() || node.kind == Kind::alias) {
      refuse("IPL-VAL-007",
             "`" + name + "` is written with an anchor, an alias or a tag",
             node.props,
             "write the value out: " + scalar);
      return false;
    }
    TextEdit edit;
    edit.node = index;
    edit.value = yaml_scalar(scalar);
    edits.push_back(std::move(edit));
    return true;
  }

  void decide_switch()
  {
    const std::size_t seen = m_yaml.find_effective(0, "ipoperator");
    if (seen != LocatedNode::k_none && renders_true(m_yaml.nodes[m_yaml.target(seen)])) {
      return;
    }
    const std::size_t own = m_yaml.find(0, "ipoperator");
    if (own != LocatedNode::k_none) {
      if (correct(own, "ipoperator", "true")) {
        const std::string old(m_yaml.source(m_yaml.nodes[own]));
        changes.push_back("ipoperator: " + (old.empty() ? "(empty)" : old) + " → true");
      }
      return;
    }
    TextEdit edit;
    edit.what = TextEdit::What::add_entry;
    edit.position = m_layout.place_for_switch();
    edit.key = m_layout.key("ipoperator");
    edit.value = yaml_scalar("true");
    edits.push_back(std::move(edit));
    changes.emplace_back("ipoperator: + true");
  }

  void decide_attributes()
  {
    for (const std::string& name : m_wish.attributes) {
      if (name.empty() || name.find_first_of("\"\\\n\r\t") != std::string::npos) {
        refuse("IPL-VAL-006",
               "`" + name + "` cannot be the name of an attribute",
               0,
               "name attributes in plain words");
        return;
      }
    }
    const std::size_t own = m_yaml.find(0, "attributes");
    const std::size_t seen = m_yaml.find_effective(0, "attributes");
    if (seen == LocatedNode::k_none) {
      add_list();
      return;
    }
    const std::size_t list = m_yaml.target(seen);
    const LocatedNode& node = m_yaml.nodes[list];
    if (node.kind != Kind::null && node.kind != Kind::sequence) {
      refuse("IPL-VAL-006",
             "`attributes` should be a list of {key, value}",
             node.start,
             "write each attribute as `- key: NAME` with `value: VALUE` below it");
      return;
    }
    const std::size_t before = edits.size() + problems.size();
    std::vector<std::string> missing;
    for (const std::string& name : m_wish.attributes) {
      if (std::find(missing.begin(), missing.end(), name) == missing.end() &&
          !decide_item(node, name)) {
        missing.push_back(name);
      }
    }
    const bool elsewhere = own == LocatedNode::k_none || list != own;
    if (elsewhere && edits.size() + problems.size() + missing.size() > before) {
      edits.clear();
      refuse("IPL-VAL-007",
             "`attributes` comes from an anchor or a merge, so changing it may change other places",
             m_yaml.nodes[seen].start,
             "write the list out below `attributes:`");
      return;
    }
    if (!missing.empty()) {
      add_missing(list, missing);
    }
  }

  /// False if no item of the list has this key.
  bool decide_item(const LocatedNode& list, const std::string& name)
  {
    std::size_t found = LocatedNode::k_none;
    for (const std::size_t child : list.children) {
      const std::size_t item = m_yaml.target(child);
      const std::size_t at = m_yaml.find_effective(item, "key");
      const LocatedNode* label =
          at == LocatedNode::k_none ? nullptr : &m_yaml.nodes[m_yaml.target(at)];
      if (label == nullptr || label->kind != Kind::scalar || label->text != name) {
        continue;
      }
      if (found != LocatedNode::k_none) {
        refuse("IPL-VAL-003",
               "the attribute `" + name + "` stands in the list for the second time",
               m_yaml.nodes[child].start,
               "keep one of the two; the chain refuses a repeated attribute");
        return true;
      }
      found = child;
    }
    if (found != LocatedNode::k_none) {
      correct_item(found, name);
    }
    return found != LocatedNode::k_none;
  }

  void correct_item(std::size_t child, const std::string& name)
  {
    const std::size_t item = m_yaml.target(child);
    const std::size_t seen = m_yaml.find_effective(item, "value");
    if (seen != LocatedNode::k_none && renders_true(m_yaml.nodes[m_yaml.target(seen)])) {
      return;
    }
    const std::size_t own = m_yaml.find(item, "value");
    if (item != child || (own == LocatedNode::k_none && seen != LocatedNode::k_none)) {
      refuse("IPL-VAL-007",
             "the attribute `" + name + "` is written with an alias or a merge",
             m_yaml.nodes[child].start,
             "write the item out: key and value");
      return;
    }
    if (own != LocatedNode::k_none) {
      if (correct(own, "attributes: " + name, "\"true\"")) {
        const std::string old(m_yaml.source(m_yaml.nodes[own]));
        changes.push_back("attributes: " + name + " " + (old.empty() ? "(empty)" : old) +
                          " → \"true\"");
      }
      return;
    }
    TextEdit edit;
    edit.what = TextEdit::What::add_entry;
    edit.node = item;
    edit.position = m_yaml.nodes[item].children.size() / 2;
    edit.key = written_as_json(m_yaml, item) ? "\"value\"" : "value";
    edit.value = yaml_scalar("\"true\"");
    edits.push_back(std::move(edit));
    changes.push_back("attributes: " + name + " + value \"true\"");
  }

  void tell(const std::vector<std::string>& names)
  {
    for (const std::string& name : names) {
      changes.push_back("attributes: + " + name);
    }
  }

  void add_missing(std::size_t list, const std::vector<std::string>& names)
  {
    const LocatedNode& node = m_yaml.nodes[list];
    const bool json = m_layout.json() ||
                      (!node.children.empty() && written_as_json(m_yaml, node.children.back()));
    TextEdit edit;
    edit.node = list;
    edit.what = node.children.empty() ? TextEdit::What::replace : TextEdit::What::add_items;
    edit.value = attribute_items(names, json);
    edits.push_back(std::move(edit));
    tell(names);
  }

  void add_list()
  {
    std::vector<std::string> names;
    for (const std::string& name : m_wish.attributes) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
      }
    }
    TextEdit edit;
    edit.what = TextEdit::What::add_entry;
    edit.position = m_layout.place_for("attributes");
    edit.key = m_layout.key("attributes");
    edit.value = attribute_items(names, m_layout.json());
    edits.push_back(std::move(edit));
    tell(names);
  }

  const LocatedYaml& m_yaml;
  const ValuesWish& m_wish;
  ValuesLayout m_layout;
};

/// Edits at one place must be in text order: what belongs to an item before what follows it, and
/// the list before what follows the list.
void order_edits(std::vector<TextEdit>& edits)
{
  std::stable_sort(edits.begin(), edits.end(), [](const TextEdit& a, const TextEdit& b) {
    const bool a_top = a.what == TextEdit::What::add_entry && a.node == 0;
    const bool b_top = b.what == TextEdit::What::add_entry && b.node == 0;
    return !a_top && b_top;
  });
}

} // namespace

std::vector<Problem>
with_lines(std::vector<Problem> problems, const std::string& text, const std::string& file)
{
  for (Problem& problem : problems) {
    problem.place.file = file;
    std::size_t start = 0;
    for (int line = 1; line < problem.place.line && start != std::string::npos; ++line) {
      start = text.find('\n', start);
      start += start == std::string::npos ? 0U : 1U;
    }
    if (problem.place.line > 0 && start < text.size()) {
      problem.saw = blind_line(
          std::string_view(text).substr(start, text.find_first_of("\r\n", start) - start));
    }
  }
  return problems;
}

std::variant<ValuesEdit, std::vector<Problem>>
edit_values(const Secret& text, const std::string& file_name, const ValuesWish& wish)
{
  const YamlReading reading = reading_of(text);
  const LocatedYaml* yaml = reading.yaml();
  if (yaml == nullptr) {
    return with_lines(reading.problems(file_name), text.reveal(), file_name);
  }
  Decision decision(*yaml, wish);
  decision.decide();
  if (!decision.problems.empty()) {
    return with_lines(std::move(decision.problems), text.reveal(), file_name);
  }
  order_edits(decision.edits);
  EditOutcome outcome = apply_edits(*yaml, decision.edits);
  if (auto* problems = std::get_if<std::vector<Problem>>(&outcome)) {
    return with_lines(std::move(*problems), text.reveal(), file_name);
  }
  auto& edited = std::get<EditedText>(outcome);
  return ValuesEdit{
      .text = std::move(edited.text), .changed = edited.changed, .changes = decision.changes};
}

} // namespace iplease
