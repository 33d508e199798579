// SPDX-License-Identifier: Apache-2.0
#include "remove.hpp"

#include <algorithm>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;

/// A member of a collection: an item, or a key with its value.
struct Member {
  std::size_t first = 0; ///< child index of its first node
  std::size_t last = 0;
};

Member member_of(const LocatedYaml& yaml, std::size_t node)
{
  const LocatedNode& outer = yaml.nodes[yaml.nodes[node].parent];
  const auto at = std::ranges::find(outer.children, node);
  const auto index = static_cast<std::size_t>(at - outer.children.begin());
  return {.first = outer.kind == Kind::mapping ? index - 1 : index, .last = index};
}

} // namespace

std::vector<Splice> remove_splices(const LocatedYaml& yaml, std::size_t node)
{
  const LocatedNode& outer = yaml.nodes[yaml.nodes[node].parent];
  const Member member = member_of(yaml, node);
  const LocatedNode& head = yaml.nodes[outer.children[member.first]];
  const LocatedNode& tail = yaml.nodes[outer.children[member.last]];
  if (outer.style != LocatedNode::Style::flow) {
    const std::size_t from = yaml.line_start(head.props);
    return {{from, yaml.next_line(tail.end) - from, ""}};
  }
  if (member.first > 0) { // with the comma before it
    const std::size_t from = yaml.nodes[outer.children[member.first - 1]].end;
    return {{from, tail.end - from, ""}};
  }
  const bool alone = member.last + 1 == outer.children.size();
  const std::size_t end = alone ? tail.end : yaml.nodes[outer.children[member.last + 1]].props;
  return {{head.props, end - head.props, ""}};
}

} // namespace iplease
