// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace iplease {

/// Why a file operation failed; never leaves src/platform.
class Failure : public std::runtime_error {
public:
  explicit Failure(const std::string& what, std::string why = {}, int error = 0)
      : std::runtime_error(what),
        m_why(std::move(why)),
        m_error(error)
  {
  }
  [[nodiscard]] const std::string& why() const { return m_why; } ///< without operation and path
  [[nodiscard]] bool absent() const;                             ///< no such file

private:
  std::string m_why;
  int m_error;
};

/// Throws "cannot WHAT PATH: REASON".
[[noreturn]] void fail(const std::string& what, const std::string& path, int error);
/// Everything in an open file, at most 16 MiB; throws Failure.
[[nodiscard]] std::string read_all(int fd, const std::string& path);
/// The text of a regular file. Anything else is refused at once: a FIFO may wait forever for its
/// writer, a device may have no end. Only what a shell hands over (standard input, `<(command)`)
/// may be anything. Throws Failure.
[[nodiscard]] std::string read_whole(const std::string& path);

} // namespace iplease
