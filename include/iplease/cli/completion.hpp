// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace iplease {

/// What can stand at the cursor.
struct Completion {
  std::vector<std::pair<std::string, std::string>> words{}; ///< word and what it means
  bool files = false;                                       ///< a path can stand here, too
};

/// What can be offered beside the tables of commands, keys and ids.
struct CompletionFacts {
  std::vector<std::string> stages{};   ///< of the registry
  std::vector<std::string> checks{};   ///< the ids that `doctor --only` takes
  std::vector<std::string> runs{};     ///< the ids that the state directory holds
  std::vector<std::string> contexts{}; ///< of the kubeconfig
};

/// Completes the last of `words` (everything after the program's name; the last may be empty).
[[nodiscard]] Completion complete(const std::vector<std::string>& words,
                                  const CompletionFacts& facts);

/// `iplease __complete WORD...`, one candidate a line with a tab before its meaning; the last line
/// is `:0` when files may follow, else `:4` (so kubectl's plugin completion understands it).
[[nodiscard]] std::string completion_lines(const Completion& completion);

/// The script for "bash", "zsh" or "fish"; empty for another shell. It asks `iplease __complete`
/// at each key, so it never has to be made anew.
[[nodiscard]] std::string completion_script(const std::string& shell);

} // namespace iplease
