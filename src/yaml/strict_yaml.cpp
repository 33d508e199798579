// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/scalar_meaning.hpp>
#include <iplease/yaml/strict_yaml.hpp>

#include "places.hpp"
#include "read_nodes.hpp"
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace iplease {

namespace {

constexpr std::size_t k_most_bytes = std::size_t{1} << 20U;
constexpr std::size_t k_most_levels = 32;

/// Shortens "tag:yaml.org,2002:str" to "!!str".
std::string short_tag(const std::string& tag)
{
  constexpr std::string_view standard = "tag:yaml.org,2002:";
  return tag.starts_with(standard) ? "!!" + tag.substr(standard.size()) : tag;
}

/// Builds the tree of a settings file from the located nodes. Refuses what such a file may not
/// have.
class Builder {
public:
  Builder(const LocatedYaml& yaml, const Places& places, StrictYaml& out)
      : m_yaml(yaml),
        m_places(places),
        m_out(out)
  {
  }

  void complain(YamlMessage::Kind kind, std::size_t at, std::string what, std::string fix)
  {
    m_out.messages.push_back(
        {kind, m_places.line(at), m_places.column(at), std::move(what), std::move(fix)});
  }

  /// Checks the nodes before a fault too, so that all mistakes are reported at once.
  void refuse_features()
  {
    using Told = YamlMessage::Kind;
    for (const LocatedNode& node : m_yaml.nodes) {
      if (node.kind == LocatedNode::Kind::alias) {
        complain(Told::feature,
                 node.start,
                 "an alias (`*name`) is not read here",
                 "write the value out at both places");
      }
      if (!node.tag.empty()) {
        complain(Told::feature,
                 node.props,
                 "a tag (`" + short_tag(node.tag) + "`) is not read here",
                 "remove it; put text that looks like something else in quotes");
      }
      if (node.anchor != 0) {
        complain(Told::feature,
                 node.props,
                 "an anchor (`&name`) is not read here",
                 "remove it, and write the value out where it was used");
      }
      if (node.kind == LocatedNode::Kind::mapping) {
        refuse_keys(node);
      }
    }
  }

  [[nodiscard]] StrictNode build(std::size_t index) const
  {
    const LocatedNode& node = m_yaml.nodes[index];
    StrictNode out = make(node.props);
    switch (node.kind) {
    case LocatedNode::Kind::scalar:
      out.kind = StrictNode::Kind::scalar;
      out.text = node.text;
      out.quoted = node.quoted();
      break;
    case LocatedNode::Kind::sequence:
      out.kind = StrictNode::Kind::list;
      for (const std::size_t item : node.children) {
        out.items.push_back(build(item));
      }
      break;
    case LocatedNode::Kind::mapping:
      out.kind = StrictNode::Kind::map;
      add_members(node, out);
      break;
    case LocatedNode::Kind::alias:
    case LocatedNode::Kind::null:
      break;
    }
    return out;
  }

private:
  [[nodiscard]] StrictNode make(std::size_t at) const
  {
    StrictNode node;
    node.line = m_places.line(at);
    node.column = m_places.column(at);
    return node;
  }

  [[nodiscard]] static bool merges(const LocatedNode& key)
  {
    return key.text == "<<" && key.style == LocatedNode::Style::plain;
  }

  void refuse_keys(const LocatedNode& mapping)
  {
    using Told = YamlMessage::Kind;
    std::map<std::string_view, std::size_t> seen; // key -> offset
    for (std::size_t i = 0; i < mapping.children.size(); i += 2) {
      const LocatedNode& key = m_yaml.nodes[mapping.children[i]];
      if (key.kind != LocatedNode::Kind::scalar) {
        complain(
            Told::syntax, key.props, "a key has to be one word of text", "write `name: value`");
      } else if (merges(key)) {
        complain(
            Told::feature, key.props, "a merge key (`<<`) is not read here", "write the keys out");
      } else if (const auto [first, fresh] = seen.try_emplace(key.text, key.props); !fresh) {
        complain(Told::duplicate,
                 key.props,
                 "`" + key.text + "` is given twice; the first is at line " +
                     std::to_string(m_places.line(first->second)),
                 "keep one of the two");
      }
    }
  }

  void add_members(const LocatedNode& mapping, StrictNode& out) const
  {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i + 1 < mapping.children.size(); i += 2) {
      const LocatedNode& key = m_yaml.nodes[mapping.children[i]];
      if (key.kind == LocatedNode::Kind::scalar && !merges(key) && seen.insert(key.text).second) {
        const StrictNode place = make(key.props);
        out.members.push_back({key.text, place.line, place.column, build(mapping.children[i + 1])});
      }
    }
  }

  const LocatedYaml& m_yaml;
  const Places& m_places;
  StrictYaml& m_out;
};

YamlMessage::Kind kind_of(YamlFault::Kind kind)
{
  switch (kind) {
  case YamlFault::Kind::bytes:
    return YamlMessage::Kind::encoding;
  case YamlFault::Kind::documents:
    return YamlMessage::Kind::documents;
  case YamlFault::Kind::levels:
  case YamlFault::Kind::syntax:
  case YamlFault::Kind::tab:
    break;
  }
  return YamlMessage::Kind::syntax;
}

bool only(std::string_view text, std::string_view letters)
{
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

/// `[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+`
bool is_integer(std::string_view text)
{
  if (text.starts_with("0o")) {
    return only(text.substr(2), "01234567");
  }
  if (text.starts_with("0x")) {
    return only(text.substr(2), "0123456789abcdefABCDEF");
  }
  text.remove_prefix(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  return only(text, "0123456789");
}

} // namespace

const StrictNode* StrictNode::find(std::string_view key) const
{
  const auto found = std::find_if(
      members.begin(), members.end(), [&](const StrictMember& m) { return m.key == key; });
  return found == members.end() ? nullptr : &found->value;
}

PlainType plain_type(const StrictNode& scalar)
{
  if (scalar.kind == StrictNode::Kind::null) {
    return PlainType::null;
  }
  const std::string& text = scalar.text;
  if (scalar.quoted) {
    return PlainType::text;
  }
  const auto is = [&](std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(), [&](const char* word) { return text == word; });
  };
  if (is({"", "~", "null", "Null", "NULL"})) {
    return PlainType::null;
  }
  if (is({"true", "True", "TRUE", "false", "False", "FALSE"})) {
    return PlainType::boolean;
  }
  if (text.size() > 64 || text.find_first_of("0123456789.") == std::string::npos) {
    return PlainType::text;
  }
  if (is_integer(text)) {
    return PlainType::integer;
  }
  const bool real = looks_like_float(text) || is({".inf",
                                                  ".Inf",
                                                  ".INF",
                                                  "+.inf",
                                                  "+.Inf",
                                                  "+.INF",
                                                  "-.inf",
                                                  "-.Inf",
                                                  "-.INF",
                                                  ".nan",
                                                  ".NaN",
                                                  ".NAN"});
  return real ? PlainType::real : PlainType::text;
}

StrictYaml parse_strict_yaml(std::string_view text)
{
  StrictYaml out;
  LocatedYaml yaml;
  yaml.text = text;
  const Places places(yaml.text);
  Builder builder(yaml, places, out);
  std::optional<YamlFault> fault = bytes_fault(yaml.text, k_most_bytes);
  if (!fault) {
    fault = read_nodes(yaml, k_most_levels);
  }
  builder.refuse_features();
  if (fault) {
    builder.complain(
        kind_of(fault->kind), fault->at, std::move(fault->what), std::move(fault->fix));
  }
  if (!yaml.nodes.empty() && (!fault || fault->kind == YamlFault::Kind::documents)) {
    out.root = builder.build(0);
  }
  std::stable_sort(out.messages.begin(), out.messages.end(), [](const auto& a, const auto& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return out;
}

} // namespace iplease
