// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/located.hpp>

#include <algorithm>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;
using Style = LocatedNode::Style;
constexpr std::size_t k_lost = LocatedNode::k_none;

bool blank(char c)
{
  return c == ' ' || c == '\t';
}

bool space(char c)
{
  return blank(c) || c == '\n' || c == '\r';
}

bool flow_indicator(char c)
{
  return c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
}

/// Walks the nodes in the order of the text. yaml-cpp's marks say where a node (with its anchor
/// and tag) starts; a mark of an empty value is that of the next token and is not used.
class Locator {
public:
  explicit Locator(LocatedYaml& yaml)
      : m_yaml(yaml),
        m_text(yaml.text)
  {
  }

  /// `from`: end of what stands before; `indent`: column of the enclosing block, -1 at the root.
  bool locate(std::size_t index, std::size_t from, std::ptrdiff_t indent)
  {
    m_at = index;
    LocatedNode& node = m_yaml.nodes[index];
    switch (node.kind) {
    case Kind::null:
      return locate_null(index, from);
    case Kind::alias:
      return locate_alias(node);
    case Kind::scalar:
      return locate_scalar(node, indent);
    case Kind::sequence:
    case Kind::mapping:
      return node.style == Style::flow ? locate_flow(index, indent) : locate_block(index);
    }
    return false;
  }
  [[nodiscard]] std::size_t lost() const { return m_yaml.nodes[m_at].props; }

private:
  [[nodiscard]] char at(std::size_t i) const { return i < m_text.size() ? m_text[i] : '\n'; }

  /// Past blanks, line ends and comments.
  [[nodiscard]] std::size_t skip_space(std::size_t i) const
  {
    while (i < m_text.size()) {
      if (space(m_text[i])) {
        ++i;
      } else if (m_text[i] == '#' && (i == 0 || space(m_text[i - 1]))) {
        i = std::min(m_text.find('\n', i), m_text.size());
      } else {
        break;
      }
    }
    return i;
  }

  /// Past the anchor and the tag; `last` becomes the end of the last of them.
  [[nodiscard]] std::size_t skip_props(std::size_t i, std::size_t& last) const
  {
    last = i;
    while (at(i) == '&' || at(i) == '!') {
      const bool verbatim = m_text.compare(i, 2, "!<") == 0;
      while (i < m_text.size() && !space(m_text[i]) && (verbatim || !flow_indicator(m_text[i]))) {
        ++i;
      }
      last = i;
      i = skip_space(i);
    }
    return i;
  }

  bool locate_alias(LocatedNode& node)
  {
    node.start = node.props;
    if (at(node.start) != '*') {
      return false;
    }
    std::size_t i = node.start + 1;
    while (i < m_text.size() && !space(m_text[i]) && !flow_indicator(m_text[i])) {
      ++i;
    }
    node.end = i;
    return true;
  }

