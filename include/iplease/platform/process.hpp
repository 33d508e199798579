// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>

#include <chrono>
#include <cstddef>
#include <memory>

namespace iplease {

/// Something that interrupts a wait from outside, such as a signal. `drain` is called when `fd` is
/// readable, so a wait that ignores the reason does not spin.
class Waker {
public:
  virtual ~Waker() = default;
  [[nodiscard]] virtual int fd() const = 0; ///< -1: never wakes
  virtual void drain() = 0;
};

/// Limits of every process. Output past a limit is read and dropped: the head is kept, the child
/// never blocks on a full pipe, and `CommandResult::truncated` is set.
struct ProcessLimits {
  std::size_t out = 8U << 20U; ///< bytes; must hold `kubectl get -o json` of a big cluster
  std::size_t err = 1U << 20U;
  /// After `Command::timeout` the group gets SIGINT at once, then SIGTERM and SIGKILL after these
  /// pauses. Helm needs time after SIGINT to mark its release failed.
  std::chrono::milliseconds after_int{10'000};
  std::chrono::milliseconds after_term{5'000};
};

class ProcessTable;

/// Runs programs; the only code that forks. Each child has its own process group (so Ctrl-C does
/// not reach it), an empty signal mask, iplease's environment, and only descriptors 0, 1, 2 and the
/// held one. It gets SIGTERM when iplease dies (PR_SET_PDEATHSIG).
class ProcessRunner final : public Runner {
public:
  explicit ProcessRunner(Waker* waker = nullptr, ProcessLimits limits = {});
  ~ProcessRunner() override;
  ProcessRunner(const ProcessRunner&) = delete;
  ProcessRunner& operator=(const ProcessRunner&) = delete;

  [[nodiscard]] std::unique_ptr<Job> start(const Command& command) override;
  /// Returns when a job ended, the waker woke, or the time is up.
  void poll(std::chrono::milliseconds limit) override;
  /// A descriptor that later children keep open (RunLock::busy_fd); -1: none. Not owned.
  void hold(int fd) { m_held = fd; }

private:
  int m_held = -1;
  Waker* m_waker;
  ProcessLimits m_limits;
  std::shared_ptr<ProcessTable> m_table;
};

} // namespace iplease
