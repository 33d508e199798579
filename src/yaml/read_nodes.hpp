// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/yaml/located.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace iplease {

/// Why a text cannot be read, and the first byte of what is wrong.
struct YamlFault {
  enum class Kind { bytes, syntax, tab, documents, levels };
  Kind kind = Kind::syntax;
  std::size_t at = 0;
  std::string what{}; ///< one sentence, no full stop
  std::string fix{};
};

/// What a reader of YAML stops at or would misread: too many bytes, bytes that are not UTF-8,
/// control characters, lone carriage returns, U+2028 and its kin.
[[nodiscard]] std::optional<YamlFault> bytes_fault(std::string_view text, std::size_t most_bytes);

/// Fills `nodes` and `anchors` from `text` with libyaml, whose scanner Go's YAML is a port of: what
/// Helm, kubectl and MetalLB refuse is refused. With a fault the nodes before it stay. The bytes
/// are good (`bytes_fault`). Stricter than libyaml: one document, no more than `most_levels`.
[[nodiscard]] std::optional<YamlFault> read_nodes(LocatedYaml& yaml, std::size_t most_levels);

/// libyaml's words for where it stopped. Offsets are bytes.
struct YamlStop {
  std::string problem{};
  std::size_t at = 0;
  std::string context{};      ///< what it was reading; may be empty
  std::size_t context_at = 0; ///< where that began
};

/// The same in the operator's words, moved to where the mistake is. `yaml` holds what was read.
[[nodiscard]] YamlFault fault_of(const LocatedYaml& yaml, const YamlStop& stop);

/// A value that begins with a letter which means something else to YAML.
[[nodiscard]] YamlFault bad_first_letter(const LocatedYaml& yaml, std::size_t at);

} // namespace iplease
