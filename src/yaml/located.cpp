// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/located.hpp>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "long_words.hpp"
#include "strict_words.hpp"
#include <algorithm>
#include <sstream>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;
using Style = LocatedNode::Style;
constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

/// Records yaml-cpp's events as nodes. Unlike YAML::Node it keeps duplicate keys, merges and
/// aliases as they are written.
class Recorder : public YAML::EventHandler {
public:
  /// What is read is the text after `offset`, or `words`' shortened form of that.
  Recorder(LocatedYaml& yaml, std::size_t offset, LongWords* words = nullptr)
      : m_yaml(yaml),
        m_offset(offset),
        m_words(words)
  {
  }
  [[nodiscard]] int documents() const { return m_documents; }
  [[nodiscard]] std::size_t second() const { return m_second; }

  void OnDocumentStart(const YAML::Mark& mark) override
  {
    ++m_documents;
    if (m_documents == 2) {
      m_second = offset(mark);
    }
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
  {
    add(Kind::null, mark, anchor, "");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
  {
    add(Kind::alias, mark, 0, "").refers = anchor;
  }
  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& value) override
  {
    add(Kind::scalar, mark, anchor, tag).text =
        m_words == nullptr ? value : m_words->whole_value(place(mark), value);
  }
  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override
  {
    open(Kind::sequence, mark, anchor, tag, style);
  }
  void OnSequenceEnd() override { m_open.pop_back(); }
  void OnMapStart(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override
  {
    open(Kind::mapping, mark, anchor, tag, style);
  }
  void OnMapEnd() override { m_open.pop_back(); }

  [[nodiscard]] std::size_t offset(const YAML::Mark& mark) const
  {
    const std::size_t whole = m_words == nullptr ? place(mark) : m_words->whole_place(place(mark));
    return std::min(whole + m_offset, m_yaml.text.size());
  }
  /// Where the outermost flow collection that is still open begins; k_none outside of one.
  [[nodiscard]] std::size_t open_bracket() const
  {
    for (const std::size_t index : m_open) {
      if (m_yaml.nodes[index].style == Style::flow) {
        return m_yaml.nodes[index].props;
      }
    }
    return LocatedNode::k_none;
  }

private:
  static std::size_t place(const YAML::Mark& mark)
  {
    return static_cast<std::size_t>(std::max(mark.pos, 0));
  }
  LocatedNode& add(Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag)
  {
    const std::size_t index = m_yaml.nodes.size();
    LocatedNode& node = m_yaml.nodes.emplace_back();
    node.kind = kind;
    node.props = offset(mark);
    node.anchor = anchor;
    node.tag = tag == "?" || tag == "!" ? "" : tag;
    if (anchor != 0) {
      m_yaml.anchors.resize(std::max(m_yaml.anchors.size(), anchor + 1), LocatedNode::k_none);
      m_yaml.anchors[anchor] = index;
    }
    if (!m_open.empty()) {
      node.parent = m_open.back();
      m_yaml.nodes[m_open.back()].children.push_back(index);
    }
    return node;
  }
  void open(Kind kind,
            const YAML::Mark& mark,
            YAML::anchor_t anchor,
            const std::string& tag,
            YAML::EmitterStyle::value style)
  {
    LocatedNode& node = add(kind, mark, anchor, tag);
    node.style = style == YAML::EmitterStyle::Flow ? Style::flow : Style::block;
    m_open.push_back(m_yaml.nodes.size() - 1);
  }

  LocatedYaml& m_yaml;
  std::size_t m_offset;
  LongWords* m_words;
  std::vector<std::size_t> m_open{};
  int m_documents = 0;
  std::size_t m_second = 0;
};

/// The tab in the white space before the first word of a line, if there is one.
std::size_t tab_before_word(std::string_view text, std::size_t line)
{
  const std::size_t first = std::min(text.find_first_not_of(" -\t", line), text.size());
  const std::size_t tab = text.find('\t', line);
  return tab < first ? tab : LocatedNode::k_none;
}

/// A line that is no entry of its mapping: a stray word, a wrong indentation, a second `: `.
Problem bad_line(const LocatedYaml& yaml, std::size_t noticed, const std::string& words)
{
  std::string_view text = yaml.text;
  text.remove_prefix(text.starts_with(k_byte_order_mark) ? k_byte_order_mark.size() : 0);
  const ScanPlace place{.line = yaml.place(noticed).line - 1,
                        .byte = static_cast<int>(yaml.column(noticed))};
  const YamlMessage message = syntax_message(words, place, scan_yaml(text), TextLines(text));
  return yaml_problem("IPL-VAL-001",
                      message.what,
                      {.file = yaml.file, .line = message.line, .column = message.column},
                      message.fix);
}

/// yaml-cpp says where it noticed; this looks for what was meant.
Problem not_yaml(const LocatedYaml& yaml, const Recorder& recorder, const YAML::Exception& error)
{
  if (error.mark.is_null()) {
    return yaml_problem("IPL-VAL-001",
                        "this is not valid YAML: " + error.msg,
                        {.file = yaml.file},
                        "correct the file");
  }
  const std::size_t noticed = recorder.offset(error.mark);
  const std::size_t line = yaml.line_start(noticed);
  for (const std::size_t near : {line, line == 0 ? line : yaml.line_start(line - 1)}) {
    if (const std::size_t tab = tab_before_word(yaml.text, near); tab != LocatedNode::k_none) {
      return yaml_problem("IPL-VAL-005",
                          "a tab stands where YAML wants spaces",
                          yaml.place(tab),
                          "replace the tab with spaces");
    }
  }
  const std::size_t open = recorder.open_bracket();
  if (open != LocatedNode::k_none && open < noticed) {
    return yaml_problem(
        "IPL-VAL-001",
        "the bracket that opens here is not closed, or something inside is not YAML",
        yaml.place(open),
        "look between here and line " + std::to_string(yaml.place(noticed).line) + " for the end");
  }
  if (error.msg.find("map") != std::string::npos) {
    return bad_line(yaml, noticed, error.msg);
  }
  return yaml_problem("IPL-VAL-001",
                      "this is not valid YAML here, or just above: " + error.msg,
                      yaml.place(noticed),
                      "correct the file; nothing was changed");
}

/// Throws what yaml-cpp throws.
void read(const std::string& text, Recorder& recorder)
{
  std::istringstream in(text);
  YAML::Parser parser(in);
  while (recorder.documents() < 2 && parser.HandleNextDocument(recorder)) {
  }
}

/// Whether the text was read with its long words shortened; else nothing is recorded.
bool parse_shortened(LocatedYaml& yaml, std::size_t skip)
{
  LongWords words(std::string_view(yaml.text).substr(skip));
  if (!words.any()) {
    return false;
  }
  Recorder recorder(yaml, skip, &words);
  try {
    read(words.shortened(), recorder);
    if (recorder.documents() == 1 && words.all_found()) {
      return true;
    }
    // The whole text tells what is wrong with it. NOLINTNEXTLINE(bugprone-empty-catch)
  } catch (const YAML::Exception&) {
  }
  yaml.nodes.clear();
  yaml.anchors.clear();
  return false;
}

/// Parses into `yaml.nodes`; the problem, if any, is yaml-cpp's.
std::vector<Problem> parse(LocatedYaml& yaml)
{
  const bool marked = std::string_view(yaml.text).substr(0, 3) == k_byte_order_mark;
  const std::size_t skip = marked ? k_byte_order_mark.size() : 0;
  if (parse_shortened(yaml, skip)) {
    return {};
  }
  Recorder recorder(yaml, skip);
  try {
    read(yaml.text.substr(skip), recorder);
  } catch (const YAML::Exception& error) {
    return {not_yaml(yaml, recorder, error)};
  }
  if (recorder.documents() > 1) {
    return {yaml_problem("IPL-VAL-004",
                         "the file holds more than one YAML document; Helm reads only the first",
                         yaml.place(recorder.second()),
                         "keep one document: remove the others and their `---`")};
  }
  if (yaml.nodes.empty()) {
    yaml.nodes.emplace_back(); // nothing but comments: a null
    yaml.nodes.front().props = yaml.text.size();
  }
  return {};
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
  const auto begin = text.begin();
  const auto lines = std::count(begin, begin + static_cast<std::ptrdiff_t>(offset), '\n');
  const std::size_t start = line_start(offset);
  // Columns count characters, as editors do: the continuation bytes of UTF-8 are left out.
  const auto characters =
      std::count_if(begin + static_cast<std::ptrdiff_t>(start),
                    begin + static_cast<std::ptrdiff_t>(offset),
                    [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  return {.file = file,
          .line = static_cast<int>(lines) + 1,
          .column = static_cast<int>(characters) + 1};
}

std::size_t LocatedYaml::line_start(std::size_t offset) const
{
  const std::size_t found = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
  if (found != std::string::npos) {
    return found + 1;
  }
  // A byte order mark is no part of the first line's indentation.
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

/// `budget` bounds the look-ups: merges of merges can fan out without end.
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

std::variant<LocatedYaml, std::vector<Problem>> locate_yaml(std::string text,
                                                            const std::string& file)
{
  LocatedYaml yaml;
  yaml.file = file;
  yaml.text = std::move(text);
  std::vector<Problem> problems = check_bytes(yaml.text, file);
  if (problems.empty()) {
    problems = parse(yaml);
  }
  if (!problems.empty()) {
    return problems;
  }
  const std::size_t lost = locate_ends(yaml);
  if (lost != LocatedNode::k_none) {
    const char first = lost < yaml.text.size() ? yaml.text[lost] : ' ';
    if (first == '"' || first == '\'') { // yaml-cpp lets the end of the file close it
      return std::vector<Problem>{yaml_problem("IPL-VAL-001",
                                               "the quotation that starts here is not closed",
                                               yaml.place(lost),
                                               "close it, or remove the quote")};
    }
    return std::vector<Problem>{
        yaml_problem("IPL-VAL-008",
                     "this part is written in a way that cannot be edited safely",
                     yaml.place(lost),
                     "write it in plain block style, or make the change by hand")};
  }
  problems = check_layout(yaml);
  if (!problems.empty()) {
    return problems;
  }
  return yaml;
}

} // namespace iplease
