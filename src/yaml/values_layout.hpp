// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/yaml/located.hpp>
#include <iplease/yaml/text_edit.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// The layout of a values file, so that additions look like their neighbours. `yaml` must outlive
/// it. Only a root with entries has places.
class ValuesLayout {
public:
  explicit ValuesLayout(const LocatedYaml& yaml);

  /// JSON text needs quoted keys and strings.
  [[nodiscard]] bool json() const noexcept { return m_json; }
  /// At least three entries, sorted by key, as helm writes them.
  [[nodiscard]] bool sorted() const noexcept { return m_sorted; }

  /// A new root key in this file's style.
  [[nodiscard]] std::string key(const std::string& name) const;
  /// Sorted files stay sorted. Elsewhere the switch goes after the last one-line entry above
  /// `attributes`, else to the end.
  [[nodiscard]] std::size_t place_for_switch() const;
  /// Where to put a root key that the file does not have.
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

/// Whether the mapping at `index` is written as JSON: in braces, its first key quoted.
[[nodiscard]] bool written_as_json(const LocatedYaml& yaml, std::size_t index);

/// A list item `{key: NAME, value: "true"}` for each name.
[[nodiscard]] NewYaml attribute_items(const std::vector<std::string>& names, bool json);

/// Adds the file and, as evidence, the line without its values to each problem.
[[nodiscard]] std::vector<Problem>
with_lines(std::vector<Problem> problems, const std::string& text, const std::string& file);

} // namespace iplease
