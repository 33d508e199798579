// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/text_edit.hpp>

#include "remove.hpp"
#include <algorithm>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;
using Style = LocatedNode::Style;

/// The style of this file; new lines follow it.
struct Manner {
  std::string eol = "\n";
  std::size_t step = 2;        ///< indentation per nested mapping
  std::size_t list_offset = 2; ///< columns of a dash right of its key
};

Manner manner_of(const LocatedYaml& yaml)
{
  Manner manner;
  const std::size_t line_feed = yaml.text.find('\n');
  if (line_feed != std::string::npos && line_feed > 0 && yaml.text[line_feed - 1] == '\r') {
    manner.eol = "\r\n";
  }
  bool step_known = false;
  bool offset_known = false;
  for (const LocatedNode& node : yaml.nodes) {
    if (node.parent == LocatedNode::k_none || node.style != Style::block) {
      continue;
    }
    const LocatedNode& outer = yaml.nodes[node.parent];
    if (outer.kind != Kind::mapping || yaml.column(node.start) < yaml.column(outer.start)) {
      continue;
    }
    const std::size_t offset = yaml.column(node.start) - yaml.column(outer.start);
    if (node.kind == Kind::sequence && !offset_known) {
      manner.list_offset = offset;
      offset_known = true;
    } else if (node.kind == Kind::mapping && !step_known) {
      manner.step = offset;
      step_known = true;
    }
  }
  return manner;
}

using Lines = std::vector<std::string>;

/// The value in block style, each line indented by `indent`.
Lines block_lines(const NewYaml& value, std::size_t indent, const Manner& manner);

void add_entry_lines(Lines& lines,
                     const std::string& key,
                     const NewYaml& value,
                     std::size_t indent,
                     const Manner& manner)
{
  const std::string margin(indent, ' ');
  if (value.is_scalar()) {
    lines.push_back(margin + key + ": " + value.scalar);
    return;
  }
  lines.push_back(margin + key + ":");
  const std::size_t deeper = indent + (value.items.empty() ? manner.step : manner.list_offset);
  for (std::string& line : block_lines(value, deeper, manner)) {
    lines.push_back(std::move(line));
  }
}

/// `gap`: columns from the dash to the item.
void add_item_lines(
    Lines& lines, const NewYaml& item, std::size_t indent, std::size_t gap, const Manner& manner)
{
  if (item.is_scalar()) {
    lines.push_back(std::string(indent, ' ') + "-" + std::string(gap - 1, ' ') + item.scalar);
    return;
  }
  Lines inner = block_lines(item, indent + gap, manner);
  inner.front()[indent] = '-';
  lines.insert(lines.end(), inner.begin(), inner.end());
}

Lines block_lines(const NewYaml& value, std::size_t indent, const Manner& manner)
{
  Lines lines;
  for (const auto& [key, inner] : value.entries) {
    add_entry_lines(lines, key, inner, indent, manner);
  }
  for (const NewYaml& item : value.items) {
    add_item_lines(lines, item, indent, 2, manner);
  }
  return lines;
}

std::string flow_text(const NewYaml& value, const std::string& pad)
{
  if (value.is_scalar()) {
    return value.scalar;
  }
  std::string inner;
  for (const auto& [key, entry] : value.entries) {
    inner += (inner.empty() ? "" : ", ") + key + ": " + flow_text(entry, pad);
  }
  for (const NewYaml& item : value.items) {
    inner += (inner.empty() ? "" : ", ") + flow_text(item, pad);
  }
  return value.entries.empty() ? "[" + inner + "]" : "{" + pad + inner + pad + "}";
}

/// Makes splices for one text, in the file's style.
class Splicer {
public:
  explicit Splicer(const LocatedYaml& yaml)
      : m_yaml(yaml),
        m_text(yaml.text),
        m_manner(manner_of(yaml))
  {
  }

  [[nodiscard]] std::vector<Splice> replace(const LocatedNode& node, const NewYaml& value) const
  {
    const bool whole = node.parent == LocatedNode::k_none;
    if (whole && node.kind == Kind::null && node.start == node.end) {
      return fill_empty_text(value);
    }
    if (value.is_scalar()) {
      return {{node.start, node.end - node.start, glue(node) + value.scalar}};
    }
    if (node.style == Style::block) {
      const std::size_t indent = m_yaml.column(node.start);
      const std::string lines = joined(block_lines(value, indent, m_manner));
      return {{node.start, node.end - node.start, lines.substr(std::min(indent, lines.size()))}};
    }
    const bool in_block = !whole && m_yaml.nodes[node.parent].style == Style::block;
    const std::size_t blanks = blanks_before(node.start);
    if (!in_block || !node.children.empty() || blanks == 0 ||
        std::string_view(":-").find(m_text[blanks - 1]) == std::string_view::npos) {
      return {{node.start, node.end - node.start, glue(node) + flow_text(value, "")}};
    }
    const std::size_t outer = m_yaml.column(m_yaml.nodes[node.parent].start);
    const std::size_t indent = outer + (value.items.empty() ? m_manner.step : m_manner.list_offset);
    return {{blanks, node.end - blanks, ""},
            after_line(node.end, block_lines(value, indent, m_manner))};
  }

