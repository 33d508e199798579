// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/yaml/strict_yaml.hpp>

#include "strict_scan.hpp"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// The lines of a text, for places: yaml-cpp counts bytes, people count characters.
class TextLines {
public:
  explicit TextLines(std::string_view text);
  /// Without the line break; empty when there is no such line (0-based).
  [[nodiscard]] std::string_view line(int number) const;
  [[nodiscard]] int size() const { return static_cast<int>(m_lines.size()); }
  /// 1-based column in characters of the 0-based byte of a 0-based line.
  [[nodiscard]] int column(int number, int byte) const;

private:
  /// Characters that begin in the first `byte` bytes of the text; as quick at the end as at the
  /// beginning, because a line may be as long as the file.
  [[nodiscard]] int characters(std::size_t byte) const;

  std::string_view m_text;
  std::vector<std::string_view> m_lines{};
  std::vector<int> m_characters{}; ///< that begin before each block of the text
};

/// Text that is too large, not UTF-8 or not text at all.
[[nodiscard]] std::optional<YamlMessage>
encoding_message(std::string_view text, const TextLines& lines, std::size_t most_bytes);

/// yaml-cpp's words and mark, re-worded and moved to where the mistake is.
[[nodiscard]] YamlMessage syntax_message(const std::string& words,
                                         ScanPlace noticed,
                                         const StrictScan& scan,
                                         const TextLines& lines);

/// Mistakes that yaml-cpp reads without a word.
[[nodiscard]] std::optional<YamlMessage> silent_message(const StrictScan& scan,
                                                        const TextLines& lines);

/// "!!str" for "tag:yaml.org,2002:str".
[[nodiscard]] std::string short_tag(const std::string& tag);

} // namespace iplease
