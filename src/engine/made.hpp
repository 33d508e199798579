// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/memory.hpp>

#include "journal_format.hpp"
#include <optional>

namespace iplease {

/// Replays what steps made or changed, in the order of their events. A step that the server refused
/// changed nothing; one that was cut short may have, and the cluster tells.
class MadeReplay {
public:
  explicit MadeReplay(MemorySeen& memory)
      : m_memory(memory)
  {
  }
  /// `undo`: the event is of a run of undo, which takes back what it ends well.
  void intent(const Json& event, bool undo);
  void done(const Json& event);
  /// Takes what was begun and never ended for done.
  void settle();

private:
  MemorySeen& m_memory;
  std::optional<Json> m_begun{};
  bool m_undo = false;
};

} // namespace iplease
