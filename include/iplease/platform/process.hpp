// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>

#include <chrono>
#include <cstddef>
#include <memory>

namespace iplease {

/// Something that interrupts a wait from outside (a signal). `drain` is called when `fd` is
/// readable, so that a wait which ignores the reason does not spin on it.
class Waker {
public:
  virtual ~Waker() = default;
  [[nodiscard]] virtual int fd() const = 0; ///< -1: never wakes
  virtual void drain() = 0;
};

/// Bounds of every process. Output past a bound is read and dropped: the head is kept, the child
/// never blocks on a full pipe, and `CommandResult::truncated` says so.
struct ProcessLimits {
  std::size_t out = 8U << 20U; ///< bytes; `kubectl get -o json` of a big cluster must fit
  std::size_t err = 1U << 20U;
  /// The ladder after `Command::timeout`: SIGINT to the group at once, then these pauses before
  /// SIGTERM and SIGKILL. Helm needs a moment after SIGINT to mark its release failed.
  std::chrono::milliseconds after_int{10'000};
  std::chrono::milliseconds after_term{5'000};
};

class ProcessTable;

/// Runs programs: the only place that forks. Each child has its own process group (Ctrl-C in the
/// terminal does not reach it), an empty signal mask, no descriptor of ours but 0, 1, 2 and the
/// held one, our environment, and dies with us (PR_SET_PDEATHSIG, SIGTERM).
class ProcessRunner final : public Runner {
public:
  explicit ProcessRunner(Waker* waker = nullptr, ProcessLimits limits = {});
  ~ProcessRunner() override;
  ProcessRunner(const ProcessRunner&) = delete;
  ProcessRunner& operator=(const ProcessRunner&) = delete;

  [[nodiscard]] std::unique_ptr<Job> start(const Command& command) override;
  /// Returns when a job ended, the waker woke, or the time is over.
  void poll(std::chrono::milliseconds limit) override;
  /// A descriptor that every later child keeps open (RunLock::busy_fd); -1: none.
  void hold(int fd) { m_held = fd; }

private:
  int m_held = -1;
  Waker* m_waker;
  ProcessLimits m_limits;
  std::shared_ptr<ProcessTable> m_table;
};

} // namespace iplease
