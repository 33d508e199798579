// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/located.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace iplease {
namespace {

/// Helm keeps a release in a Secret, which ends at 1 MiB; a longer file is not a values file.
constexpr std::size_t k_largest = 4U << 20U;

/// Whether a code point may be written in `length` bytes: in no more than it needs, no half of a
/// surrogate pair, not beyond Unicode.
bool well_formed(std::uint32_t code, std::size_t length)
{
  const bool longer_than_needed =
      (length == 3 && code < 0x800U) || (length == 4 && code < 0x10000U);
  return !longer_than_needed && code <= 0x10FFFFU && (code < 0xD800U || code > 0xDFFFU);
}

/// Length of the UTF-8 sequence at `i` and its code point; 0 when it is broken.
std::size_t decode(std::string_view text, std::size_t i, std::uint32_t& code)
{
  const auto byte = [&](std::size_t k) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[k]));
  };
  const std::uint32_t lead = byte(i);
  if (lead < 0x80U) {
    code = lead;
    return 1;
  }
  const std::size_t length = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : 2;
  if (lead < 0xC2U || lead > 0xF4U || i + length > text.size()) {
    return 0;
  }
  code = lead & (0xFFU >> (length + 1));
  for (std::size_t k = i + 1; k < i + length; ++k) {
    if ((byte(k) & 0xC0U) != 0x80U) {
      return 0;
    }
    code = (code << 6U) | (byte(k) & 0x3FU);
  }
  return well_formed(code, length) ? length : 0;
}

/// Why a character cannot stay; empty when it can.
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

Problem bad_bytes(const LocatedYaml& yaml, std::size_t at, std::string_view what)
{
  return yaml_problem("IPL-VAL-011",
                      "the file holds " + std::string(what),
                      yaml.place(at),
                      "remove it, or save the file as UTF-8 text");
}

/// Two scalars are the same key when a reader sees the same text. Helm's parser would also
/// take `true` and `"true"` apart; nobody writes both, so both count as one here.
std::vector<Problem> duplicate_keys(const LocatedYaml& yaml, const LocatedNode& mapping)
{
  std::vector<Problem> problems;
  std::set<std::string> seen;
  for (std::size_t i = 0; i + 1 < mapping.children.size(); i += 2) {
    const LocatedNode& key = yaml.nodes[yaml.target(mapping.children[i])];
    if (key.kind == LocatedNode::Kind::scalar && !seen.insert(key.text).second) {
      problems.push_back(yaml_problem("IPL-VAL-003",
                                      "the key `" + key.text + "` stands here for the second time",
                                      yaml.place(yaml.nodes[mapping.children[i]].start),
                                      "keep one of the two; only one of them can count"));
    }
  }
  return problems;
}

/// Spans of the text in which a tab at the start of a line is content or allowed.
std::vector<std::pair<std::size_t, std::size_t>> tab_havens(const LocatedYaml& yaml)
{
  std::vector<std::pair<std::size_t, std::size_t>> havens;
  for (const LocatedNode& node : yaml.nodes) {
    const bool flow = node.style == LocatedNode::Style::flow &&
                      (havens.empty() || node.end > havens.back().second);
    if (flow || node.kind == LocatedNode::Kind::scalar) {
      if (havens.empty() || node.start >= havens.back().second) {
        havens.emplace_back(node.start, node.end);
      }
    }
  }
  return havens;
}

/// A tab in the white space that starts a line, also between a list's dash and its item.
std::vector<Problem> misplaced_tabs(const LocatedYaml& yaml)
{
  const auto havens = tab_havens(yaml);
  auto haven = havens.begin();
  for (std::size_t line = 0; line < yaml.text.size(); line = yaml.next_line(line)) {
    while (haven != havens.end() && haven->second <= line) {
      ++haven;
    }
    if (haven != havens.end() && haven->first < line) {
      continue;
    }
    std::size_t i = line;
    bool tab = false;
    while (i < yaml.text.size()) {
      const char c = yaml.text[i];
      const bool dash = (c == '-' || c == '?') && i + 1 < yaml.text.size() &&
                        (yaml.text[i + 1] == ' ' || yaml.text[i + 1] == '\t');
      if (c == '\t') {
        tab = true;
        break;
      }
      if (c != ' ' && !dash) {
        break;
      }
      ++i;
    }
    if (tab) {
      return {yaml_problem("IPL-VAL-005",
                           "a tab stands where YAML wants spaces",
                           yaml.place(i),
                           "replace the tab with spaces")};
    }
  }
  return {};
}

