// SPDX-License-Identifier: Apache-2.0
// Who can change the state that iplease trusts: owners and modes of the state directory and its
// files. The rule is that of ssh's StrictModes (auth.c, safe_path) with Debian's private groups
// (misc.c, secure_permissions). Only sticky parents differ: there only its owner can replace an
// entry.
#include "state_owner.hpp"

#include <iplease/core/error.hpp>
#include <iplease/platform/state_files.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace iplease {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why)
{
  throw EnvironmentError({.id = "IPL-RUN-075",
                          .what = "others can change what iplease remembers: " + path + " " + why,
                          .exit = ExitCode::cannot_write});
}

/// Whether the user is alone in the group: it has the user's own number and lists nobody else.
bool is_private_group(gid_t group)
{
  if (group != ::getegid() || group != ::geteuid()) {
    return false;
  }
  const struct group* known = ::getgrgid(group);       // NOLINT(concurrency-mt-unsafe): one thread
  const struct passwd* user = ::getpwuid(::geteuid()); // NOLINT(concurrency-mt-unsafe)
  if (known == nullptr || user == nullptr) {
    return true; // a number without a name has no members
  }
  for (char** member = known->gr_mem; *member != nullptr; ++member) {
    if (std::strcmp(*member, user->pw_name) != 0) {
      return false;
    }
  }
  return true;
}

/// `sticky`: whether the sticky bit is enough, as for a parent of the state directory.
void check(const struct stat& status, const std::string& path, bool sticky)
{
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
    refuse(path, "belongs to user " + std::to_string(status.st_uid));
  }
  if (sticky && (status.st_mode & S_ISVTX) != 0) {
    return;
  }
  if ((status.st_mode & S_IWOTH) != 0) {
    refuse(path, "can be written by everybody");
  }
  if ((status.st_mode & S_IWGRP) != 0 && !is_private_group(status.st_gid)) {
    refuse(path, "can be written by group " + std::to_string(status.st_gid));
  }
}

std::string resolved(const std::string& path)
{
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         std::free);
  return real == nullptr ? "" : std::string(real.get());
}

std::string parent_of(const std::string& path)
{
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash == 0 ? 1 : slash);
}

} // namespace

void require_safe_file(int fd, const std::string& path)
{
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    throw EnvironmentError({.id = "IPL-RUN-076",
                            .what = path + " is not a regular file",
                            .exit = ExitCode::cannot_write});
  }
  check(status, path, false);
}

void require_safe_directory(const std::string& path, const std::string& home)
{
  // iplease creates a missing directory private, so its existing parents count.
  std::string there = path;
  std::string part = resolved(there);
  while (part.empty() && there != "/" && there != ".") {
    there = parent_of(there);
    part = resolved(there);
  }
  const std::string last = home.empty() ? "/" : resolved(home);
  bool around = there != path;
  while (!part.empty()) {
    struct stat status {};
    if (::stat(part.c_str(), &status) == 0) {
      check(status, part, around);
    }
    if (part == "/" || part == last) {
      return;
    }
    part = parent_of(part);
    around = true;
  }
}

} // namespace iplease
