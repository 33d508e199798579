// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace iplease {

/// Texts of the files that places refer to, by `Place::file`.
using SourceTexts = std::map<std::string, std::string>;

/// One problem for the operator: for a file `file:line:column: …` with the line and a caret, then
/// `error ID: what`, saw, cause, fix, more. The catalogue fills empty parts. `severity` is "error"
/// or "warning"; `stage_line` is "pool (6 of 11)" or empty.
[[nodiscard]] std::string problem_text(const Problem& problem,
                                       const SourceTexts& sources = {},
                                       const std::string& severity = "error",
                                       const std::string& stage_line = {});
/// All problems, with a count if there are several.
[[nodiscard]] std::string problems_text(const std::vector<Problem>& problems,
                                        const SourceTexts& sources = {},
                                        const std::string& severity = "error");
/// A warning on one line: "warning ID: what: saw".
[[nodiscard]] std::string warning_line(const Problem& problem);
/// Format of the `diagnostic` event and of `config validate -o json`.
[[nodiscard]] nlohmann::ordered_json problem_json(const Problem& problem,
                                                  const std::string& severity = "error");
/// Standard output, on one line, if `-o json` was asked for but there is no document. `ui` is
/// versioned like the event stream; `problems` may be empty (declined).
[[nodiscard]] std::string refusal_json(const std::vector<Problem>& problems, ExitCode exit);

} // namespace iplease
