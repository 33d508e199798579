// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace iplease {

/// Files of the state directory: private (0700, 0600) and on disk when a call returns. Every
/// function throws EnvironmentError (IPL-RUN-002, exit 12) with the system's error text.

/// Throws EnvironmentError (IPL-RUN-075, exit 12) if anybody but the user and root can change what
/// is in the directory: whoever can write a journal decides what the next run does. Checks the
/// existing part of the path, links resolved, up to and including `home`, else to the root. Each
/// directory must belong to the user or root and be writable by nobody else. Exceptions, as in ssh:
/// a parent with the sticky bit, such as /tmp, and a group that contains only the user.
void require_safe_directory(const std::string& path, const std::string& home);

/// Creates the directory and its parents with mode 0700.
void make_private_directory(const std::string& path);
/// Writes a file with mode 0600 and syncs it to disk.
void write_private_file(const std::string& path, const std::string& bytes);
/// The whole file; empty if there is none. Throws IPL-RUN-075 if others own or can write it,
/// IPL-RUN-076 if it is not a regular file.
[[nodiscard]] std::string read_private_file(const std::string& path);
/// Size in bytes; 0 if there is no file.
[[nodiscard]] std::uintmax_t file_bytes(const std::string& path);
/// Names in a directory, sorted; empty if there is no such directory.
[[nodiscard]] std::vector<std::string> list_directory(const std::string& path);

/// A file that only grows. `append` returns when the bytes are on disk.
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