  [[nodiscard]] bool written_null(std::size_t i, std::size_t& end) const
  {
    for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
      if (m_text.compare(i, word.size(), word) == 0) {
        const char next = at(i + word.size());
        if (space(next) || flow_indicator(next) || next == ':') {
          end = i + word.size();
          return true;
        }
      }
    }
    return false;
  }

  /// The place after the `:` or `-` that an empty value belongs to.
  [[nodiscard]] std::size_t after_indicator(std::size_t index, std::size_t from) const
  {
    const std::size_t parent = m_yaml.nodes[index].parent;
    if (parent == LocatedNode::k_none) {
      return from;
    }
    const bool item = m_yaml.nodes[parent].kind == Kind::sequence;
    const std::size_t i = skip_space(from);
    return at(i) == (item ? '-' : ':') && i < m_text.size() ? i + 1 : from;
  }

  bool locate_null(std::size_t index, std::size_t from)
  {
    LocatedNode& node = m_yaml.nodes[index];
    const std::size_t mark = node.props;
    const std::size_t base = after_indicator(index, from);
    std::size_t last = mark;
    std::size_t end = 0;
    // A written null has a mark of its own; an empty one borrows that of the next node.
    const bool own_mark = index + 1 >= m_yaml.nodes.size() || m_yaml.nodes[index + 1].props != mark;
    if (mark >= base && skip_space(base) == mark && own_mark) {
      const std::size_t content = skip_props(mark, last);
      if (written_null(content, end)) {
        node.style = Style::plain;
        node.start = content;
        node.end = end;
        return true;
      }
      if (last > mark) {
        node.start = node.end = last;
        return true;
      }
    }
    node.props = node.start = node.end = base;
    return true;
  }

  bool locate_scalar(LocatedNode& node, std::ptrdiff_t indent)
  {
    std::size_t last = node.props;
    node.start = skip_props(node.props, last);
    switch (at(node.start)) {
    case '"':
      node.style = Style::double_quoted;
      return quoted_end(node);
    case '\'':
      node.style = Style::single_quoted;
      return quoted_end(node);
    case '|':
    case '>':
      node.style = Style::block_scalar;
      return block_scalar_end(node, indent);
    default:
      break;
    }
    node.style = Style::plain;
    if (node.text.empty()) { // a tag or an anchor with nothing behind it
      node.start = node.end = last;
      return last > node.props;
    }
    return plain_end(node);
  }

  bool quoted_end(LocatedNode& node)
  {
    const bool twice = node.style == Style::single_quoted;
    for (std::size_t i = node.start + 1; i < m_text.size(); ++i) {
      if (!twice && m_text[i] == '\\') {
        ++i;
      } else if (m_text[i] == m_text[node.start]) {
        if (twice && at(i + 1) == '\'') {
          ++i;
          continue;
        }
        node.end = i + 1;
        return true;
      }
    }
    return false;
  }

  /// A plain scalar's characters stand in the text as they were read, but for folded lines.
  bool plain_end(LocatedNode& node)
  {
    std::size_t raw = node.start;
    for (std::size_t i = 0; i < node.text.size();) {
      std::size_t fold = raw;
      std::size_t breaks = 0;
      for (std::size_t j = raw; j < m_text.size() && space(m_text[j]); ++j) {
        breaks += m_text[j] == '\n' ? 1U : 0U;
        fold = j + 1;
      }
      const std::string read = breaks == 1 ? " " : std::string(breaks == 0 ? 0 : breaks - 1, '\n');
      if (breaks != 0 && node.text.compare(i, read.size(), read) == 0) {
        raw = fold;
        i += read.size();
      } else if (breaks == 0 && fold > raw &&
                 node.text.compare(i, fold - raw, m_text, raw, fold - raw) == 0) {
        i += fold - raw;
        raw = fold;
      } else if (fold == raw && raw < m_text.size() && m_text[raw] == node.text[i]) {
        ++raw;
        ++i;
      } else {
        return false;
      }
    }
    node.end = raw;
    return true;
  }

  bool block_scalar_end(LocatedNode& node, std::ptrdiff_t indent)
  {
    const BlockHeader header = block_header(node.start + 1, indent);
    std::ptrdiff_t content = header.content;
    std::size_t line = m_yaml.next_line(header.end);
    node.end = header.end;
    while (line < m_text.size()) {
      const std::size_t next = m_yaml.next_line(line);
      const std::size_t first = std::min(m_text.find_first_not_of(' ', line), m_text.size());
      const bool empty = first >= next || m_text[first] == '\n' ||
                         (m_text[first] == '\r' && at(first + 1) == '\n');
      const auto column = static_cast<std::ptrdiff_t>(first - line);
      if (!empty && content < 0) {
        if (column <= indent) {
          break;
        }
        content = column;
      }
      if (!empty && column < content) {
        break;
      }
      if (!empty || header.keep || (content >= 0 && column > content)) {
        node.end = line_end(line);
      }
      line = next;
    }
    return true;
  }

  /// The `+`, `-` and digit after `|` or `>`.
  struct BlockHeader {
    std::size_t end = 0;
    bool keep = false;           ///< empty lines at the end belong to the text
    std::ptrdiff_t content = -1; ///< column of the text where the digit says it
  };

  [[nodiscard]] BlockHeader block_header(std::size_t from, std::ptrdiff_t indent) const
  {
    BlockHeader header{.end = from};
    for (char c = at(from); c == '+' || c == '-' || (c >= '1' && c <= '9'); c = at(++header.end)) {
      header.keep = header.keep || c == '+';
      if (c >= '1') {
        header.content = std::max<std::ptrdiff_t>(indent, 0) + (c - '0');
      }
    }
    return header;
  }

  /// End of the line that starts at `line`, without its line end.
  [[nodiscard]] std::size_t line_end(std::size_t line) const
  {
    const std::size_t found = std::min(m_text.find('\n', line), m_text.size());
    return found > line && m_text[found - 1] == '\r' && found < m_text.size() ? found - 1 : found;
  }

  bool locate_block(std::size_t index)
  {
    const LocatedNode& node = m_yaml.nodes[index];
    std::size_t start = node.props;
    if (node.kind == Kind::sequence) {
      std::size_t last = 0;
      start = skip_props(node.props, last);
      if (at(start) != '-') {
        return false;
      }
    } else if (at(start) != '?' && !node.children.empty()) {
      start = m_yaml.nodes[node.children.front()].props;
    }
    const auto column = static_cast<std::ptrdiff_t>(m_yaml.column(start));
    std::size_t from = start;
    for (const std::size_t child : std::vector<std::size_t>(node.children)) {
      if (!locate(child, from, column)) {
        return false;
      }
      from = m_yaml.nodes[child].end;
    }
    m_yaml.nodes[index].start = start;
    m_yaml.nodes[index].end = from;
    return true;
  }

  bool locate_flow(std::size_t index, std::ptrdiff_t indent)
  {
    const bool mapping = m_yaml.nodes[index].kind == Kind::mapping;
    std::size_t last = 0;
    std::size_t start = skip_props(m_yaml.nodes[index].props, last);
    const bool compact = mapping && at(start) != '{'; // the `a: b` of `[a: b]`
    if (compact) {
      start = m_yaml.nodes[index].props;
    } else if (at(start) != (mapping ? '{' : '[')) {
      return false;
    }
    std::size_t from = start + (compact ? 0 : 1);
    for (const std::size_t child : std::vector<std::size_t>(m_yaml.nodes[index].children)) {
      if (!locate(child, from, indent)) {
        return false;
      }
      from = m_yaml.nodes[child].end;
    }
    m_at = index;
    if (!compact) {
      from = skip_space(from);
      while (at(from) == ',' || at(from) == ':') {
        from = skip_space(from + 1);
      }
      if (from >= m_text.size() || at(from) != (mapping ? '}' : ']')) {
        return false;
      }
      ++from;
    }
    m_yaml.nodes[index].start = start;
    m_yaml.nodes[index].end = from;
    return true;
  }

  LocatedYaml& m_yaml;
  const std::string& m_text;
  std::size_t m_at = 0;
};

/// Nodes must stand one after the other and inside their parents; anything else means that a
/// place was misread.
std::size_t first_out_of_order(const LocatedYaml& yaml)
{
  for (const LocatedNode& node : yaml.nodes) {
    std::size_t from = node.start;
    for (const std::size_t child : node.children) {
      const LocatedNode& inner = yaml.nodes[child];
      if (inner.start < from || inner.end < inner.start || inner.end > node.end) {
        return inner.start;
      }
      from = inner.end;
    }
  }
  return k_lost;
}

} // namespace

std::size_t locate_ends(LocatedYaml& yaml)
{
  Locator locator(yaml);
  if (!locator.locate(0, 0, -1)) {
    return std::min(locator.lost(), yaml.text.size());
  }
  return first_out_of_order(yaml);
}

} // namespace iplease
