// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/yaml/located.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace iplease {

/// Something to write: a scalar (ready YAML, `true` or `"true"`), a mapping, or a list.
struct NewYaml {
  std::string scalar{}; ///< used if `entries` and `items` are empty
  std::vector<std::pair<std::string, NewYaml>> entries{};
  std::vector<NewYaml> items{};

  [[nodiscard]] bool is_scalar() const { return entries.empty() && items.empty(); }
  bool operator==(const NewYaml&) const = default;
};

[[nodiscard]] NewYaml yaml_scalar(std::string raw);
[[nodiscard]] NewYaml yaml_map(std::vector<std::pair<std::string, NewYaml>> entries);
[[nodiscard]] NewYaml yaml_list(std::vector<NewYaml> items);

/// One intended change of a located text. The splicer turns it into bytes, the verifier into an
/// expected tree; they share no code.
struct TextEdit {
  enum class What {
    replace,   ///< `node` becomes `value`
    add_entry, ///< `node`, a mapping, gets `key: value` as entry number `position`
    add_items, ///< `node`, a list, gets `value.items` at its end
    remove     ///< `node`, an item or the value of an entry, is removed with its key
  } what = What::replace;
  std::size_t node = 0;
  std::size_t position = 0;
  std::string key{};
  NewYaml value{};
};

/// A text in block style: two spaces per level, a list two spaces right of its key.
[[nodiscard]] std::string block_text(const NewYaml& value);

struct EditedText {
  std::string text{};
  bool changed = false;
};
using EditOutcome = std::variant<EditedText, std::vector<Problem>>;

/// Makes the edits by splicing the text: everything else stays byte for byte; new lines follow the
/// indentation, list style and line ends around them. Then reads the result again and refuses if
/// its tree is not the old one with exactly these edits. Refuses if an anchor would spread a
/// change.
[[nodiscard]] EditOutcome apply_edits(const LocatedYaml& yaml, const std::vector<TextEdit>& edits);

/// Sets the value at `path` (keys of nested mappings). Adds missing mappings and keys at the end of
/// their parents. Keeps a text that already reads the same; `true` and `"true"` differ.
[[nodiscard]] EditOutcome set_in_yaml(const std::string& text,
                                      const std::string& file,
                                      const std::vector<std::string>& path,
                                      const NewYaml& value);

/// A replacement of bytes. Splices of one text never overlap.
struct Splice {
  std::size_t at = 0;
  std::size_t remove = 0;
  std::string insert{};
};

/// The splicer's half of `apply_edits`.
[[nodiscard]] std::vector<Splice> splices_of(const LocatedYaml& yaml, const TextEdit& edit);
[[nodiscard]] std::string splice(const std::string& text, std::vector<Splice> splices);

/// The verifier's half: empty if `after` is `before` with the edits applied, else the differences.
[[nodiscard]] std::vector<Problem> verify_edits(const LocatedYaml& before,
                                                const std::vector<TextEdit>& edits,
                                                const std::string& after);

/// Whether a reader of the node gets exactly `value`.
[[nodiscard]] bool reads_as(const LocatedYaml& yaml, std::size_t node, const NewYaml& value);

} // namespace iplease
