// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// Text that a terminal, a log or a document may be given, whoever wrote it: valid UTF-8 without
/// control characters. Colour codes and other terminal sequences (CSI, OSC) are dropped, line
/// breaks and tabs stay, `\r\n` is a line break; every other control character, C1 and the
/// characters that turn the direction of writing included, and every byte that is no UTF-8 is
/// shown as `\x1b` or `\u202e`. Text that is plain already comes back as it is.
[[nodiscard]] std::string plain_text(std::string_view text);

/// The document as text, `indent` as of nlohmann's dump: every string in it, names too, is plain
/// text, so that also who unpacks a string gets no control character.
[[nodiscard]] std::string plain_json(const nlohmann::ordered_json& document, int indent = -1);

/// At most that many bytes of the beginning or of the end, without half a character at the cut.
[[nodiscard]] std::string_view first_bytes(std::string_view text, std::size_t most);
[[nodiscard]] std::string_view last_bytes(std::string_view text, std::size_t most);
/// The two ends of a text that is longer than both together, with " ... " for what is left out.
[[nodiscard]] std::string both_ends(std::string_view text, std::size_t head, std::size_t tail);

/// The parts between these characters, empty ones too; views of `text`.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char at);

} // namespace iplease
