// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/utf8.hpp>
#include <iplease/yaml/scalar_meaning.hpp>

#include <fmt/format.h>

#include "read_nodes.hpp"
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <set>

namespace iplease {
namespace {

/// Why a character is not allowed; empty: it is.
std::string_view objection(std::uint32_t code, bool before_line_feed, bool first)
{
  if (code == '\r') {
    return before_line_feed ? "" : "a carriage return that ends no line";
  }
  if ((code < 0x20U && code != '\t' && code != '\n') || (code >= 0x7FU && code < 0xA0U)) {
    return "a control character";
  }
  if (code == 0x2028U || code == 0x2029U) {
    return "a Unicode line separator, which some YAML readers take for a line end";
  }
  if (code == 0xFEFFU && !first) {
    return "a byte order mark inside the text";
  }
  return "";
}

/// Finds non-scalar keys, which Go's YAML cannot hold, and duplicate keys. Two scalars are the same
/// key if a reader sees the same text. Helm's parser tells `true` from `"true"`, but nobody writes
/// both, so they count as one here.
std::vector<Problem> bad_keys(const LocatedYaml& yaml, const LocatedNode& mapping)
{
  std::vector<Problem> problems;
  std::set<std::string> seen;
  for (std::size_t i = 0; i + 1 < mapping.children.size(); i += 2) {
    const LocatedNode& key = yaml.nodes[yaml.target(mapping.children[i])];
    if (key.kind != LocatedNode::Kind::scalar) {
      problems.push_back(yaml_problem("IPL-VAL-001",
                                      "a key has to be one word of text",
                                      yaml.place(key.start),
                                      "write `name: value`"));
    } else if (!seen.insert(key.text).second) {
      problems.push_back(yaml_problem("IPL-VAL-003",
                                      "the key `" + key.text + "` stands here for the second time",
                                      yaml.place(yaml.nodes[mapping.children[i]].start),
                                      "keep one of the two; only one of them can count"));
    }
  }
  return problems;
}

/// Whether it looks like a blank or like nothing but is text to YAML: Unicode's spaces.
bool looks_blank(std::uint32_t code)
{
  return code == 0xA0U || code == 0x1680U || code == 0x180EU ||
         (code >= 0x2000U && code <= 0x200DU) || code == 0x202FU || code == 0x205FU ||
         code == 0x2060U || code == 0x3000U;
}

/// Finds such a character in a key, at the start of a line of a plain scalar, or after its dash: it
/// was meant as a blank there, so the following text does not belong where it seems to. Returns its
/// offset, or the end of the text.
std::size_t odd_blank(std::string_view text, bool key, std::uint32_t& found)
{
  bool begins = true;
  for (std::size_t i = 0; i < text.size();) {
    const auto [code, bytes] = character_at(text, i); // bytes_fault has refused invalid ones
    if (looks_blank(code) && (key || begins)) {
      found = code;
      return i;
    }
    // A dash before such a character is not a list's dash.
    begins = code == '\n' || (begins && (code == ' ' || code == '\t' || code == '-'));
    i += bytes;
  }
  return text.size();
}

std::vector<Problem> odd_blanks(const LocatedYaml& yaml, const LocatedNode& collection)
{
  const bool mapping = collection.kind == LocatedNode::Kind::mapping;
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < collection.children.size(); ++i) {
    const LocatedNode& node = yaml.nodes[collection.children[i]];
    if (node.kind != LocatedNode::Kind::scalar || node.style != LocatedNode::Style::plain) {
      continue;
    }
    const std::string_view source = yaml.source(node);
    std::uint32_t code = 0;
    const std::size_t at = odd_blank(source, mapping && i % 2 == 0, code);
    if (at < source.size()) {
      problems.push_back(
          yaml_problem("IPL-VAL-011",
                       fmt::format("the character U+{:04X} stands here and looks like a blank; "
                                   "YAML takes it for text",
                                   code),
                       yaml.place(node.start + at),
                       "replace it with a space, or take it out"));
    }
  }
  return problems;
}

/// An alias to one of its own ancestors: readers expand it without end, and Helm's refuses it
/// ("value contains itself", go-yaml v2.4 decode.go).
std::vector<Problem> endless_alias(const LocatedYaml& yaml)
{
  for (const LocatedNode& node : yaml.nodes) {
    if (node.kind != LocatedNode::Kind::alias) {
      continue;
    }
    for (std::size_t up = node.parent; up != LocatedNode::k_none; up = yaml.nodes[up].parent) {
      if (yaml.nodes[up].anchor == node.refers) {
        return {yaml_problem("IPL-VAL-007",
                             "this alias stands inside of what it stands for, without end",
                             yaml.place(node.start),
                             "write the value out instead of using the alias")};
      }
    }
  }
  return {};
}

/// Whether a merge accepts it: a map, an alias of one, or a list of these written in place.
bool merges(const LocatedYaml& yaml, std::size_t value)
{
  const auto map = [&](std::size_t index) {
    return yaml.nodes[yaml.target(index)].kind == LocatedNode::Kind::mapping;
  };
  const LocatedNode& node = yaml.nodes[value];
  return map(value) || (node.kind == LocatedNode::Kind::sequence &&
                        std::all_of(node.children.begin(), node.children.end(), map));
}

/// Whether the value matches its tag.
bool fits_tag(const LocatedNode& scalar)
{
  constexpr std::string_view standard = "tag:yaml.org,2002:";
  if (!scalar.tag.starts_with(standard)) {
    return true;
  }
  const std::string_view type = std::string_view(scalar.tag).substr(standard.size());
  const Meaning::Kind kind = plain_meaning(scalar.text).kind;
  if (type == "bool") {
    return kind == Meaning::Kind::boolean;
  }
  if (type == "null") {
    return kind == Meaning::Kind::null;
  }
  return (type != "int" && type != "float") || kind == Meaning::Kind::number;
}

/// What Go's YAML refuses in a scalar but libyaml 0.2 accepts; empty: nothing.
YamlFault odd_scalar(const LocatedYaml& yaml, const LocatedNode& node)
{
  const bool flow = node.parent != LocatedNode::k_none &&
                    yaml.nodes[node.parent].style == LocatedNode::Style::flow;
  if (flow && node.style == LocatedNode::Style::plain && node.text.find('?') != std::string::npos) {
    return {.what = "a `?` in a value within brackets", .fix = "put the value in quotes"};
  }
  if (!fits_tag(node)) {
    return {.what = "the value is not what its tag says", .fix = "take the tag out"};
  }
  const Meaning meaning = meaning_of(node);
  if (meaning.kind == Meaning::Kind::number && !std::isfinite(meaning.number)) {
    return {.what = "a number without end, which Helm cannot pass on", .fix = "put it in quotes"};
  }
  return {};
}

/// The same, plus merges of something other than a map.
std::vector<Problem> undecodable(const LocatedYaml& yaml, std::size_t index)
{
  const LocatedNode& node = yaml.nodes[index];
  YamlFault fault;
  if (const std::size_t merge = yaml.find(index, "<<");
      merge != LocatedNode::k_none && !merges(yaml, merge)) {
    fault = {.at = yaml.nodes[merge].props,
             .what = "`<<` merges maps, and this is none",
             .fix = "name a map by its alias"};
  } else if (node.kind == LocatedNode::Kind::scalar) {
    fault = odd_scalar(yaml, node);
    fault.at = node.props;
  }
  if (fault.what.empty()) {
    return {};
  }
  return {yaml_problem("IPL-VAL-001", fault.what, yaml.place(fault.at), fault.fix)};
}

} // namespace

