// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/located.hpp>

#include "places.hpp"
#include "read_nodes.hpp"
#include <algorithm>
#include <optional>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;

/// Helm keeps a release in a Secret of at most 1 MiB, so a longer file is not a values file.
constexpr std::size_t k_most_bytes = 4U << 20U;
/// Deeper than anybody writes; recursive readers stop at 10,000.
constexpr std::size_t k_most_levels = 500;

const char* id_of(YamlFault::Kind kind)
{
  switch (kind) {
  case YamlFault::Kind::bytes:
    return "IPL-VAL-011";
  case YamlFault::Kind::tab:
    return "IPL-VAL-005";
  case YamlFault::Kind::documents:
    return "IPL-VAL-004";
  case YamlFault::Kind::levels:
  case YamlFault::Kind::syntax:
    break;
  }
  return "IPL-VAL-001";
}

std::optional<YamlFault> read(LocatedYaml& yaml)
{
  std::optional<YamlFault> fault = bytes_fault(yaml.text, k_most_bytes);
  return fault ? fault : read_nodes(yaml, k_most_levels);
}

/// Siblings must follow one another inside their parent. Otherwise a place was misread, and an edit
/// there would go wrong.
std::optional<YamlFault> misread_place(const LocatedYaml& yaml)
{
  for (const LocatedNode& node : yaml.nodes) {
    std::size_t from = node.start;
    for (const std::size_t child : node.children) {
      const LocatedNode& inner = yaml.nodes[child];
      if (inner.start < from || inner.end < inner.start || inner.end > node.end) {
        return YamlFault{.at = inner.start,
                         .what = "this part is written in a way that cannot be edited safely",
                         .fix = "write it in plain block style, or make the change by hand"};
      }
      from = inner.end;
    }
  }
  return std::nullopt;
}

} // namespace

Problem yaml_problem(std::string id, std::string what, Place place, std::string fix)
{
  Problem problem;
  problem.id = std::move(id);
  problem.what = std::move(what);
  problem.fix = std::move(fix);
  problem.place = std::move(place);
  problem.exit = ExitCode::blocked;
  return problem;
}

Place LocatedYaml::place(std::size_t offset) const
{
  offset = std::min(offset, text.size());
  const Places places(text);
  return {.file = file, .line = places.line(offset), .column = places.column(offset)};
}

std::size_t LocatedYaml::line_start(std::size_t offset) const
{
  const std::size_t found = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
  if (found != std::string::npos) {
    return found + 1;
  }
  // A byte order mark is not part of the first line's indentation.
  return offset >= k_byte_order_mark.size() && text.starts_with(k_byte_order_mark)
             ? k_byte_order_mark.size()
             : 0;
}

std::size_t LocatedYaml::next_line(std::size_t offset) const
{
  const std::size_t found = text.find('\n', offset);
  return found == std::string::npos ? text.size() : found + 1;
}

std::string_view LocatedYaml::source(const LocatedNode& node) const
{
  return std::string_view(text).substr(node.start, node.end - node.start);
}

std::size_t LocatedYaml::target(std::size_t node) const
{
  for (int hops = 0; hops < 64 && nodes[node].kind == Kind::alias; ++hops) {
    const std::size_t anchor = nodes[node].refers;
    if (anchor >= anchors.size() || anchors[anchor] == LocatedNode::k_none) {
      return node;
    }
    node = anchors[anchor];
  }
  return node;
}

std::size_t LocatedYaml::find(std::size_t mapping, std::string_view key) const
{
  const LocatedNode& node = nodes[mapping];
  if (node.kind != Kind::mapping) {
    return LocatedNode::k_none;
  }
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const LocatedNode& name = nodes[target(node.children[i])];
    if (name.kind == Kind::scalar && name.text == key) {
      return node.children[i + 1];
    }
  }
  return LocatedNode::k_none;
}

namespace {

/// `budget` limits the lookups: nested merges can fan out without end.
std::size_t
find_merged(const LocatedYaml& yaml, std::size_t mapping, std::string_view key, int& budget)
{
  if (const std::size_t own = yaml.find(mapping, key); own != LocatedNode::k_none || --budget < 0) {
    return own;
  }
  const std::size_t merge = yaml.find(mapping, "<<");
  if (merge == LocatedNode::k_none) {
    return LocatedNode::k_none;
  }
  const std::size_t source = yaml.target(merge);
  const std::vector<std::size_t> one{source};
  const auto& sources =
      yaml.nodes[source].kind == Kind::sequence ? yaml.nodes[source].children : one;
  for (const std::size_t each : sources) {
    const std::size_t found = find_merged(yaml, yaml.target(each), key, budget);
    if (found != LocatedNode::k_none) {
      return found;
    }
  }
  return LocatedNode::k_none;
}

} // namespace

std::size_t LocatedYaml::find_effective(std::size_t mapping, std::string_view key) const
{
  int budget = 1000;
  return find_merged(*this, target(mapping), key, budget);
}

std::variant<FirstDocument, Problem> first_document(std::string_view text, const std::string& file)
{
  FirstDocument first;
  first.yaml.file = file;
  first.yaml.text = text;
  const std::optional<YamlFault> fault = read(first.yaml);
  if (!fault) {
    return first;
  }
  if (fault->kind != YamlFault::Kind::documents) {
    return yaml_problem(id_of(fault->kind), fault->what, first.yaml.place(fault->at), fault->fix);
  }
  first.next = fault->at;
  return first;
}

std::variant<LocatedYaml, std::vector<Problem>> locate_yaml(std::string text,
                                                            const std::string& file)
{
  LocatedYaml yaml;
  yaml.file = file;
  yaml.text = std::move(text);
  const auto refused = [&](const YamlFault& fault, const char* id) {
    return std::vector<Problem>{yaml_problem(id, fault.what, yaml.place(fault.at), fault.fix)};
  };
  std::optional<YamlFault> fault = read(yaml);
  if (fault) {
    return refused(*fault, id_of(fault->kind));
  }
  if ((fault = misread_place(yaml))) {
    return refused(*fault, "IPL-VAL-008");
  }
  std::vector<Problem> problems = check_layout(yaml);
  if (!problems.empty()) {
    return problems;
  }
  return yaml;
}

} // namespace iplease
