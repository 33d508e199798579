// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/error.hpp>
#include <iplease/platform/state_files.hpp>

#include "fd.hpp"
#include "state_owner.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace iplease {
namespace {

constexpr std::size_t k_largest_state = 64U << 20U; ///< bytes, far above any journal

[[noreturn]] void fail_at(const std::string& path, int error)
{
  throw EnvironmentError(
      {.id = "IPL-RUN-002",
       .what = "the journal cannot be written: " + path + ": " + std::strerror(error),
       .exit = ExitCode::cannot_write});
}

void write_all(int fd, const std::string& path, const std::string& bytes)
{
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (put < 0 && errno != EINTR) {
      fail_at(path, errno);
    }
    done += put > 0 ? static_cast<std::size_t>(put) : 0U;
  }
  if (::fsync(fd) != 0) {
    fail_at(path, errno);
  }
}

/// A new name is durable only once its directory is.
void sync_directory_of(const std::string& path)
{
  const std::string directory = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
  const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.open() || ::fsync(fd.get()) != 0) {
    fail_at(directory, errno);
  }
}

} // namespace

void make_private_directory(const std::string& path)
{
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), 0700) == 0) {
      sync_directory_of(part);
    } else if (errno != EEXIST) {
      fail_at(part, errno);
    }
    if (end == std::string::npos) {
      return;
    }
  }
}

void write_private_file(const std::string& path, const std::string& bytes)
{
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.open()) {
    fail_at(path, errno);
  }
  write_all(fd.get(), path, bytes);
  sync_directory_of(path);
}

std::string read_private_file(const std::string& path)
{
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd.open()) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return {};
    }
    fail_at(path, errno);
  }
  require_safe_file(fd.get(), path);
  if (file_bytes(path) > k_largest_state) {
    fail_at(path, EFBIG);
  }
  std::string text;
  std::array<char, 65536> chunk{};
  for (;;) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got == 0) {
      return text;
    }
    if (got < 0 && errno != EINTR) {
      fail_at(path, errno);
    }
    text.append(chunk.data(), got > 0 ? static_cast<std::size_t>(got) : 0U);
    if (text.size() > k_largest_state) {
      fail_at(path, EFBIG);
    }
  }
}

std::uintmax_t file_bytes(const std::string& path)
{
  struct stat file {};
  return ::stat(path.c_str(), &file) == 0 ? static_cast<std::uintmax_t>(file.st_size) : 0;
}

std::vector<std::string> list_directory(const std::string& path)
{
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
  if (directory == nullptr) {
    if (errno == ENOENT) {
      return {};
    }
    fail_at(path, errno);
  }
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") {
      names.push_back(name);
    }
  }
  std::ranges::sort(names);
  return names;
}

AppendFile::AppendFile(std::string path)
    : m_path(std::move(path)),
      m_fd(::open(m_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600))
{
  if (m_fd < 0) {
    fail_at(m_path, errno);
  }
  sync_directory_of(m_path);
}

AppendFile::~AppendFile()
{
  ::close(m_fd);
}

void AppendFile::append(const std::string& bytes)
{
  write_all(m_fd, m_path, bytes);
}

} // namespace iplease
