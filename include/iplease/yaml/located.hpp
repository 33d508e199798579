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

/// One node of a YAML text together with the exact bytes that it occupies.
struct LocatedNode {
  enum class Kind { null, scalar, sequence, mapping, alias };
  enum class Style { none, plain, single_quoted, double_quoted, block_scalar, flow, block };
  static constexpr std::size_t k_none = static_cast<std::size_t>(-1);

  Kind kind = Kind::null;
  Style style = Style::none;
  std::size_t props = 0; ///< first byte of the anchor and tag; equal to `start` when there are none
  std::size_t start = 0; ///< first byte of the content; of a block sequence: its first dash
  std::size_t end = 0;   ///< one past the last byte; equal to `start` for an empty value
  std::string text{};    ///< scalars: the value that was read
  std::string tag{};     ///< explicit tag, expanded; empty when there is none
  std::size_t anchor = 0;              ///< number of the anchor that stands here; 0: none
  std::size_t refers = 0;              ///< aliases: number of the anchor that is meant
  std::size_t parent = k_none;         ///< index of the enclosing collection
  std::vector<std::size_t> children{}; ///< sequences: items; mappings: key, value, key, value

  /// Whether a reader would take the scalar as text whatever it looks like.
  [[nodiscard]] bool quoted() const { return style != Style::plain; }
};

/// A YAML text of exactly one document, read with libyaml, whose every node knows where it
/// stands.
struct LocatedYaml {
  std::string file{};                 ///< name for messages
  std::string text{};                 ///< the whole text; all offsets count from its first byte
  std::vector<LocatedNode> nodes{};   ///< in the order of the text; nodes[0] is the root
  std::vector<std::size_t> anchors{}; ///< number of an anchor -> node; [0] is unused

  [[nodiscard]] const LocatedNode& root() const { return nodes.front(); }
  [[nodiscard]] Place place(std::size_t offset) const;
  /// Offset of the first byte of the line that holds `offset`, and of the line after it.
  [[nodiscard]] std::size_t line_start(std::size_t offset) const;
  [[nodiscard]] std::size_t next_line(std::size_t offset) const;
  /// Bytes between the start of the line and `offset`.
  [[nodiscard]] std::size_t column(std::size_t offset) const { return offset - line_start(offset); }
  /// The node's own bytes.
  [[nodiscard]] std::string_view source(const LocatedNode& node) const;
  /// Index of the value below `key` in a mapping, not looking into merges; k_none when absent.
  [[nodiscard]] std::size_t find(std::size_t mapping, std::string_view key) const;
  /// As `find`, but through aliases and merge keys: what a reader of the file would see.
  [[nodiscard]] std::size_t find_effective(std::size_t mapping, std::string_view key) const;
  /// The node that an alias means, through chains of aliases; other nodes are themselves.
  [[nodiscard]] std::size_t target(std::size_t node) const;
};

/// Reads and locates. Refused with places: what is not YAML, duplicate keys, more than one
/// document, tabs where YAML forbids them, characters that YAML readers disagree about.
[[nodiscard]] std::variant<LocatedYaml, std::vector<Problem>> locate_yaml(std::string text,
                                                                          const std::string& file);

/// The first document of a text, and where the next one begins.
struct FirstDocument {
  LocatedYaml yaml{};
  std::optional<std::size_t> next{};
};

/// As Go's YAML reads: unlike `locate_yaml` it takes what can be read but not edited (duplicate
/// keys) and further documents.
[[nodiscard]] std::variant<FirstDocument, Problem> first_document(std::string_view text,
                                                                  const std::string& file);

/// What `locate_yaml` says of a text; its places name no file.
struct YamlReading {
  std::variant<LocatedYaml, std::vector<Problem>> located{};

  [[nodiscard]] const LocatedYaml* yaml() const { return std::get_if<LocatedYaml>(&located); }
  /// Why it cannot be read, with places in `file`; empty when it can.
  [[nodiscard]] std::vector<Problem> problems(const std::string& file) const;
};

/// Reads a text with secrets in it.
[[nodiscard]] YamlReading reading_of(const Secret& text);

/// What only looks like a blank in an indentation or a key, duplicate keys, aliases that contain
/// themselves.
[[nodiscard]] std::vector<Problem> check_layout(const LocatedYaml& yaml);

/// A refusal of a YAML file: exit 3, nothing is written.
[[nodiscard]] Problem yaml_problem(std::string id, std::string what, Place place, std::string fix);

} // namespace iplease
