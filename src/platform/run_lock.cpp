// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/error.hpp>
#include <iplease/platform/run_lock.hpp>
#include <iplease/platform/state_files.hpp>

#include "fd.hpp"
#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace iplease {
namespace {

constexpr useconds_t k_look_again = 50'000; // microseconds
constexpr std::chrono::seconds k_owner_writes{1};

Fd open_lock(const std::string& path)
{
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.open()) {
    throw EnvironmentError(
        {.id = "IPL-RUN-002",
         .what = "the lock cannot be opened: " + path + ": " + std::strerror(errno),
         .exit = ExitCode::cannot_write});
  }
  return fd;
}

std::string line_in(const std::string& path)
{
  std::string line = read_private_file(path);
  while (line.ends_with('\n')) {
    line.pop_back();
  }
  return line;
}

[[noreturn]] void refuse(const std::string& what, const std::string& path)
{
  const std::string owner = line_in(path);
  throw EnvironmentError({.id = "IPL-RUN-001",
                          .what = what + ": " + (owner.empty() ? "owner not written yet" : owner),
                          .saw = path,
                          .exit = ExitCode::locked});
}

std::string owner_line(const std::string& run, const Clock& clock)
{
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return "host " + std::string(host.data()) + ", pid " + std::to_string(::getpid()) + ", started " +
         clock.wall() + ", run " + run + "\n";
}

/// Who has just taken the lock has not written who it is; what stands there is the last run's line.
void wait_for_owner(const std::string& cluster_directory, const Clock& clock)
{
  const auto until = clock.now() + k_owner_writes;
  while (lock_owner(cluster_directory).empty() && clock.now() < until) {
    ::usleep(k_look_again);
  }
}

/// The fifth word of a line of /proc/locks.
std::string pid_in(const std::string& line)
{
  std::istringstream words(line);
  std::string word;
  for (int at = 0; at < 5; ++at) {
    words >> word;
  }
  return word;
}

} // namespace

RunLock::RunLock(const std::string& cluster_directory,
                 const std::string& run,
                 Clock& clock,
                 std::chrono::milliseconds patience)
{
  make_private_directory(cluster_directory);
  const std::string path = cluster_directory + "/lock";
  const Fd lock = open_lock(path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    wait_for_owner(cluster_directory, clock);
    refuse("another run is at work on this cluster", path);
  }
  const Fd busy = open_lock(cluster_directory + "/busy");
  const auto until = clock.now() + patience;
  while (::flock(busy.get(), LOCK_EX | LOCK_NB) != 0) {
    if (clock.now() >= until) {
      refuse("a command that a killed run has started is still running", path);
    }
    ::usleep(k_look_again);
  }
  const std::string line = owner_line(run, clock);
  if (::ftruncate(lock.get(), 0) != 0 || ::pwrite(lock.get(), line.data(), line.size(), 0) < 0) {
    throw EnvironmentError(
        {.id = "IPL-RUN-002",
         .what = "the lock cannot be written: " + path + ": " + std::strerror(errno),
         .exit = ExitCode::cannot_write});
  }
  m_lock = ::fcntl(lock.get(), F_DUPFD_CLOEXEC, 3);
  m_busy = ::fcntl(busy.get(), F_DUPFD_CLOEXEC, 3);
}

std::string lock_owner(const std::string& cluster_directory)
{
  const std::string path = cluster_directory + "/lock";
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) {
    return {};
  }
  std::string owner = line_in(path);
  // "1: FLOCK  ADVISORY  WRITE 4711 fd:01:5767176 0 EOF" (proc(5)); a dead owner's line in the
  // file stays, its lock does not.
  const std::string inode = ":" + std::to_string(file.st_ino) + " ";
  std::istringstream locks(read_private_file("/proc/locks"));
  for (std::string line; std::getline(locks, line);) {
    const bool held = line.find(" FLOCK ") != std::string::npos &&
                      line.find(inode) != std::string::npos && line.find("->") == std::string::npos;
    if (held && owner.find("pid " + pid_in(line) + ",") != std::string::npos) {
      return owner;
    }
  }
  return {};
}

RunLock::~RunLock()
{
  ::close(m_busy);
  ::close(m_lock);
}

} // namespace iplease
