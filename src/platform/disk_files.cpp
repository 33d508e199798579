// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/sha256.hpp>
#include <iplease/platform/disk_files.hpp>

#include "fd.hpp"
#include "whole_file.hpp"
#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace iplease {
namespace {

constexpr const char* k_backup = ".backup-";
constexpr const char* k_temporary = ".iplease-";

struct Target {
  std::string directory{};
  std::string name{};
  [[nodiscard]] std::string path() const
  {
    return (directory == "/" ? "" : directory) + "/" + name;
  }
};

/// The target before any change.
struct Old {
  bool exists = false;
  mode_t mode = 0600; ///< mode of the replacement
  struct stat status {};
  std::string text{};
};

std::string resolved(const std::string& path)
{
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         std::free);
  return real == nullptr ? "" : std::string(real.get());
}

Target split(const std::string& path)
{
  const std::size_t slash = path.rfind('/');
  return {.directory = slash == 0 ? "/" : path.substr(0, slash), .name = path.substr(slash + 1)};
}

/// Where to write: the target of symbolic links, or a new name in its resolved directory.
Target find_target(const std::string& path)
{
  if (const std::string real = resolved(path); !real.empty()) {
    return split(real);
  }
  const int error = errno;
  struct stat link {};
  if (::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode)) {
    fail("follow the link", path, error);
  }
  if (error != ENOENT) {
    fail("write", path, error);
  }
  const std::string here = path.find('/') == std::string::npos ? "./" + path : path;
  Target target = split(here);
  target.directory = resolved(target.directory);
  if (target.directory.empty() || target.name.empty()) {
    fail("write", path, ENOENT);
  }
  return target;
}

Old look_at(const std::string& path)
{
  Old old;
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd.open()) {
    if (errno == ENOENT) {
      return old;
    }
    fail("read", path, errno);
  }
  if (::fstat(fd.get(), &old.status) != 0) {
    fail("read", path, errno);
  }
  if (!S_ISREG(old.status.st_mode)) {
    throw Failure("cannot write " + path + ": it is not a regular file");
  }
  old.exists = true;
  old.text = read_all(fd.get(), path);
  return old;
}

/// Whether nobody wrote or replaced the file since look_at.
bool untouched(const Old& old, const std::string& path)
{
  struct stat now {};
  if (::lstat(path.c_str(), &now) != 0) {
    return errno == ENOENT && !old.exists;
  }
  return old.exists && now.st_ino == old.status.st_ino && now.st_dev == old.status.st_dev &&
         now.st_size == old.status.st_size && now.st_mtim.tv_sec == old.status.st_mtim.tv_sec &&
         now.st_mtim.tv_nsec == old.status.st_mtim.tv_nsec;
}

void sync_directory(const std::string& directory)
{
  const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some network file systems cannot sync a directory and return EINVAL.
  if (!fd.open() || (::fsync(fd.get()) != 0 && errno != EINVAL)) {
    fail("make durable", directory, errno);
  }
}

/// A new private file, removed unless it was renamed.
class Temporary {
public:
  Temporary(const Target& target, const Old& owner)
      : m_path((target.directory == "/" ? "" : target.directory) + "/." + target.name +
               k_temporary + std::to_string(::getpid())),
        m_fd(::open(m_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600))
  {
    if (!m_fd.open()) {
      fail("create", m_path, errno);
    }
    const bool foreign =
        owner.exists && (owner.status.st_uid != ::geteuid() || owner.status.st_gid != ::getegid());
    if (foreign && ::fchown(m_fd.get(), owner.status.st_uid, owner.status.st_gid) != 0) {
      give_up("keep the owner of");
    }
    if (::fchmod(m_fd.get(), owner.mode) != 0) { // after the owner, since chown clears mode bits
      give_up("protect");
    }
  }
  ~Temporary()
  {
    if (!m_renamed) {
      ::unlink(m_path.c_str());
    }
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  void write(const std::string& text)
  {
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t put = ::write(m_fd.get(), text.data() + done, text.size() - done);
      if (put < 0 && errno != EINTR) {
        fail("write", m_path, errno);
      }
      done += put > 0 ? static_cast<std::size_t>(put) : 0U;
    }
    if (::fsync(m_fd.get()) != 0) {
      fail("write", m_path, errno);
    }
  }
  void become(const std::string& path)
  {
    if (::rename(m_path.c_str(), path.c_str()) != 0) {
      fail("replace", path, errno);
    }
    m_renamed = true;
  }

private:
  /// A constructor that throws runs no destructor.
  [[noreturn]] void give_up(const std::string& what)
  {
    const int error = errno;
    ::unlink(m_path.c_str());
    fail(what, m_path, error);
  }

  std::string m_path;
  Fd m_fd;
  bool m_renamed = false;
};

