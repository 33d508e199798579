// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

struct StrictMember;

/// A YAML node with its place, 1-based. Columns count characters, as editors do, not bytes.
struct StrictNode {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  std::string text{};  ///< of a scalar
  bool quoted = false; ///< "…", '…', | or >: text whatever it looks like
  int line = 0;
  int column = 0;
  std::vector<StrictNode> items{};
  // No {}: clang would need the complete element type here.
  std::vector<StrictMember> members; ///< in file order, without duplicates
  /// The value of `key`, or null.
  [[nodiscard]] const StrictNode* find(std::string_view key) const;
};

struct StrictMember {
  std::string key{};
  int line = 0; ///< of the key
  int column = 0;
  StrictNode value{};
};

/// How YAML 1.2's core schema reads a plain scalar. A quoted one is always text.
enum class PlainType { text, boolean, integer, real, null };
[[nodiscard]] PlainType plain_type(const StrictNode& scalar);

struct YamlMessage {
  enum class Kind { syntax, duplicate, feature, documents, encoding };
  Kind kind = Kind::syntax;
  int line = 0;
  int column = 0;
  std::string what{}; ///< one sentence, no full stop
  std::string fix{};
};

/// The tree, and everything wrong with the text. A syntax error ends the tree.
struct StrictYaml {
  StrictNode root{};
  std::vector<YamlMessage> messages{};
};

/// Reads one document of iplease's own file formats, more strictly than YAML. Refuses, with the
/// place and what to write instead: what libyaml refuses, duplicate keys, several documents,
/// anchors, aliases, merge keys and tags (a settings file should read as written), keys that are
/// not text, text that is not UTF-8, more than 1 MiB, more than 32 levels.
[[nodiscard]] StrictYaml parse_strict_yaml(std::string_view text);

} // namespace iplease
