// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace iplease::test {

/// A fresh directory below the system's temporary one. Removed with its contents.
class TempDir {
public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] const std::string& path() const { return m_path; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return m_path + "/" + name; }

private:
  std::string m_path;
};

/// The bytes of any file, or empty if it does not exist.
[[nodiscard]] std::string slurp(const std::string& path);
void spill(const std::string& path, const std::string& text);

} // namespace iplease::test
