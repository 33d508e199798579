// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>

#include <string>

namespace iplease {

/// Allows one writing run per cluster and machine: `flock` on <cluster directory>/lock, which holds
/// one line about the owner (host, pid, start time, run). The line of a killed owner stays but does
/// not block. A second locked file, `busy`, is inherited by every child (ProcessRunner::hold),
/// which writes its process group into it. So if iplease is killed, the next run waits until the
/// killed run's helm has ended too and the release is no longer changing. It does not wait for
/// processes in a session of their own, such as a credential helper's daemon.
class RunLock {
public:
  /// Throws EnvironmentError: IPL-RUN-001 (exit 8) if another run holds the lock or one of its
  /// commands still runs after `patience`; IPL-RUN-002 (exit 12) if the directory is not writable.
  RunLock(const std::string& cluster_directory,
          const std::string& run,
          Clock& clock,
          std::chrono::milliseconds patience = std::chrono::seconds(30));
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  [[nodiscard]] int busy_fd() const { return m_busy; }

private:
  int m_lock = -1;
  int m_busy = -1;
};

/// The line about the run that holds the lock; empty: nobody. Takes no lock and writes nothing, so
/// looking never blocks a run.
[[nodiscard]] std::string lock_owner(const std::string& cluster_directory);

} // namespace iplease
