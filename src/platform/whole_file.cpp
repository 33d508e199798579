// SPDX-License-Identifier: Apache-2.0
#include "whole_file.hpp"

#include "fd.hpp"
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace iplease {
namespace {

constexpr std::size_t k_largest_file = 16U << 20U;

bool is_handed_over(const std::string& path)
{
  return path == "/dev/stdin" || path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/");
}

void require_regular(int fd, const std::string& path)
{
  struct stat status {};
  if (::fstat(fd, &status) != 0) {
    fail("read", path, errno);
  }
  if (S_ISDIR(status.st_mode)) {
    fail("read", path, EISDIR);
  }
  if (!S_ISREG(status.st_mode)) {
    const std::string why = "it is not a regular file";
    throw Failure("cannot read " + path + ": " + why, why);
  }
  if (status.st_size > static_cast<off_t>(k_largest_file)) {
    fail("read", path, EFBIG);
  }
}

} // namespace

bool Failure::absent() const
{
  return m_error == ENOENT || m_error == ENOTDIR;
}

void fail(const std::string& what, const std::string& path, int error)
{
  const std::string why = std::strerror(error);
  throw Failure("cannot " + what + " " + path + ": " + why, why, error);
}

std::string read_all(int fd, const std::string& path)
{
  std::string text;
  std::array<char, 65536> chunk{};
  for (;;) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got == 0) {
      return text;
    }
    if (got < 0 && errno != EINTR) {
      fail("read", path, errno);
    }
    text.append(chunk.data(), got > 0 ? static_cast<std::size_t>(got) : 0U);
    if (text.size() > k_largest_file) {
      fail("read", path, EFBIG);
    }
  }
}

std::string read_whole(const std::string& path)
{
  const bool handed = is_handed_over(path);
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | (handed ? 0 : O_NONBLOCK)));
  if (!fd.open()) {
    fail("read", path, errno);
  }
  if (!handed) {
    require_regular(fd.get(), path);
  }
  return read_all(fd.get(), path);
}

} // namespace iplease
