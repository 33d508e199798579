// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/memory.hpp>

#include "journal_format.hpp"
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace iplease {

/// Replays what steps made or changed, in the order of their events. A step that the server refused
/// changed nothing; one that was cut short may have, and the cluster tells.
class MadeReplay {
public:
  explicit MadeReplay(MemorySeen& memory)
      : m_memory(memory)
  {
  }
  /// The header of a journal. A run of undo takes back what it ends well: all that is remembered of
  /// a subject, of one run alone where it was given that run.
  void run(const Json& header, const std::string& id);
  void intent(const Json& event);
  void done(const Json& event);
  /// Takes what was begun and never ended for done.
  void settle();
  /// An undo of everything ended well: what it did not keep is gone, or as it was before.
  void undone();
  /// What is remembered of one run.
  [[nodiscard]] std::map<std::string, MadeSeen> made_by(const std::string& run) const;

private:
  struct Change {
    std::string run{};
    Json event{};
  };

  void take_back(const std::string& subject);
  void remember(const std::string& subject);

  MemorySeen& m_memory;
  std::map<std::string, std::vector<Change>> m_changes{}; ///< of MemorySeen::made, by subject
  std::optional<Json> m_begun{};
  std::set<std::string> m_runs{}; ///< all so far
  std::string m_run{};
  bool m_undo = false;
  std::string m_only{};
  std::map<std::string, std::vector<std::string>> m_keeps{}; ///< subject -> fields; none: all of it
};

} // namespace iplease
