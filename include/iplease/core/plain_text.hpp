// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// Makes any text safe for a terminal, log or document: valid UTF-8 without control characters.
/// Drops colour codes and other terminal sequences (CSI, OSC), keeps line breaks and tabs, turns
/// `\r
/// ` into a line break. Shows other control characters (also C1 and those that change the writing
/// direction) and invalid bytes as `\x1b` or `\u202e`. Plain text comes back unchanged.
[[nodiscard]] std::string plain_text(std::string_view text);

/// Dumps the document; `indent` as in nlohmann's dump. Makes every string and name in it plain text
/// first, so that no control character appears even after unpacking.
[[nodiscard]] std::string plain_json(const nlohmann::ordered_json& document, int indent = -1);

/// At most that many bytes of the beginning or the end, never cutting a character in half.
[[nodiscard]] std::string_view first_bytes(std::string_view text, std::size_t most);
[[nodiscard]] std::string_view last_bytes(std::string_view text, std::size_t most);
/// The two ends with " ... " between, if the text is longer than both together.
[[nodiscard]] std::string both_ends(std::string_view text, std::size_t head, std::size_t tail);

/// The parts between these characters, including empty ones; views of `text`.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char at);

} // namespace iplease
