// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>

#include <string>
#include <vector>

namespace iplease {

/// The operator's files on disk. A replaced file is always either the old or the new one, whole,
/// even after a kill:
///
/// 1. the old content goes to `NAME.backup-<UTC time>`, unless a backup already has it;
/// 2. the new content goes to `.NAME.iplease-<pid>` beside it, with the old owner, and is synced;
/// 3. if nobody changed the old file meanwhile, rename replaces it;
/// 4. fsync of the directory.
///
/// Mode 0600 unless FileWrite::keep_mode. Symbolic links stay. The next run cleans up after a kill.
class DiskFiles final : public Files {
public:
  explicit DiskFiles(Clock& clock)
      : m_clock(clock)
  {
  }
  /// Directories, and files above 16 MiB, are errors. Reads a pipe to its end.
  [[nodiscard]] FileRead read(const std::string& path) override;
  [[nodiscard]] FolderRead list(const std::string& folder) override;
  /// Creates a missing file, but not its directory. Does nothing if the content is the same.
  [[nodiscard]] std::optional<std::string> replace(const FileWrite& file) override;

private:
  Clock& m_clock;
};

/// Full paths of the backups that `replace` made of a file, oldest first.
[[nodiscard]] std::vector<std::string> backups_of(const std::string& path);

} // namespace iplease
