// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>

#include <string>
#include <vector>

namespace iplease {

/// The operator's files on disk. A replaced file is, at every moment and after every kill, either
/// the old one or the new one, whole:
///
/// 1. the old content goes to `NAME.backup-<UTC time>` (0600), unless a backup has it already;
/// 2. the new content goes to `.NAME.iplease-<pid>` beside it, 0600 and with the old file's
///    owner, and is fsynced;
/// 3. the old file is looked at again (nobody else may have changed it), then replaced by rename;
/// 4. the directory is fsynced.
///
/// Symbolic links are followed and stay. What a killed run left behind is removed by the next.
class DiskFiles final : public Files {
public:
  explicit DiskFiles(Clock& clock)
      : m_clock(clock)
  {
  }
  /// Directories and files above 16 MiB are errors. A pipe is read to its end.
  [[nodiscard]] FileRead read(const std::string& path) override;
  [[nodiscard]] FolderRead list(const std::string& folder) override;
  /// A file that is not there is created (its directory must be there). Content that is there
  /// already is not written again and gets no backup.
  [[nodiscard]] std::optional<std::string> replace(const FileWrite& file) override;

private:
  Clock& m_clock;
};

/// Backups that `replace` has made of a file, oldest first, as full paths.
[[nodiscard]] std::vector<std::string> backups_of(const std::string& path);

} // namespace iplease
