// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>

#include <string>

namespace iplease {

/// One writing run per cluster and machine. `flock` on <cluster directory>/lock, which holds one
/// line about the owner (host, pid, start time, run); a killed owner's line stays and does not
/// block. A second file, `busy`, is locked too and handed on to every child (ProcessRunner::hold),
/// which writes its process group into it: when iplease is killed, the next run waits until the
/// killed run's helm has ended as well, so that it does not look at a release that is still being
/// marked. What a command leaves behind in a session of its own (a credential helper's daemon)
/// holds the file too, and is not waited for.
class RunLock {
public:
  /// Throws EnvironmentError: IPL-RUN-001, exit 8, when another run holds it (or one of its
  /// commands still runs after `patience`; that one is named); IPL-RUN-002, exit 12, when the
  /// directory cannot be written.
  RunLock(const std::string& cluster_directory,
          const std::string& run,
          Clock& clock,
          std::chrono::milliseconds patience = std::chrono::seconds(30));
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  /// For ProcessRunner::hold.
  [[nodiscard]] int busy_fd() const { return m_busy; }

private:
  int m_lock = -1;
  int m_busy = -1;
};

/// The line about the run that holds the lock now; empty when nobody does. Takes no lock and
/// writes nothing, so that looking never stops a run from starting.
[[nodiscard]] std::string lock_owner(const std::string& cluster_directory);

} // namespace iplease
