// SPDX-License-Identifier: Apache-2.0
#include "witness.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace iplease::fuzz {
namespace {

using Entry = std::pair<YAML::Node, YAML::Node>;

std::vector<Entry> entries(const YAML::Node& map)
{
  std::vector<Entry> all;
  if (map.IsMap()) {
    for (const auto& each : map) {
      all.emplace_back(each.first, each.second);
    }
  }
  return all;
}

bool says(const YAML::Node& node, const std::string& text)
{
  return node.IsScalar() && node.Scalar() == text;
}

/// Whether this is a spelling of true that Helm's parser knows, or the text "true".
bool truthful(const YAML::Node& node)
{
  static const std::vector<std::string> words{
      "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
  return node.IsScalar() && std::find(words.begin(), words.end(), node.Scalar()) != words.end();
}

class Comparison {
public:
  explicit Comparison(const std::vector<std::string>& attributes)
      : m_attributes(attributes)
  {
  }

  /// Equal in everything that a reader sees. Aliases expand, so the work is limited.
  bool same(const YAML::Node& a, const YAML::Node& b)
  {
    if (--m_budget < 0) {
      return true;
    }
    if (a.Type() != b.Type() || a.Tag() != b.Tag()) {
      return false;
    }
    if (a.IsScalar()) {
      return a.Scalar() == b.Scalar();
    }
    if (a.IsSequence()) {
      return same_items(a, b, b.size());
    }
    const auto left = entries(a);
    const auto right = entries(b);
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [&](const Entry& x, const Entry& y) {
             return same(x.first, y.first) && same(x.second, y.second);
           });
  }

  std::string root(const YAML::Node& before, const YAML::Node& after)
  {
    const auto right = entries(after);
    auto next = right.begin();
    for (const Entry& left : entries(before)) {
      while (next != right.end() && !same(left.first, next->first)) {
        if (!added(*next)) {
          return "a top-level entry came that nobody asked for";
        }
        ++next;
      }
      if (next == right.end()) {
        return "a top-level entry is gone";
      }
      if (const std::string wrong = entry(left, *next); !wrong.empty()) {
        return wrong;
      }
      ++next;
    }
    return std::all_of(next, right.end(), [&](const Entry& each) { return added(each); })
               ? ""
               : "an entry came at the end that nobody asked for";
  }

private:
  bool same_items(const YAML::Node& a, const YAML::Node& b, std::size_t wanted)
  {
    if (a.size() != wanted) {
      return false;
    }
    for (std::size_t i = 0; i < wanted; ++i) {
      if (!same(a[i], b[i])) {
        return false;
      }
    }
    return true;
  }

  bool added(const Entry& entry)
  {
    if (says(entry.first, "ipoperator")) {
      return says(entry.second, "true");
    }
    return says(entry.first, "attributes") &&
           list(YAML::Node(YAML::NodeType::Sequence), entry.second).empty();
  }

  std::string entry(const Entry& left, const Entry& right)
  {
    if (says(left.first, "ipoperator")) {
      return same(left.second, right.second) ||
                     (!truthful(left.second) && says(right.second, "true"))
                 ? ""
                 : "ipoperator became something else";
    }
    if (says(left.first, "attributes")) {
      return list(left.second, right.second);
    }
    return same(left.second, right.second) ? "" : "the value of another key changed";
  }

  std::string list(const YAML::Node& before, const YAML::Node& after)
  {
    if (same(before, after) && before.IsSequence()) {
      return "";
    }
    if (!after.IsSequence() || !(before.IsSequence() || before.IsNull())) {
      return "attributes is no list";
    }
    const std::size_t old = before.IsSequence() ? before.size() : 0;
    if (after.size() < old) {
      return "attributes lost an item";
    }
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (i < old ? !item(before[i], after[i]) : !added_item(after[i])) {
        return "an item of attributes is not as it was and not as it was wished";
      }
    }
    return "";
  }

  bool wished(const YAML::Node& name) const
  {
    return name.IsScalar() &&
           std::find(m_attributes.begin(), m_attributes.end(), name.Scalar()) != m_attributes.end();
  }

  bool added_item(const YAML::Node& item) const
  {
    const auto all = entries(item);
    return all.size() == 2 && says(all[0].first, "key") && wished(all[0].second) &&
           says(all[1].first, "value") && says(all[1].second, "true") && all[1].second.Tag() == "!";
  }

