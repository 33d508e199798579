// SPDX-License-Identifier: Apache-2.0
#include "values_layout.hpp"

#include <iplease/yaml/emit.hpp>

#include <algorithm>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;
using Style = LocatedNode::Style;

} // namespace

bool written_as_json(const LocatedYaml& yaml, std::size_t index)
{
  const LocatedNode& node = yaml.nodes[index];
  return node.style == Style::flow && node.kind == Kind::mapping && !node.children.empty() &&
         yaml.nodes[node.children.front()].style == Style::double_quoted;
}

NewYaml attribute_items(const std::vector<std::string>& names, bool json)
{
  std::vector<NewYaml> items;
  items.reserve(names.size());
  for (const std::string& name : names) {
    items.push_back(yaml_map(
        {{json ? "\"key\"" : "key", yaml_scalar(json ? "\"" + name + "\"" : emit_scalar(name))},
         {json ? "\"value\"" : "value", yaml_scalar("\"true\"")}}));
  }
  return yaml_list(std::move(items));
}

ValuesLayout::ValuesLayout(const LocatedYaml& yaml)
    : m_yaml(yaml),
      m_json(written_as_json(yaml, 0)),
      m_sorted(entries() > 2)
{
  for (std::size_t i = 1; i < entries(); ++i) {
    m_sorted = m_sorted && key_at(i - 1).text <= key_at(i).text;
  }
}

std::string ValuesLayout::key(const std::string& name) const
{
  return m_json ? "\"" + name + "\"" : name;
}

std::size_t ValuesLayout::place_for_switch() const
{
  if (m_sorted) {
    return sorted_place("ipoperator");
  }
  std::size_t place = 0;
  for (std::size_t i = 0; i < entries() && key_at(i).text != "attributes"; ++i) {
    place = one_line(value_at(i)) ? i + 1 : place;
  }
  return place != 0 ? place : last_place();
}

std::size_t ValuesLayout::place_for(std::string_view name) const
{
  return m_sorted ? sorted_place(name) : last_place();
}

std::size_t ValuesLayout::entries() const
{
  return m_yaml.root().children.size() / 2;
}

const LocatedNode& ValuesLayout::key_at(std::size_t i) const
{
  return m_yaml.nodes[m_yaml.root().children[i * 2]];
}

const LocatedNode& ValuesLayout::value_at(std::size_t i) const
{
  return m_yaml.nodes[m_yaml.root().children[i * 2 + 1]];
}

std::size_t ValuesLayout::sorted_place(std::string_view name) const
{
  std::size_t place = 0;
  while (place < entries() && key_at(place).text < name) {
    ++place;
  }
  return place;
}

/// The end, unless the file ends inside a block scalar: the line feed before a new line would
/// become part of its text.
std::size_t ValuesLayout::last_place() const
{
  const bool open =
      m_yaml.text.back() != '\n' && value_at(entries() - 1).style == Style::block_scalar;
  return entries() - (open ? 1U : 0U);
}

bool ValuesLayout::one_line(const LocatedNode& node) const
{
  return node.kind == Kind::scalar && m_yaml.source(node).find('\n') == std::string_view::npos;
}

} // namespace iplease
