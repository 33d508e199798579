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
/// changed nothing. One that was cut short may have; the cluster shows it.
class MadeReplay {
public:
  explicit MadeReplay(MemorySeen& memory)
      : m_memory(memory)
  {
  }
  /// The header of a journal. A step of undo that ends well takes back everything remembered of its
  /// subject, or one run's part if undo was given that run.
  void run(const Json& header, const std::string& id);
  void intent(const Json& event);
  void done(const Json& event);
  /// Counts a step that began and never ended as done.
  void settle();
  /// An undo of everything ended well: what it did not keep is gone or restored.
  void undone();
  /// What one run made or changed.
  [[nodiscard]] std::map<std::string, MadeSeen> made_by(const std::string& run) const;

private:
  struct Change {
    std::string run{};
    Json event{};
  };

  void take_back(const std::string& subject);
  void remember(const std::string& subject);

  MemorySeen& m_memory;
  std::map<std::string, std::vector<Change>> m_changes{}; ///< behind MemorySeen::made, by subject
  std::optional<Json> m_begun{};
  std::set<std::string> m_runs{}; ///< all runs so far
  std::string m_run{};
  bool m_undo = false;
  std::string m_only{};
  /// Kept fields by subject; none: the thing itself.
  std::map<std::string, std::vector<std::string>> m_keeps{};
};

} // namespace iplease