  /// Unchanged, or a requested attribute whose own `value` became "true" or was added.
  bool item(const YAML::Node& before, const YAML::Node& after)
  {
    if (same(before, after)) {
      return true;
    }
    const auto left = entries(before);
    const auto right = entries(after);
    bool mine = false;
    bool had = false;
    for (const Entry& each : left) {
      mine = mine || (says(each.first, "key") && wished(each.second));
      had = had || says(each.first, "value");
    }
    mine = mine || std::any_of(left.begin(), left.end(), [](const Entry& each) {
             return says(each.first, "<<"); // a merge may supply the name
           });
    if (!mine || right.size() != left.size() + (had ? 0 : 1)) {
      return false;
    }
    for (std::size_t i = 0; i < right.size(); ++i) {
      const bool value = says(right[i].first, "value");
      const bool fresh = value && says(right[i].second, "true") && right[i].second.Tag() == "!";
      const bool old = i < left.size() && same(left[i].first, right[i].first);
      if (!(fresh && (old || i == left.size())) &&
          !(old && same(left[i].second, right[i].second))) {
        return false;
      }
    }
    return true;
  }

  const std::vector<std::string>& m_attributes;
  int m_budget = 200000;
};

/// Compares two trees that may differ only at some paths.
class Paths {
public:
  explicit Paths(const std::vector<std::string>& paths)
      : m_paths(paths)
  {
  }

  std::string walk(const YAML::Node& before, const YAML::Node& after, const std::string& path)
  {
    if (is_free(path)) {
      return "";
    }
    const bool grows = before.IsNull() && leads(path);
    if (!after.IsMap() || !(before.IsMap() || grows)) {
      return m_comparison.same(before, after) ? "" : "what stands at \"" + path + "\" changed";
    }
    const auto right = entries(after);
    auto next = right.begin();
    for (const Entry& left : entries(before)) {
      while (next != right.end() && !m_comparison.same(left.first, next->first)) {
        if (std::string wrong = added(*next++, path); !wrong.empty()) {
          return wrong;
        }
      }
      if (next == right.end()) {
        return "a key below \"" + path + "\" is gone";
      }
      if (std::string wrong = walk(left.second, next->second, below(path, left)); !wrong.empty()) {
        return wrong;
      }
      ++next;
    }
    for (; next != right.end(); ++next) {
      if (std::string wrong = added(*next, path); !wrong.empty()) {
        return wrong;
      }
    }
    return "";
  }

private:
  static std::string below(const std::string& path, const Entry& entry)
  {
    return (path.empty() ? "" : path + "/") + (entry.first.IsScalar() ? entry.first.Scalar() : "?");
  }

  bool is_free(const std::string& path) const
  {
    return std::find(m_paths.begin(), m_paths.end(), path) != m_paths.end();
  }

  bool leads(const std::string& path) const
  {
    return std::any_of(m_paths.begin(), m_paths.end(), [&](const std::string& one) {
      return path.empty() || one.starts_with(path + "/");
    });
  }

  std::string added(const Entry& entry, const std::string& path)
  {
    const std::string here = below(path, entry);
    if (!is_free(here) && !leads(here)) {
      return "key \"" + here + "\" came that nobody asked for";
    }
    return is_free(here) ? "" : walk(YAML::Node(), entry.second, here);
  }

  const std::vector<std::string>& m_paths;
  const std::vector<std::string> m_no_attributes{};
  Comparison m_comparison{m_no_attributes};
};

/// The text as yaml-cpp reads it. Nothing if it cannot: yaml-cpp does not read everything that Go
/// reads. It also reads a `!` at the end of the text differently from one before a line end.
std::optional<YAML::Node> read_before(const std::string& text)
{
  if (text.ends_with('!')) {
    return std::nullopt;
  }
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
}

} // namespace

std::string witness(const std::string& before,
                    const std::string& after,
                    const std::vector<std::string>& attributes)
{
  const auto old = read_before(before);
  if (!old) {
    return {};
  }
  try {
    const YAML::Node now = YAML::Load(after);
    return now.IsMap() ? Comparison(attributes).root(*old, now) : "the text is no mapping any more";
  } catch (const YAML::Exception& error) {
    return std::string("the edit is not YAML: ") + error.what();
  }
}

std::string witness_paths(const std::string& before,
                          const std::string& after,
                          const std::vector<std::string>& paths)
{
  const auto old = read_before(before);
  if (!old) {
    return {};
  }
  try {
    return Paths(paths).walk(*old, YAML::Load(after), "");
  } catch (const YAML::Exception& error) {
    return std::string("the edit is not YAML: ") + error.what();
  }
}

} // namespace iplease::fuzz