  [[nodiscard]] std::vector<Splice> add_entry(const LocatedNode& mapping,
                                              const TextEdit& edit) const
  {
    if (mapping.style == Style::flow) {
      return add_flow(mapping, edit.position * 2, edit.key + ": " + flow_text(edit.value, ""));
    }
    Lines lines;
    add_entry_lines(lines, edit.key, edit.value, m_yaml.column(mapping.start), m_manner);
    if (edit.position == 0) {
      return {{m_yaml.line_start(mapping.start), 0, joined(lines) + eol_near(mapping.start)}};
    }
    // Same insertion point as add_items, so that this comes after it.
    const std::size_t end = m_yaml.nodes[mapping.children[edit.position * 2 - 1]].end;
    return {after_line(past_own_comments(end, m_yaml.column(mapping.start)), lines)};
  }

  [[nodiscard]] std::vector<Splice> add_items(const LocatedNode& list, const NewYaml& value) const
  {
    const bool any = !list.children.empty();
    const LocatedNode& last = any ? m_yaml.nodes[list.children.back()] : list;
    const bool flow_item = any && last.kind == Kind::mapping && last.style == Style::flow;
    const std::string pad = flow_item && m_yaml.source(last).substr(0, 2) == "{ " ? " " : "";
    if (list.style == Style::flow) {
      std::vector<std::string> items;
      items.reserve(value.items.size());
      for (const NewYaml& item : value.items) {
        items.push_back(flow_text(item, pad));
      }
      return add_flow(list, list.children.size(), items);
    }
    const std::size_t indent = m_yaml.column(list.start);
    const bool beside = any && m_yaml.line_start(list.start) <= m_yaml.line_start(last.start) &&
                        last.style == Style::block && m_yaml.column(last.start) > indent + 1 &&
                        m_text[m_yaml.line_start(last.start) + indent] == '-';
    const std::size_t gap = beside ? m_yaml.column(last.start) - indent : 2;
    Lines lines;
    for (const NewYaml& item : value.items) {
      add_item_lines(
          lines, flow_item ? yaml_scalar(flow_text(item, pad)) : item, indent, gap, m_manner);
    }
    return {after_line(past_own_comments(last.end, indent), lines)};
  }

private:
  [[nodiscard]] std::vector<Splice> fill_empty_text(const NewYaml& value) const
  {
    const std::string lines = joined(block_lines(value, 0, m_manner)) + m_manner.eol;
    const bool open_line = !m_text.empty() && m_text.back() != '\n';
    return {{m_text.size(), 0, (open_line ? m_manner.eol : "") + lines}};
  }

  /// What an empty value needs before the new one: a space, or the colon of `{a}`.
  [[nodiscard]] std::string glue(const LocatedNode& node) const
  {
    if (node.start != node.end || node.parent == LocatedNode::k_none || node.start == 0) {
      return "";
    }
    const char before = m_text[node.start - 1];
    const bool entry = m_yaml.nodes[node.parent].kind == Kind::mapping && node.props == node.start;
    return entry && before != ':' ? ": " : " ";
  }

  [[nodiscard]] std::size_t blanks_before(std::size_t offset) const
  {
    while (offset > 0 && (m_text[offset - 1] == ' ' || m_text[offset - 1] == '\t')) {
      --offset;
    }
    return offset;
  }

  [[nodiscard]] std::string joined(const Lines& lines) const
  {
    std::string text;
    for (const std::string& line : lines) {
      text += (text.empty() ? "" : m_manner.eol) + line;
    }
    return text;
  }

  /// Position before the line end of the line that holds `offset`.
  [[nodiscard]] std::size_t line_end(std::size_t offset) const
  {
    const std::size_t found = std::min(m_text.find('\n', offset), m_text.size());
    return found < m_text.size() && found > offset && m_text[found - 1] == '\r' ? found - 1 : found;
  }

  [[nodiscard]] std::string eol_near(std::size_t offset) const
  {
    const std::size_t end = line_end(offset);
    if (m_text.compare(end, 2, "\r\n") == 0) {
      return "\r\n";
    }
    return end < m_text.size() ? "\n" : m_manner.eol;
  }

  [[nodiscard]] Splice after_line(std::size_t offset, const Lines& lines) const
  {
    Splice result{line_end(offset), 0, ""};
    for (const std::string& line : lines) {
      result.insert += eol_near(offset) + line;
    }
    return result;
  }

