// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace iplease {

/// Why something cannot be done with a file; never leaves the room.
class Failure : public std::runtime_error {
public:
  explicit Failure(const std::string& what, std::string why = {}, int error = 0)
      : std::runtime_error(what),
        m_why(std::move(why)),
        m_error(error)
  {
  }
  [[nodiscard]] const std::string& why() const { return m_why; } ///< without what and where
  [[nodiscard]] bool absent() const;                             ///< there is no such file

private:
  std::string m_why;
  int m_error;
};

/// Throws "cannot WHAT PATH: the system's words".
[[noreturn]] void fail(const std::string& what, const std::string& path, int error);
/// All that an open file holds, at most 16 MiB; throws Failure.
[[nodiscard]] std::string read_all(int fd, const std::string& path);
/// The text of a regular file. Anything else is refused at once: a FIFO may wait for ever for its
/// writer, a device may have no end. What a shell hands over (standard input, `<(command)`) is
/// read whatever it is. Throws Failure.
[[nodiscard]] std::string read_whole(const std::string& path);

} // namespace iplease
