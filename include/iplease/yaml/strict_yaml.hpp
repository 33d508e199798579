// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

struct StrictMember;

/// A piece of YAML with its place. Lines and columns are 1-based; columns count characters, not
/// bytes, so that they are the ones an editor shows.
struct StrictNode {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  std::string text{};  ///< of a scalar
  bool quoted = false; ///< "…", '…', | or >: text whatever it looks like
  int line = 0;
  int column = 0;
  std::vector<StrictNode> items{};
  // Without {}: clang would want the type of its elements complete here.
  std::vector<StrictMember> members; ///< in the order of the file; duplicates are left out
  /// The value under `key`, or nothing.
  [[nodiscard]] const StrictNode* find(std::string_view key) const;
};

struct StrictMember {
  std::string key{};
  int line = 0; ///< of the key
  int column = 0;
  StrictNode value{};
};

/// What a plain scalar means by the core schema of YAML 1.2. A quoted one is always text.
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

/// The tree, and everything that is wrong with the text. With a syntax error the tree ends there.
struct StrictYaml {
  StrictNode root{};
  std::vector<YamlMessage> messages{};
};

/// Reads one document of a file of ours: strict where YAML is lenient. Refused, each with its
/// place and what to write instead: what libyaml refuses, duplicate keys, several documents,
/// anchors, aliases, merge keys and tags (a settings file should read as it is written), keys that
/// are not text, text that is not UTF-8, more than 1 MiB, more than 32 levels.
[[nodiscard]] StrictYaml parse_strict_yaml(std::string_view text);

} // namespace iplease
