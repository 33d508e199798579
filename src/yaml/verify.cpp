// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/text_edit.hpp>

#include <algorithm>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;

/// What a reader gets from a node, enough to compare two trees. Style does not count, but quotes
/// do: `true` and `"true"` are different values.
struct Tree {
  Kind kind = Kind::null;
  bool quoted = false;
  std::string text{};
  std::string tag{};
  std::size_t anchor = 0;
  std::size_t refers = 0;
  std::vector<Tree> children{};
  bool operator==(const Tree&) const = default;
};

Tree wanted(const NewYaml& value)
{
  const auto located = locate_yaml(value.scalar, "");
  Tree tree;
  if (!value.entries.empty()) {
    tree.kind = Kind::mapping;
    for (const auto& [key, inner] : value.entries) {
      tree.children.push_back(wanted(yaml_scalar(key)));
      tree.children.push_back(wanted(inner));
    }
  } else if (!value.items.empty()) {
    tree.kind = Kind::sequence;
    for (const NewYaml& item : value.items) {
      tree.children.push_back(wanted(item));
    }
  } else if (const auto* scalar = std::get_if<LocatedYaml>(&located)) {
    const LocatedNode& root = scalar->root();
    tree.kind = root.kind;
    tree.quoted = root.kind == Kind::scalar && root.quoted();
    tree.text = root.text;
  }
  return tree;
}

/// The old tree with the edits applied, built from the old nodes only.
class Expectation {
public:
  Expectation(const LocatedYaml& yaml, std::vector<TextEdit> edits)
      : m_yaml(yaml),
        m_edits(std::move(edits))
  {
  }
  [[nodiscard]] Tree build(std::size_t index) const
  {
    for (const TextEdit& edit : m_edits) {
      if (edit.what == TextEdit::What::replace && edit.node == index) {
        return wanted(edit.value);
      }
    }
    const LocatedNode& node = m_yaml.nodes[index];
    Tree tree;
    tree.kind = node.kind;
    tree.quoted = node.kind == Kind::scalar && node.quoted();
    tree.text = node.text;
    tree.tag = node.tag;
    tree.anchor = node.anchor;
    tree.refers = node.refers;
    for (std::size_t i = 0; i <= node.children.size(); ++i) {
      add_new(index, i, tree);
      if (i < node.children.size() && !removed(node, i)) {
        tree.children.push_back(build(node.children[i]));
      }
    }
    return tree;
  }

private:
  /// Whether an item, or the key or value of an entry, is removed.
  [[nodiscard]] bool removed(const LocatedNode& node, std::size_t child) const
  {
    const std::size_t value = node.kind == Kind::mapping ? child | 1U : child;
    return std::ranges::any_of(m_edits, [&](const TextEdit& edit) {
      return edit.what == TextEdit::What::remove && edit.node == node.children[value];
    });
  }

  void add_new(std::size_t index, std::size_t child, Tree& tree) const
  {
    const LocatedNode& node = m_yaml.nodes[index];
    for (const TextEdit& edit : m_edits) {
      if (edit.node != index) {
        continue;
      }
      if (edit.what == TextEdit::What::add_entry && edit.position * 2 == child) {
        tree.children.push_back(wanted(yaml_scalar(edit.key)));
        tree.children.push_back(wanted(edit.value));
      } else if (edit.what == TextEdit::What::add_items && child == node.children.size()) {
        for (const NewYaml& item : edit.value.items) {
          tree.children.push_back(wanted(item));
        }
      }
    }
  }

  const LocatedYaml& m_yaml;
  std::vector<TextEdit> m_edits;
};

/// Finds an anchor on or around the edited node that an alias refers to: the alias would change
/// too.
std::vector<Problem> shared_places(const LocatedYaml& yaml, const TextEdit& edit)
{
  for (std::size_t node = edit.node; node != LocatedNode::k_none; node = yaml.nodes[node].parent) {
    if (yaml.nodes[node].anchor == 0) {
      continue;
    }
    for (const LocatedNode& other : yaml.nodes) {
      if (other.kind == Kind::alias && other.refers == yaml.nodes[node].anchor) {
        return {yaml_problem("IPL-VAL-007",
                             "the value to change carries an anchor that is used again on line " +
                                 std::to_string(yaml.place(other.start).line) +
                                 "; both places would change",
                             yaml.place(yaml.nodes[node].props),
                             "write the value out in both places instead of using the anchor")};
      }
    }
  }
  return {};
}

} // namespace

bool reads_as(const LocatedYaml& yaml, std::size_t node, const NewYaml& value)
{
  return Expectation(yaml, {}).build(node) == wanted(value);
}

std::vector<Problem> verify_edits(const LocatedYaml& before,
                                  const std::vector<TextEdit>& edits,
                                  const std::string& after)
{
  for (const TextEdit& edit : edits) {
    std::vector<Problem> shared = shared_places(before, edit);
    if (!shared.empty()) {
      return shared;
    }
  }
  const auto read = locate_yaml(after, before.file);
  const auto* now = std::get_if<LocatedYaml>(&read);
  if (now != nullptr && Expectation(before, edits).build(0) == Expectation(*now, {}).build(0)) {
    return {};
  }
  const std::size_t where = edits.empty() ? 0 : before.nodes[edits.front().node].start;
  return {yaml_problem("IPL-VAL-008",
                       "the edit near here would change more than intended, so it was not made",
                       before.place(where),
                       "make the change by hand, or write this part in plain block style")};
}

} // namespace iplease
