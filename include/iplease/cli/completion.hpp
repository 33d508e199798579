// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace iplease {

/// Candidates at the cursor.
struct Completion {
  std::vector<std::pair<std::string, std::string>> words{}; ///< word and description
  bool files = false;                                       ///< a path is possible too
};

/// Candidates that do not come from the tables of commands, keys and ids.
struct CompletionFacts {
  std::vector<std::string> stages{};   ///< ids from the registry
  std::vector<std::string> checks{};   ///< ids that `doctor --only` accepts
  std::vector<std::string> runs{};     ///< run ids in the state directory
  std::vector<std::string> contexts{}; ///< contexts in the kubeconfig
};

/// Completes the last of `words`: everything after the program's name; the last word may be empty.
[[nodiscard]] Completion complete(const std::vector<std::string>& words,
                                  const CompletionFacts& facts);

/// Output of `iplease __complete WORD...`: one candidate per line, a tab, its description. The last
/// line is `:0` if files may follow, else `:4`, as kubectl expects it of a plugin's completion.
[[nodiscard]] std::string completion_lines(const Completion& completion);

/// The script for "bash", "zsh" or "fish"; empty for any other shell. It calls `iplease __complete`
/// on each keypress, so an upgrade of iplease does not outdate it.
[[nodiscard]] std::string completion_script(const std::string& shell);

} // namespace iplease
