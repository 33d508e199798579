// SPDX-License-Identifier: Apache-2.0
#include "read_nodes.hpp"

#include <iplease/core/utf8.hpp>

#include "places.hpp"
#include <algorithm>
#include <map>
#include <new>

#include <yaml.h>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;
using Style = LocatedNode::Style;
constexpr std::size_t k_none = LocatedNode::k_none;

bool space(char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string text_of(const yaml_char_t* text)
{
  return text == nullptr ? std::string{} : reinterpret_cast<const char*>(text);
}

/// Byte offsets for libyaml's marks, which count characters after a byte order mark.
class ByteOffsets {
public:
  ByteOffsets(std::string_view text, std::size_t skip)
      : m_skip(skip),
        m_size(text.size())
  {
    const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80U; };
    if (std::all_of(text.begin() + static_cast<std::ptrdiff_t>(skip), text.end(), ascii)) {
      return;
    }
    for (std::size_t i = skip; i < text.size(); ++i) {
      if (begins_character(text[i])) {
        m_starts.push_back(i);
      }
    }
  }
  [[nodiscard]] std::size_t of(const yaml_mark_t& mark) const
  {
    if (m_starts.empty()) {
      return std::min(mark.index + m_skip, m_size);
    }
    return mark.index < m_starts.size() ? m_starts[mark.index] : m_size;
  }

  [[nodiscard]] std::size_t skipped() const { return m_skip; }

private:
  std::size_t m_skip;
  std::size_t m_size;
  std::vector<std::size_t> m_starts{}; ///< of each character; empty if all are one byte long
};

