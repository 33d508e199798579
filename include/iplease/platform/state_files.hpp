// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace iplease {

/// Files of the state directory: private (0700, 0600) and on disk when a call returns. Every
/// function throws EnvironmentError (IPL-RUN-002, exit 12) with the system's words.

/// Creates the directory and its parents; what it creates is 0700.
void make_private_directory(const std::string& path);
/// Writes a file that nobody else may read, and makes it durable.
void write_private_file(const std::string& path, const std::string& bytes);
/// The whole file; empty when there is none.
[[nodiscard]] std::string read_private_file(const std::string& path);
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
