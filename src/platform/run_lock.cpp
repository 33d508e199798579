// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/error.hpp>
#include <iplease/platform/run_lock.hpp>
#include <iplease/platform/state_files.hpp>

#include "fd.hpp"
#include "state_owner.hpp"
#include "whole_file.hpp"
#include <array>
#include <cerrno>
#include <cstring>
#include <set>
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
  Fd fd(::open(
      path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!fd.open()) {
    throw EnvironmentError(
        {.id = "IPL-RUN-002",
         .what = "the lock cannot be opened: " + path + ": " + std::strerror(errno),
         .exit = ExitCode::cannot_write});
  }
  require_safe_file(fd.get(), path);
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

[[noreturn]] void refuse(const std::string& what, const std::string& owner, const std::string& path)
{
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

/// A file of the kernel; empty if it is gone, like those of an ended process.
std::string kernel_text(const std::string& path)
{
  try {
    return read_whole(path);
  } catch (const Failure&) {
    return {};
  }
}

/// "4711 (helm) S 1 4711 ..." (proc(5)). The name ends at the last parenthesis: it may hold others.
struct ProcessLine {
  std::string name{};
  std::string group{};
  bool alive = false;
};

ProcessLine process_line(const std::string& pid)
{
  const std::string line = kernel_text("/proc/" + pid + "/stat");
  const std::size_t open = line.find('(');
  const std::size_t close = line.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) {
    return {}; // it has ended
  }
  std::istringstream rest(line.substr(close + 1));
  std::string state;
  std::string parent;
  ProcessLine process{.name = line.substr(open + 1, close - open - 1)};
  rest >> state >> parent >> process.group;
  process.alive = state != "Z" && state != "X";
  return process;
}

/// A living process of a group that signed the file, as "helm (pid 4711)". A daemon that a command
/// left behind also holds the file, but is in a group of its own.
std::string command_at_work(const std::string& busy)
{
  std::set<std::string> groups;
  std::istringstream signed_by(read_private_file(busy));
  for (std::string group; signed_by >> group;) {
    groups.insert(group);
  }
  for (const std::string& pid : list_directory("/proc")) {
    const bool number = pid.find_first_not_of("0123456789") == std::string::npos;
    const ProcessLine process = number ? process_line(pid) : ProcessLine{};
    if (process.alive && groups.contains(process.group)) {
      return process.name + " (pid " + pid + ")";
    }
  }
  return {};
}

/// Locks the file `busy` once no command of a killed run is running.
Fd take_busy(const std::string& path, const Clock& clock, std::chrono::milliseconds patience)
{
  const auto until = clock.now() + patience;
  for (;;) {
    Fd busy = open_lock(path);
    if (::flock(busy.get(), LOCK_EX | LOCK_NB) == 0) {
      return busy;
    }
    const std::string command = command_at_work(path);
    if (command.empty()) {
      ::unlink(path.c_str()); // its holder is not a command of iplease
    } else if (clock.now() >= until) {
      refuse("a command that a killed run has started is still running", command, path);
    } else {
      ::usleep(k_look_again);
    }
  }
}

/// A run that has taken the lock may not have written its line yet: the file holds the last run's.
void wait_for_owner(const std::string& cluster_directory, const Clock& clock)
{
  const auto until = clock.now() + k_owner_writes;
  while (lock_owner(cluster_directory).empty() && clock.now() < until) {
    ::usleep(k_look_again);
  }
}

/// The pid in a line of /proc/locks.
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
    refuse("another run is at work on this cluster", line_in(path), path);
  }
  const Fd busy = take_busy(cluster_directory + "/busy", clock, patience);
  const std::string line = owner_line(run, clock);
  if (::ftruncate(busy.get(), 0) != 0 || ::ftruncate(lock.get(), 0) != 0 ||
      ::write(lock.get(), line.data(), line.size()) < 0) {
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
  // "1: FLOCK  ADVISORY  WRITE 4711 fd:01:5767176 0 EOF" (proc(5)). A dead owner's line stays in
  // the file, but its lock does not.
  const std::string inode = ":" + std::to_string(file.st_ino) + " ";
  std::istringstream locks(kernel_text("/proc/locks"));
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
