// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <unistd.h>

namespace iplease {

/// Owns one file descriptor.
class Fd {
public:
  Fd() = default;
  explicit Fd(int fd)
      : m_fd(fd)
  {
  }
  Fd(Fd&& other) noexcept
      : m_fd(std::exchange(other.m_fd, -1))
  {
  }
  Fd& operator=(Fd&& other) noexcept
  {
    reset();
    m_fd = std::exchange(other.m_fd, -1);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  [[nodiscard]] int get() const { return m_fd; }
  [[nodiscard]] bool open() const { return m_fd >= 0; }
  void reset()
  {
    if (m_fd >= 0) {
      ::close(m_fd);
    }
    m_fd = -1;
  }

private:
  int m_fd = -1;
};

} // namespace iplease
