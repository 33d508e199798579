// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/secret.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace iplease {

/// One node of a YAML text, with the exact bytes it occupies.
struct LocatedNode {
  enum class Kind { null, scalar, sequence, mapping, alias };
  enum class Style { none, plain, single_quoted, double_quoted, block_scalar, flow, block };
  static constexpr std::size_t k_none = static_cast<std::size_t>(-1);

  Kind kind = Kind::null;
  Style style = Style::none;
  std::size_t props = 0;       ///< first byte of anchor and tag; equals `start` if there are none
  std::size_t start = 0;       ///< first byte of the content; the first dash of a block sequence
  std::size_t end = 0;         ///< one past the last byte; equals `start` if empty
  std::string text{};          ///< scalars: the value that was read
  std::string tag{};           ///< explicit tag, expanded; empty: none
  std::size_t anchor = 0;      ///< number of the anchor set here; 0: none
  std::size_t refers = 0;      ///< aliases: number of the anchor
  std::size_t parent = k_none; ///< index of the enclosing collection
  std::vector<std::size_t> children{}; ///< sequences: items; mappings: key, value, key, value

  /// Whether a reader takes the scalar as text, whatever it looks like.
  [[nodiscard]] bool quoted() const { return style != Style::plain; }
};

/// A YAML text with exactly one document, read with libyaml; every node knows its place.
struct LocatedYaml {
  std::string file{};                 ///< name for messages
  std::string text{};                 ///< whole text; all offsets are byte offsets into it
  std::vector<LocatedNode> nodes{};   ///< in text order; nodes[0] is the root
  std::vector<std::size_t> anchors{}; ///< anchor number -> node; [0] is unused

  [[nodiscard]] const LocatedNode& root() const { return nodes.front(); }
  [[nodiscard]] Place place(std::size_t offset) const;
  /// Offset of the first byte of the line that holds `offset`, and of the next line.
  [[nodiscard]] std::size_t line_start(std::size_t offset) const;
  [[nodiscard]] std::size_t next_line(std::size_t offset) const;
  /// Bytes from the start of the line to `offset`.
  [[nodiscard]] std::size_t column(std::size_t offset) const { return offset - line_start(offset); }
  /// The node's own bytes.
  [[nodiscard]] std::string_view source(const LocatedNode& node) const;
  /// Index of the value of `key` in a mapping, ignoring merge keys; k_none if absent.
  [[nodiscard]] std::size_t find(std::size_t mapping, std::string_view key) const;
  /// Like `find`, but follows aliases and merge keys, as a reader of the file does.
  [[nodiscard]] std::size_t find_effective(std::size_t mapping, std::string_view key) const;
  /// The node an alias refers to, through chains of aliases; any other node is itself.
  [[nodiscard]] std::size_t target(std::size_t node) const;
};

/// Reads and locates. Refuses, with places: text that is not YAML, duplicate keys, several
/// documents, tabs where YAML forbids them, characters on which YAML readers disagree.
[[nodiscard]] std::variant<LocatedYaml, std::vector<Problem>> locate_yaml(std::string text,
                                                                          const std::string& file);

/// The first document of a text, and the offset of the next one.
struct FirstDocument {
  LocatedYaml yaml{};
  std::optional<std::size_t> next{};
};

/// Reads like Go's YAML: unlike `locate_yaml` it accepts further documents and what can be read but
/// not edited (duplicate keys).
[[nodiscard]] std::variant<FirstDocument, Problem> first_document(std::string_view text,
                                                                  const std::string& file);

/// The result of `locate_yaml`; its places have no file name.
struct YamlReading {
  std::variant<LocatedYaml, std::vector<Problem>> located{};

  [[nodiscard]] const LocatedYaml* yaml() const { return std::get_if<LocatedYaml>(&located); }
  /// Why it cannot be read, with places in `file`; empty: it can.
  [[nodiscard]] std::vector<Problem> problems(const std::string& file) const;
};

/// Reads a text that holds secrets.
[[nodiscard]] YamlReading reading_of(const Secret& text);

/// Finds characters that only look like blanks in an indentation or key, duplicate keys, and
/// aliases to one of their own ancestors.
[[nodiscard]] std::vector<Problem> check_layout(const LocatedYaml& yaml);

/// A refusal of a YAML file: exit 3, nothing is written.
[[nodiscard]] Problem yaml_problem(std::string id, std::string what, Place place, std::string fix);

} // namespace iplease
