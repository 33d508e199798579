// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace iplease {

/// The texts of the files that places point into, by the name in `Place::file`.
using SourceTexts = std::map<std::string, std::string>;

/// One problem as the operator reads it: for a file `file:line:column: …` with the line itself and
/// a caret, then `error ID: what`, saw, cause, fix, more. What the problem leaves open is filled
/// from the catalogue. `severity` is "error" or "warning"; `stage_line` is "pool (6 of 11)" or
/// empty.
[[nodiscard]] std::string problem_text(const Problem& problem,
                                       const SourceTexts& sources = {},
                                       const std::string& severity = "error",
                                       const std::string& stage_line = {});
/// All of them, with a count when there are several.
[[nodiscard]] std::string problems_text(const std::vector<Problem>& problems,
                                        const SourceTexts& sources = {},
                                        const std::string& severity = "error");
/// What does not stop a run, on one line: "warning ID: what: saw".
[[nodiscard]] std::string warning_line(const Problem& problem);
/// As the `diagnostic` event and `config validate -o json` have it.
[[nodiscard]] nlohmann::ordered_json problem_json(const Problem& problem,
                                                  const std::string& severity = "error");
/// What stands on standard output, on one line, where `-o json` asked for one document and there is
/// none: `ui` follows the rule of the event stream, `problems` may be empty (declined).
[[nodiscard]] std::string refusal_json(const std::vector<Problem>& problems, ExitCode exit);

} // namespace iplease
