// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/secret.hpp>
#include <iplease/yaml/scalar_meaning.hpp>
#include <iplease/yaml/secrets.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;

/// A value as Helm holds it: JSON without an order of keys.
struct Held {
  enum class Kind { scalar, list, map } kind = Kind::scalar;
  Meaning scalar{};
  std::vector<Held> items{};
  std::map<std::string, Held> entries{};

  [[nodiscard]] bool null() const
  {
    return kind == Kind::scalar && scalar.kind == Meaning::Kind::null;
  }
};

/// Builds the value with aliases and merges resolved. Nested aliases can expand without end, so the
/// number of nodes is limited; `cut` is set at the limit.
class Holder {
public:
  explicit Holder(const LocatedYaml& yaml)
      : m_yaml(yaml)
  {
  }

  Held hold(std::size_t index, int depth)
  {
    index = m_yaml.target(index);
    const LocatedNode& node = m_yaml.nodes[index];
    Held held;
    if (--m_budget < 0 || depth > 600) {
      cut = true;
      return held;
    }
    if (node.kind == Kind::sequence) {
      held.kind = Held::Kind::list;
      for (const std::size_t child : node.children) {
        held.items.push_back(hold(child, depth + 1));
      }
    } else if (node.kind == Kind::mapping) {
      held.kind = Held::Kind::map;
      hold_entries(node, held, depth);
    } else {
      held.scalar = meaning_of(node);
    }
    return held;
  }

  bool cut = false;

private:
  void hold_entries(const LocatedNode& node, Held& held, int depth)
  {
    std::vector<std::size_t> merges;
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
      const LocatedNode& key = m_yaml.nodes[m_yaml.target(node.children[i])];
      if (key.kind == Kind::scalar && key.text == "<<" && !key.quoted()) {
        merges.push_back(node.children[i + 1]);
      } else {
        held.entries.emplace(key.text, hold(node.children[i + 1], depth + 1));
      }
    }
    for (const std::size_t merge : merges) {
      const Held merged = hold(merge, depth + 1);
      for (const Held& each :
           merged.kind == Held::Kind::list ? merged.items : std::vector<Held>{merged}) {
        held.entries.insert(each.entries.begin(), each.entries.end());
      }
    }
  }

  const LocatedYaml& m_yaml;
  int m_budget = 200000;
};

/// Attributes by their key if every item has its own: then their order does not matter.
bool by_key(const Held& list, std::map<std::string, Held>& named)
{
  if (!list.null() && list.kind != Held::Kind::list) {
    return false;
  }
  for (const Held& item : list.items) {
    const auto key = item.entries.find("key");
    if (key == item.entries.end() || key->second.scalar.kind != Meaning::Kind::text ||
        !named.emplace(key->second.scalar.text, item).second) {
      return false;
    }
  }
  return true;
}

class Comparison {
public:
  Comparison(std::string a_name, std::string b_name, const ValuesWish& ignoring)
      : m_a_name(std::move(a_name)),
        m_b_name(std::move(b_name)),
        m_ignoring(ignoring)
  {
  }

  void maps(const std::map<std::string, Held>& a,
            const std::map<std::string, Held>& b,
            bool attributes = false)
  {
    std::set<std::string> keys;
    for (const auto* side : {&a, &b}) {
      for (const auto& [key, value] : *side) {
        keys.insert(key);
      }
    }
    for (const std::string& key : keys) {
      if (ignored(key, attributes)) {
        continue;
      }
      m_path.push_back(key);
      const auto left = a.find(key);
      const auto right = b.find(key);
      entry(left == a.end() ? nullptr : &left->second, right == b.end() ? nullptr : &right->second);
      m_path.pop_back();
    }
  }

  std::vector<ValueDifference> found{};

private:
  using Which = ValueDifference::Which;

  [[nodiscard]] bool ignored(const std::string& key, bool attributes) const
  {
    const auto& names = m_ignoring.attributes;
    return attributes ? std::find(names.begin(), names.end(), key) != names.end()
                      : m_path.empty() && key == "ipoperator" && m_ignoring.ipoperator;
  }

  [[nodiscard]] bool attributes_here() const
  {
    return m_path.size() == 1 && m_path[0] == "attributes";
  }