/// Names in a directory that start with `prefix`, sorted.
std::vector<std::string> names_with(const std::string& directory, const std::string& prefix)
{
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), ::closedir);
  if (open == nullptr) {
    return names;
  }
  while (const dirent* entry = ::readdir(open.get())) {
    const std::string name = entry->d_name;
    if (name.starts_with(prefix)) {
      names.push_back(name);
    }
  }
  std::ranges::sort(names);
  return names;
}

/// Removes the temporary files of killed runs.
void remove_leftovers(const Target& target)
{
  const std::string prefix = "." + target.name + k_temporary;
  for (const std::string& name : names_with(target.directory, prefix)) {
    const std::string number = name.substr(prefix.size());
    const bool digits = !number.empty() && number.size() < 10 &&
                        number.find_first_not_of("0123456789") == std::string::npos;
    const int pid = digits ? std::stoi(number) : 0;
    if (pid > 0 && (pid == ::getpid() || (::kill(pid, 0) != 0 && errno == ESRCH))) {
      ::unlink((target.directory + "/" + name).c_str());
    }
  }
}

/// "2026-11-23T06:40:00.123Z" as "20261123T064000Z".
std::string stamp(const std::string& wall)
{
  std::string text = wall.substr(0, wall.find('.'));
  std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == 'Z'; });
  return text + "Z";
}

void back_up(const Target& target, const Old& old, const std::string& wall)
{
  const std::string prefix = target.name + k_backup;
  const std::string directory = target.directory == "/" ? "/" : target.directory + "/";
  const std::vector<std::string> earlier = names_with(target.directory, prefix);
  for (const std::string& name : earlier) {
    const Fd fd(::open((directory + name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status {};
    if (fd.open() && ::fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_size == old.status.st_size && read_all(fd.get(), directory + name) == old.text) {
      return;
    }
  }
  std::string name = prefix + stamp(wall);
  for (int i = 2; std::ranges::find(earlier, name) != earlier.end(); ++i) {
    name = prefix + stamp(wall) + "-" + std::to_string(i);
  }
  Temporary copy(target, old);
  copy.write(old.text);
  copy.become(directory + name);
  sync_directory(target.directory);
}

/// Everything up to the rename: a failure here leaves the old file unchanged.
void replace_file(const FileWrite& file, const Target& target, const std::string& wall)
{
  Old old = look_at(target.path());
  if (file.keep_mode && old.exists) {
    old.mode = old.status.st_mode & 07777U;
  }
  const std::string found = old.exists ? sha256_hex(old.text) : "absent";
  if (!file.was.empty() && file.was != found) {
    throw Failure("cannot write " + file.path + ": " +
                  (old.exists ? "it was changed by somebody else since it was read"
                              : "it is not there any more"));
  }
  if (old.exists && old.text == file.content) {
    return;
  }
  remove_leftovers(target);
  if (old.exists) {
    back_up(target, old, wall);
  }
  Temporary fresh(target, old);
  fresh.write(file.content);
  if (!untouched(old, target.path())) {
    throw Failure("cannot write " + file.path +
                  ": it was changed by somebody else at the same moment");
  }
  fresh.become(target.path());
}

} // namespace

FileRead DiskFiles::read(const std::string& path)
{
  FileRead result;
  try {
    result.text = read_whole(path);
    result.kind = FileRead::Kind::ok;
  } catch (const Failure& failure) {
    result.kind = failure.absent() ? FileRead::Kind::absent : FileRead::Kind::error;
    result.error = failure.why();
  }
  return result;
}

FolderRead DiskFiles::list(const std::string& folder)
{
  FolderRead result;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), ::closedir);
  if (open == nullptr) {
    result.kind = errno == ENOENT ? FolderRead::Kind::absent : FolderRead::Kind::error;
    result.error = std::strerror(errno);
    return result;
  }
  while (const dirent* entry = ::readdir(open.get())) {
    const std::string name = entry->d_name;
    struct stat status {};
    if (name == "." || name == ".." ||
        ::fstatat(::dirfd(open.get()), name.c_str(), &status, 0) != 0) {
      continue;
    }
    (S_ISDIR(status.st_mode) ? result.folders : result.files).push_back(name);
  }
  std::ranges::sort(result.files);
  std::ranges::sort(result.folders);
  result.kind = FolderRead::Kind::ok;
  return result;
}

std::optional<std::string> DiskFiles::replace(const FileWrite& file)
{
  bool replaced = false;
  try {
    const Target target = find_target(file.path);
    replace_file(file, target, m_clock.wall());
    replaced = true;
    sync_directory(target.directory);
  } catch (const Failure& failure) {
    return std::string(failure.what()) +
           (replaced ? "; the new file is in place, but a power cut could bring the old one back"
                     : "; nothing was changed");
  }
  return std::nullopt;
}

std::vector<std::string> backups_of(const std::string& path)
{
  std::vector<std::string> result;
  const std::string real = resolved(path);
  if (!real.empty()) {
    const Target target = split(real);
    for (const std::string& name : names_with(target.directory, target.name + k_backup)) {
      result.push_back((target.directory == "/" ? "" : target.directory) + "/" + name);
    }
  }
  return result;
}

} // namespace iplease