/// Shown as a blank, or not at all, and text to YAML: Unicode's spaces and those without width.
bool looks_blank(std::uint32_t code)
{
  return code == 0xA0U || code == 0x1680U || code == 0x180EU ||
         (code >= 0x2000U && code <= 0x200DU) || code == 0x202FU || code == 0x205FU ||
         code == 0x2060U || code == 0x3000U;
}

/// Where such a character stands in a key, or begins a line of a plain scalar or follows its dash:
/// there it was meant as a blank, and what follows belongs somewhere else than it seems to. Its
/// place, or the end of the text.
std::size_t odd_blank(std::string_view text, bool key, std::uint32_t& found)
{
  bool begins = true;
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t next = i + decode(text, i, code); // check_bytes has refused broken ones
    if (looks_blank(code) && (key || begins)) {
      found = code;
      return i;
    }
    // A dash that such a character follows is no dash of a list.
    begins = code == '\n' || (begins && (code == ' ' || code == '\t' || code == '-'));
    i = next;
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

/// A `---` after the content: yaml-cpp does not report a second document that is empty.
std::vector<Problem> second_document(const LocatedYaml& yaml)
{
  if (yaml.root().start == yaml.root().end) {
    return {}; // nothing at all: there is no document that another could follow
  }
  for (std::size_t line = yaml.next_line(yaml.root().end); line < yaml.text.size();
       line = yaml.next_line(line)) {
    if (yaml.text.compare(line, 3, "---") == 0) {
      return {yaml_problem("IPL-VAL-004",
                           "the file holds more than one YAML document; Helm reads only the first",
                           yaml.place(line),
                           "keep one document: remove the others and their `---`")};
    }
  }
  return {};
}

/// An alias inside of what it means: readers unfold it without end, and Helm's refuses it
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

/// A key without its colon where the text ends: yaml-cpp takes it for a key with an empty value,
/// other readers refuse it.
std::vector<Problem> key_without_colon(const LocatedYaml& yaml, const LocatedNode& mapping)
{
  if (mapping.style != LocatedNode::Style::block) {
    return {};
  }
  std::vector<Problem> problems;
  for (std::size_t i = 0; i + 1 < mapping.children.size(); i += 2) {
    const LocatedNode& key = yaml.nodes[mapping.children[i]];
    const LocatedNode& value = yaml.nodes[mapping.children[i + 1]];
    const std::size_t next = yaml.text.find_first_not_of(" \t", key.end);
    const bool colon = next != std::string::npos && yaml.text[next] == ':';
    const std::string_view before =
        std::string_view(yaml.text).substr(yaml.line_start(key.props), yaml.column(key.props));
    if (value.start == value.end && !colon && before.find('?') == std::string_view::npos) {
      problems.push_back(yaml_problem("IPL-VAL-001",
                                      "this line has no `:` after the key",
                                      yaml.place(key.props),
                                      "write `key: value`"));
    }
  }
  return problems;
}

} // namespace

std::vector<Problem> check_bytes(std::string_view text, const std::string& file)
{
  if (text.size() > k_largest) {
    return {yaml_problem("IPL-VAL-011",
                         "the file is larger than 4 MiB; this is not a values file",
                         Place{.file = file, .line = 0, .column = 0},
                         "name the right file")};
  }
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = decode(text, i, code);
    const bool before_line_feed = i + 1 < text.size() && text[i + 1] == '\n';
    const std::string_view why =
        length == 0 ? "bytes that are not UTF-8" : objection(code, before_line_feed, i == 0);
    if (!why.empty()) {
      LocatedYaml place;
      place.file = file;
      place.text = std::string(text.substr(0, i));
      return {bad_bytes(place, i, why)};
    }
    i += length;
  }
  return {};
}

std::vector<Problem> check_layout(const LocatedYaml& yaml)
{
  std::vector<Problem> problems = misplaced_tabs(yaml);
  for (Problem& problem : second_document(yaml)) {
    problems.push_back(std::move(problem));
  }
  for (Problem& problem : endless_alias(yaml)) {
    problems.push_back(std::move(problem));
  }
  for (const LocatedNode& node : yaml.nodes) {
    for (Problem& problem : odd_blanks(yaml, node)) {
      problems.push_back(std::move(problem));
    }
    if (node.kind == LocatedNode::Kind::mapping) {
      for (Problem& problem : duplicate_keys(yaml, node)) {
        problems.push_back(std::move(problem));
      }
      for (Problem& problem : key_without_colon(yaml, node)) {
        problems.push_back(std::move(problem));
      }
    }
  }
  return problems;
}

} // namespace iplease
