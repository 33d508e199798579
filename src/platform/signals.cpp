// SPDX-License-Identifier: Apache-2.0
#include <iplease/platform/signals.hpp>

#include <algorithm>

#include <sys/signalfd.h>
#include <unistd.h>

namespace iplease {

void SignalStop::arm()
{
  if (m_fd >= 0) {
    return;
  }
  sigset_t ours;
  ::sigemptyset(&ours);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    ::sigaddset(&ours, number);
  }
  ::sigprocmask(SIG_BLOCK, &ours, &m_old_mask);
  m_fd = ::signalfd(-1, &ours, SFD_NONBLOCK | SFD_CLOEXEC);
}

SignalStop::~SignalStop()
{
  if (m_fd >= 0) {
    collect();
    ::close(m_fd);
    ::sigprocmask(SIG_SETMASK, &m_old_mask, nullptr);
  }
}

int SignalStop::level() const
{
  collect();
  return m_level;
}

int SignalStop::signal_number() const
{
  collect();
  return m_last;
}

void SignalStop::collect() const
{
  signalfd_siginfo info{};
  while (m_fd >= 0 && ::read(m_fd, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    m_last = static_cast<int>(info.ssi_signo);
    m_level = m_last == SIGHUP ? std::max(m_level, 1) : std::min(m_level + 1, 3);
  }
}

} // namespace iplease
