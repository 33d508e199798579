// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/platform/process.hpp>

#include <csignal>

namespace iplease {

/// Turns SIGINT, SIGTERM and SIGHUP into a count. Until `arm` (called when the first writing
/// command is near) the signals keep their default: they end the program at once, and with it
/// the reads it has started. Signals are read from a signalfd, so nothing runs in a handler.
/// SIGHUP asks once only: a lost terminal cannot press Ctrl-C again.
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
  mutable int m_level = 0; ///< a question also fetches what has come since the last one
  mutable int m_last = 0;
  sigset_t m_old_mask{};
};

} // namespace iplease
