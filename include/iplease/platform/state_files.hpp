// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace iplease {

/// Files of the state directory: private (0700, 0600) and on disk when a call returns. Every
/// function throws EnvironmentError (IPL-RUN-002, exit 12) with the system's words.

/// Refuses, as ssh does with its own files, a directory that somebody else than we and root can
/// change what is in: whoever can write a journal decides what the next run does. Looked at is what
/// there is of: the directory, links resolved, and each of its parents up to `home` (itself too) or
/// the root. Each must belong to us or to root, and be writable by nobody else; a parent with the
/// sticky bit may be, as /tmp is, and a group with us alone in it is nobody else. Throws
/// EnvironmentError (IPL-RUN-075, exit 12).
void require_safe_directory(const std::string& path, const std::string& home);

/// Creates the directory and its parents; what it creates is 0700.
void make_private_directory(const std::string& path);
/// Writes a file that nobody else may read, and makes it durable.
void write_private_file(const std::string& path, const std::string& bytes);
/// The whole file; empty when there is none. IPL-RUN-075 for one that others own or can write,
/// IPL-RUN-076 for one that is no regular file.
[[nodiscard]] std::string read_private_file(const std::string& path);
/// How long a file is; 0 when there is none.
[[nodiscard]] std::uintmax_t file_bytes(const std::string& path);
/// Names in a directory, sorted; none when there is no such directory.
[[nodiscard]] std::vector<std::string> list_directory(const std::string& path);

/// A file that only grows. `append` returns once the bytes are on disk.
class AppendFile {
public:
  explicit AppendFile(std::string path); ///< must not exist yet
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  void append(const std::string& bytes);

private:
  std::string m_path;
  int m_fd = -1;
};

} // namespace iplease
