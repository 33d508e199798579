// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/yaml/located.hpp>
#include <iplease/yaml/text_edit.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// How a values file is laid out, so that what is added looks like its neighbours. `yaml` must
/// outlive it; only a root with entries has places.
class ValuesLayout {
public:
  explicit ValuesLayout(const LocatedYaml& yaml);

  /// JSON text wants its keys and strings quoted.
  [[nodiscard]] bool json() const noexcept { return m_json; }
  /// Three or more entries in the order of their keys, as helm itself writes them.
  [[nodiscard]] bool sorted() const noexcept { return m_sorted; }

  /// A new key of the root as this file writes keys.
  [[nodiscard]] std::string key(const std::string& name) const;
  /// Sorted files stay sorted; elsewhere the switch joins the plain settings above `attributes`;
  /// a file that has none there gets it at the end.
  [[nodiscard]] std::size_t place_for_switch() const;
  /// Where a key of the root goes that the file does not have.
  [[nodiscard]] std::size_t place_for(std::string_view name) const;

private:
  [[nodiscard]] std::size_t entries() const;
  [[nodiscard]] const LocatedNode& key_at(std::size_t i) const;
  [[nodiscard]] const LocatedNode& value_at(std::size_t i) const;
  [[nodiscard]] std::size_t sorted_place(std::string_view name) const;
  [[nodiscard]] std::size_t last_place() const;
  [[nodiscard]] bool one_line(const LocatedNode& node) const;

  const LocatedYaml& m_yaml;
  bool m_json;
  bool m_sorted;
};

/// Whether the mapping at `index` is written as JSON: in braces, its first key in quotes.
[[nodiscard]] bool written_as_json(const LocatedYaml& yaml, std::size_t index);

/// A list item `{key: NAME, value: "true"}` for each name.
[[nodiscard]] NewYaml attribute_items(const std::vector<std::string>& names, bool json);

/// Each problem gets its file and its line as evidence, without the values on it.
[[nodiscard]] std::vector<Problem>
with_lines(std::vector<Problem> problems, const std::string& text, const std::string& file);

} // namespace iplease