std::optional<YamlFault> bytes_fault(std::string_view text, std::size_t most_bytes)
{
  const auto fault = [](std::size_t at, std::string what, std::string fix) {
    return YamlFault{
        .kind = YamlFault::Kind::bytes, .at = at, .what = std::move(what), .fix = std::move(fix)};
  };
  if (text.size() > most_bytes) {
    return fault(0,
                 "the file is larger than " + std::to_string(most_bytes >> 20U) + " MiB",
                 "name the right file");
  }
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    return fault(0, "the file is UTF-16", "save it as UTF-8 text");
  }
  for (std::size_t i = 0; i < text.size();) {
    const auto [code, length] = character_at(text, i);
    const bool before_line_feed = i + 1 < text.size() && text[i + 1] == '\n';
    const std::string_view why =
        length == 0 ? "bytes that are not UTF-8" : objection(code, before_line_feed, i == 0);
    if (!why.empty()) {
      return fault(
          i, "the file holds " + std::string(why), "remove it, or save the file as UTF-8 text");
    }
    i += length;
  }
  return std::nullopt;
}

std::vector<Problem> check_layout(const LocatedYaml& yaml)
{
  std::vector<Problem> problems = endless_alias(yaml);
  const auto add = [&](std::vector<Problem> more) {
    problems.insert(
        problems.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  for (std::size_t i = 0; i < yaml.nodes.size(); ++i) {
    const LocatedNode& node = yaml.nodes[i];
    add(odd_blanks(yaml, node));
    add(undecodable(yaml, i));
    if (node.kind == LocatedNode::Kind::mapping) {
      add(bad_keys(yaml, node));
    }
  }
  return problems;
}

} // namespace iplease
