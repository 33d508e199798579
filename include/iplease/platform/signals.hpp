// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/platform/process.hpp>

#include <csignal>

namespace iplease {

/// Counts SIGINT, SIGTERM and SIGHUP. Before `arm`, called shortly before the first writing
/// command, signals keep their default effect and end the program with its reads. Afterwards a
/// signalfd receives them, so nothing runs in a handler. SIGHUP counts once: a lost terminal cannot
/// press Ctrl-C again.
class SignalStop final : public StopFlag, public Waker {
public:
  SignalStop() = default;
  ~SignalStop() override;
  SignalStop(const SignalStop&) = delete;
  SignalStop& operator=(const SignalStop&) = delete;

  void arm();
  [[nodiscard]] int level() const override;
  [[nodiscard]] int signal_number() const override;
  [[nodiscard]] int fd() const override { return m_fd; }
  void drain() override { collect(); }

private:
  void collect() const;

  int m_fd = -1;
  mutable int m_level = 0; ///< mutable: reading it first collects new signals
  mutable int m_last = 0;
  sigset_t m_old_mask{};
};

} // namespace iplease
