// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/yaml/located.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace iplease {

/// Why a text cannot be read, and the offset of the fault's first byte.
struct YamlFault {
  enum class Kind { bytes, syntax, tab, documents, levels };
  Kind kind = Kind::syntax;
  std::size_t at = 0;
  std::string what{}; ///< one sentence, no full stop
  std::string fix{};
};

/// Finds what YAML readers stop at or misread: too many bytes, invalid UTF-8, control characters,
/// lone carriage returns, U+2028 and similar.
[[nodiscard]] std::optional<YamlFault> bytes_fault(std::string_view text, std::size_t most_bytes);

/// Fills `nodes` and `anchors` from `text` with libyaml. Go's YAML is a port of its scanner, so it
/// refuses what Helm, kubectl and MetalLB refuse. Stricter: one document, at most `most_levels`
/// levels. On a fault the nodes before it stay. Call `bytes_fault` first.
[[nodiscard]] std::optional<YamlFault> read_nodes(LocatedYaml& yaml, std::size_t most_levels);

/// Where and why libyaml stopped, in its words. Offsets are bytes.
struct YamlStop {
  std::string problem{};
  std::size_t at = 0;
  std::string context{};      ///< what it was reading; may be empty
  std::size_t context_at = 0; ///< where that starts
};

/// The same in the operator's words, at the mistake. `yaml` holds what was read so far.
[[nodiscard]] YamlFault fault_of(const LocatedYaml& yaml, const YamlStop& stop);

/// A value that starts with a character reserved by YAML.
[[nodiscard]] YamlFault bad_first_letter(const LocatedYaml& yaml, std::size_t at);

} // namespace iplease