  void entry(const Held* a, const Held* b)
  {
    const Held nothing;
    std::map<std::string, Held> left;
    std::map<std::string, Held> right;
    if (attributes_here() && by_key(a != nullptr ? *a : nothing, left) &&
        by_key(b != nullptr ? *b : nothing, right)) {
      maps(left, right, true);
    } else if (a == nullptr || b == nullptr) {
      tell("only in the " + (a == nullptr ? m_b_name : m_a_name),
           a == nullptr ? Which::only_b : Which::only_a);
    } else {
      values(*a, *b);
    }
  }

  void values(const Held& a, const Held& b)
  {
    if (a.kind != b.kind) {
      tell("is of another kind");
    } else if (a.kind == Held::Kind::map) {
      maps(a.entries, b.entries);
    } else if (a.kind == Held::Kind::list) {
      if (a.items.size() != b.items.size()) {
        tell(std::to_string(a.items.size()) + " items in the " + m_a_name + ", " +
             std::to_string(b.items.size()) + " in the " + m_b_name);
        return;
      }
      ++m_in_lists;
      for (std::size_t i = 0; i < a.items.size(); ++i) {
        m_path.push_back(std::to_string(i + 1));
        values(a.items[i], b.items[i]);
        m_path.pop_back();
      }
      --m_in_lists;
    } else if (!(a.scalar == b.scalar)) {
      scalars(a.scalar, b.scalar);
    }
  }

  void scalars(const Meaning& a, const Meaning& b)
  {
    bool secret = looks_like_secret(a.text) || looks_like_secret(b.text);
    std::vector<std::string> path;
    for (const std::string& key : m_path) {
      path.push_back(key);
      secret = secret || secret_path(path);
    }
    if (secret) {
      tell(std::string(k_masked) + " (differs)");
      return;
    }
    tell(shown(a) + " in the " + m_a_name + ", " + shown(b) + " in the " + m_b_name);
  }

  static std::string shown(const Meaning& meaning)
  {
    constexpr std::size_t k_longest = 80;
    const std::string text = meaning_text(meaning);
    if (text.size() > k_longest || text.find('\n') != std::string::npos) {
      return "a text of " + std::to_string(meaning.text.size()) + " characters";
    }
    return mask_line(text);
  }

  void tell(const std::string& what, Which which = Which::differs)
  {
    std::string path;
    for (const std::string& key : m_path) {
      path += (path.empty() ? "" : ".") + key;
    }
    // An item is one unit: if one side has more of it, it is another item.
    const bool in_item = m_in_lists > 0 || (m_path.size() > 2 && m_path[0] == "attributes");
    found.push_back(
        {.which = in_item ? Which::differs : which, .path = m_path, .line = path + ": " + what});
  }

  std::string m_a_name;
  std::string m_b_name;
  const ValuesWish& m_ignoring;
  std::vector<std::string> m_path{};
  int m_in_lists = 0;
};

std::vector<ValueDifference> not_comparable(std::string line)
{
  return {{.which = ValueDifference::Which::differs, .line = std::move(line)}};
}

} // namespace

std::vector<ValueDifference> compare_values(const Secret& a,
                                            const Secret& b,
                                            const std::string& a_name,
                                            const std::string& b_name,
                                            const ValuesWish& ignoring)
{
  const YamlReading left = reading_of(a);
  const YamlReading right = reading_of(b);
  for (const auto* side : {&left, &right}) {
    if (side->yaml() == nullptr) {
      const std::string& name = side == &left ? a_name : b_name;
      return not_comparable("the " + name +
                            " cannot be read: " + side->problems(name).front().what);
    }
  }
  Holder a_holder(*left.yaml());
  Holder b_holder(*right.yaml());
  const Held a_held = a_holder.hold(0, 0);
  const Held b_held = b_holder.hold(0, 0);
  if (a_holder.cut || b_holder.cut) {
    return not_comparable("the aliases unfold to more values than can be compared");
  }
  Comparison comparison(a_name, b_name, ignoring);
  if (!a_held.scalar.text.empty() || a_held.kind == Held::Kind::list ||
      b_held.kind == Held::Kind::list) {
    return not_comparable("one of the two is not a mapping of values");
  }
  comparison.maps(a_held.entries, b_held.entries);
  return comparison.found;
}

std::vector<std::string> values_difference(const Secret& a,
                                           const Secret& b,
                                           const std::string& a_name,
                                           const std::string& b_name,
                                           const ValuesWish& ignoring)
{
  std::vector<std::string> lines;
  for (ValueDifference& one : compare_values(a, b, a_name, b_name, ignoring)) {
    lines.push_back(std::move(one.line));
  }
  return lines;
}

} // namespace iplease