/// Owns libyaml's parser and its last event. `text` must outlive it.
class EventReader {
public:
  explicit EventReader(std::string_view text)
  {
    if (yaml_parser_initialize(&m_parser) == 0) {
      throw std::bad_alloc();
    }
    yaml_parser_set_encoding(&m_parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &m_parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~EventReader()
  {
    yaml_event_delete(&m_event);
    yaml_parser_delete(&m_parser);
  }
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;
  EventReader(EventReader&&) = delete;
  EventReader& operator=(EventReader&&) = delete;

  /// The next event; nullptr where libyaml stops.
  const yaml_event_t* next()
  {
    yaml_event_delete(&m_event);
    if (yaml_parser_parse(&m_parser, &m_event) != 0) {
      return &m_event;
    }
    if (m_parser.error == YAML_MEMORY_ERROR) {
      throw std::bad_alloc();
    }
    return nullptr;
  }
  [[nodiscard]] YamlStop stop(const ByteOffsets& offsets) const
  {
    const auto words = [](const char* text) { return std::string(text == nullptr ? "" : text); };
    const bool bytes = m_parser.error == YAML_READER_ERROR; // gives a byte offset, no mark
    return {.problem = words(m_parser.problem),
            .at = bytes ? offsets.skipped() + m_parser.problem_offset
                        : offsets.of(m_parser.problem_mark),
            .context = words(m_parser.context),
            .context_at = offsets.of(m_parser.context_mark)};
  }

private:
  yaml_parser_t m_parser{};
  yaml_event_t m_event{};
};

/// Records events as nodes with first and last byte. libyaml's marks are right, except for an
/// anchor or tag before the content, the end of a block, and an empty value.
class Recorder {
public:
  Recorder(LocatedYaml& yaml, const ByteOffsets& offsets, std::size_t most_levels)
      : m_yaml(yaml),
        m_text(yaml.text),
        m_offsets(offsets),
        m_most_levels(most_levels)
  {
  }

  std::optional<YamlFault> take(const yaml_event_t& event)
  {
    switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      return begin_document(m_offsets.of(event.start_mark));
    case YAML_ALIAS_EVENT:
      return take_alias(event);
    case YAML_SCALAR_EVENT:
      take_scalar(event);
      break;
    case YAML_SEQUENCE_START_EVENT:
      return open(event,
                  Kind::sequence,
                  {event.data.sequence_start.anchor, event.data.sequence_start.tag},
                  event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
    case YAML_MAPPING_START_EVENT:
      return open(event,
                  Kind::mapping,
                  {event.data.mapping_start.anchor, event.data.mapping_start.tag},
                  event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      close(m_offsets.of(event.end_mark));
      break;
    default:
      break;
    }
    return std::nullopt;
  }

private:
  struct Properties {
    const yaml_char_t* anchor;
    const yaml_char_t* tag;
    [[nodiscard]] bool any() const { return anchor != nullptr || tag != nullptr; }
  };

  std::optional<YamlFault> begin_document(std::size_t at)
  {
    if (++m_documents == 1) {
      return std::nullopt;
    }
    return YamlFault{.kind = YamlFault::Kind::documents,
                     .at = at,
                     .what = "a second document begins here (`---`), and this file holds one",
                     .fix = "remove it, or give each document its own file"};
  }

  [[nodiscard]] char at(std::size_t i) const { return i < m_text.size() ? m_text[i] : '\n'; }

  /// Skips blanks, line ends and comments.
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

  /// Skips anchor and tag; `last` becomes the end of the later one.
  [[nodiscard]] std::size_t skip_properties(std::size_t i, std::size_t& last) const
  {
    last = i;
    while (at(i) == '&' || at(i) == '!') {
      const bool verbatim = m_text.compare(i, 2, "!<") == 0;
      constexpr std::string_view flow = ",[]{}";
      while (i < m_text.size() && !space(m_text[i]) &&
             (verbatim || flow.find(m_text[i]) == std::string_view::npos)) {
        ++i;
      }
      last = i;
      i = skip_space(i);
    }
    return i;
  }

  LocatedNode& add(Kind kind, std::size_t props, const Properties& properties)
  {
    const std::size_t index = m_yaml.nodes.size();
    LocatedNode& node = m_yaml.nodes.emplace_back();
    node.kind = kind;
    node.props = node.start = node.end = props;
    node.tag = text_of(properties.tag);
    if (properties.anchor != nullptr) {
      m_yaml.anchors.resize(std::max<std::size_t>(m_yaml.anchors.size(), 1), k_none);
      node.anchor = m_yaml.anchors.size();
      m_yaml.anchors.push_back(index);
      m_names[text_of(properties.anchor)] = node.anchor;
    }
    if (!m_open.empty()) {
      LocatedNode& parent = m_yaml.nodes[m_open.back()];
      node.parent = m_open.back();
      if (parent.kind == Kind::mapping && parent.style == Style::block && parent.children.empty() &&
          at(parent.start) != '?') {
        parent.start = props; // after the mapping's own anchor
      }
      parent.children.push_back(index);
    }
    return node;
  }

  std::optional<YamlFault> take_alias(const yaml_event_t& event)
  {
    const std::size_t from = m_offsets.of(event.start_mark);
    const auto found = m_names.find(text_of(event.data.alias.anchor));
    if (found == m_names.end()) {
      return bad_first_letter(m_yaml, from);
    }
    LocatedNode& node = add(Kind::alias, from, {});
    node.refers = found->second;
    node.end = m_offsets.of(event.end_mark);
    return std::nullopt;
  }

  void take_scalar(const yaml_event_t& event)
  {
    const auto& scalar = event.data.scalar;
    const Properties properties{scalar.anchor, scalar.tag};
    const std::string_view value(reinterpret_cast<const char*>(scalar.value), scalar.length);
    const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (plain && value.empty() && !properties.any()) {
      const std::size_t place = empty_value(m_offsets.of(event.start_mark));
      add(Kind::null, place, properties);
      return;
    }
    LocatedNode& node = add(Kind::scalar, m_offsets.of(event.start_mark), properties);
    std::size_t last = node.props;
    node.start = properties.any() ? skip_properties(node.props, last) : node.props;
    node.end = m_offsets.of(event.end_mark);
    if (plain && value.empty()) { // an anchor or tag without a value
      node.start = node.end = last;
      node.kind = node.tag.empty() ? Kind::null : Kind::scalar;
      node.style = node.tag.empty() ? Style::none : Style::plain;
      return;
    }
    node.style = style_of(scalar.style);
    if (node.style == Style::block_scalar) {
      node.end = block_scalar_end(node.start, node.end);
    }
    constexpr std::string_view nulls[] = {"~", "null", "Null", "NULL"};
    if (plain && node.tag.empty() && std::ranges::find(nulls, value) != std::end(nulls)) {
      node.kind = Kind::null;
    } else {
      node.text = value;
    }
  }

  static Style style_of(yaml_scalar_style_t style)
  {
    switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
      return Style::single_quoted;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
      return Style::double_quoted;
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE:
      return Style::block_scalar;
    default:
      return Style::plain;
    }
  }

  /// Right after its `:` or `-`. libyaml's mark may be that of the next token.
  [[nodiscard]] std::size_t empty_value(std::size_t mark) const
  {
    if (m_open.empty()) {
      return 0;
    }
    const LocatedNode& parent = m_yaml.nodes[m_open.back()];
    const bool flow = parent.style == Style::flow && at(parent.start) != '?';
    const std::size_t inside = parent.start + (flow && parent.children.empty() ? 1 : 0);
    const std::size_t from =
        parent.children.empty() ? inside : m_yaml.nodes[parent.children.back()].end;
    if (parent.kind == Kind::mapping && parent.children.size() % 2 == 0) {
      return std::max(std::min(mark, skip_space(from)), from); // a key
    }
    const std::size_t i = skip_space(from);
    const char indicator = parent.kind == Kind::sequence ? '-' : ':';
    const bool there = i < m_text.size() && at(i) == indicator && (flow || space(at(i + 1)));
    return there ? i + 1 : from;
  }

  /// libyaml's mark is on the next line that is not empty.
  [[nodiscard]] std::size_t block_scalar_end(std::size_t start, std::size_t mark) const
  {
    const std::size_t header = std::min(m_text.find('\n', start), m_text.size());
    const std::string_view head = std::string_view(m_text).substr(start, header - start);
    const bool keep =
        head.substr(0, head.find_first_of(" \t\r")).find('+') != std::string_view::npos;
    std::size_t end = std::max(mark, header);
    if (!keep) {
      const std::size_t last = m_text.find_last_not_of(" \t\r\n", end == 0 ? 0 : end - 1);
      end = std::min(m_text.find('\n', std::max(last, start)), m_text.size());
    } else if (end > header && m_text[end - 1] == '\n') {
      --end;
    }
    return end > start && end < m_text.size() && m_text[end - 1] == '\r' ? end - 1 : end;
  }

  std::optional<YamlFault>
  open(const yaml_event_t& event, Kind kind, const Properties& properties, bool flow)
  {
    const std::size_t from = m_offsets.of(event.start_mark);
    if (m_open.size() >= m_most_levels) {
      return YamlFault{.kind = YamlFault::Kind::levels,
                       .at = from,
                       .what = "nested more than " + std::to_string(m_most_levels) + " levels deep",
                       .fix = "flatten it"};
    }
    LocatedNode& node = add(kind, from, properties);
    node.style = flow ? Style::flow : Style::block;
    std::size_t last = from;
    if (properties.any() && (flow || kind == Kind::sequence)) {
      node.start = skip_properties(from, last);
    }
    m_open.push_back(m_yaml.nodes.size() - 1);
    return std::nullopt;
  }

  void close(std::size_t mark)
  {
    LocatedNode& node = m_yaml.nodes[m_open.back()];
    const bool bracket =
        node.style == Style::flow && at(node.start) == (node.kind == Kind::mapping ? '{' : '[');
    node.end = bracket                 ? mark
               : node.children.empty() ? node.start
                                       : m_yaml.nodes[node.children.back()].end;
    m_open.pop_back();
  }

  LocatedYaml& m_yaml;
  const std::string& m_text;
  const ByteOffsets& m_offsets;
  std::size_t m_most_levels;
  std::vector<std::size_t> m_open{};
  std::map<std::string, std::size_t> m_names{}; ///< anchor names; the last definition counts
  int m_documents = 0;
};

} // namespace

std::optional<YamlFault> read_nodes(LocatedYaml& yaml, std::size_t most_levels)
{
  const std::size_t skip = yaml.text.starts_with(k_byte_order_mark) ? k_byte_order_mark.size() : 0;
  const ByteOffsets offsets(yaml.text, skip);
  EventReader reader(std::string_view(yaml.text).substr(skip));
  Recorder recorder(yaml, offsets, most_levels);
  for (;;) {
    const yaml_event_t* event = reader.next();
    if (event == nullptr) {
      return fault_of(yaml, reader.stop(offsets));
    }
    if (event->type == YAML_STREAM_END_EVENT) {
      break;
    }
    if (std::optional<YamlFault> fault = recorder.take(*event)) {
      return fault;
    }
  }
  if (yaml.nodes.empty()) { // only comments: null
    yaml.nodes.emplace_back();
  }
  return std::nullopt;
}

} // namespace iplease