  /// Comments right below an item and deeper than its dash belong to it; so do comments below an
  /// entry that are deeper than its key.
  [[nodiscard]] std::size_t past_own_comments(std::size_t offset, std::size_t indent) const
  {
    for (std::size_t line = m_yaml.next_line(offset); line < m_text.size();
         line = m_yaml.next_line(line)) {
      const std::size_t first = m_text.find_first_not_of(' ', line);
      if (first == std::string::npos || m_text[first] != '#' || first - line <= indent) {
        break;
      }
      offset = first;
    }
    return offset;
  }

  [[nodiscard]] std::vector<Splice>
  add_flow(const LocatedNode& node, std::size_t child, const std::string& text) const
  {
    return add_flow(node, child, std::vector<std::string>{text});
  }

  /// The comma after a member. After the colon of an empty value libyaml, and with it Helm, needs a
  /// space first.
  [[nodiscard]] std::string comma_after(const LocatedNode& member) const
  {
    return member.end > 0 && m_text[member.end - 1] == ':' ? " ," : ",";
  }

  /// Adds members to a flow collection after child number `child` (0: at the front).
  [[nodiscard]] std::vector<Splice>
  add_flow(const LocatedNode& node, std::size_t child, const std::vector<std::string>& texts) const
  {
    std::string inner;
    for (const std::string& text : texts) {
      inner += (inner.empty() ? "" : ", ") + text;
    }
    if (child == 0) {
      return {{node.start + 1, 0, inner + (node.children.empty() ? "" : ", ")}};
    }
    const LocatedNode& last = m_yaml.nodes[node.children[child - 1]];
    const LocatedNode& head =
        node.kind == Kind::mapping ? m_yaml.nodes[node.children[child - 2]] : last;
    const std::size_t line = m_yaml.line_start(head.props);
    const bool own_line = line > node.start && m_text.find_first_not_of(' ', line) == head.props;
    const AfterMember after = after_member(last.end);
    if (!own_line || !after.line_done || (!after.comma && child != node.children.size())) {
      return {{last.end, 0, comma_after(last) + " " + inner}};
    }
    Splice lines{line_end(after.offset), 0, ""};
    const std::string margin = eol_near(after.offset) + std::string(head.props - line, ' ');
    for (std::size_t i = 0; i < texts.size(); ++i) {
      lines.insert += margin + texts[i] + (after.comma || i + 1 < texts.size() ? "," : "");
    }
    std::vector<Splice> result;
    if (!after.comma) {
      result.push_back({last.end, 0, comma_after(last)});
    }
    result.push_back(std::move(lines));
    return result;
  }

  /// What follows a member of a flow collection that ends at `end`.
  struct AfterMember {
    std::size_t offset = 0; ///< of the first character after the member and its comma
    bool comma = false;
    bool line_done = false; ///< only a comment follows on the line
  };

  [[nodiscard]] AfterMember after_member(std::size_t end) const
  {
    AfterMember after{.offset = m_text.find_first_not_of(" \t", end)};
    after.comma = after.offset != std::string::npos && m_text[after.offset] == ',';
    if (after.comma) {
      after.offset = m_text.find_first_not_of(" \t", after.offset + 1);
    }
    after.line_done =
        after.offset != std::string::npos &&
        std::string_view("\r\n#").find(m_text[after.offset]) != std::string_view::npos;
    return after;
  }

  const LocatedYaml& m_yaml;
  const std::string& m_text;
  Manner m_manner;
};

} // namespace

std::vector<Splice> splices_of(const LocatedYaml& yaml, const TextEdit& edit)
{
  const Splicer splicer(yaml);
  const LocatedNode& node = yaml.nodes[edit.node];
  switch (edit.what) {
  case TextEdit::What::replace:
    return splicer.replace(node, edit.value);
  case TextEdit::What::add_entry:
    return splicer.add_entry(node, edit);
  case TextEdit::What::add_items:
    return splicer.add_items(node, edit.value);
  case TextEdit::What::remove:
    return remove_splices(yaml, edit.node);
  }
  return {};
}

std::string block_text(const NewYaml& value)
{
  std::string text;
  for (const std::string& line :
       value.is_scalar() ? Lines{value.scalar} : block_lines(value, 0, {})) {
    text += line + "\n";
  }
  return text;
}

std::string splice(const std::string& text, std::vector<Splice> splices)
{
  // Stable, so splices at one place keep the order of their edits.
  std::stable_sort(
      splices.begin(), splices.end(), [](const Splice& a, const Splice& b) { return a.at < b.at; });
  std::string result;
  std::size_t from = 0;
  for (const Splice& each : splices) {
    if (each.at > from) {
      result.append(text, from, each.at - from);
    }
    result += each.insert;
    from = std::max(from, each.at + each.remove);
  }
  return result.append(text, std::min(from, text.size()));
}

} // namespace iplease
