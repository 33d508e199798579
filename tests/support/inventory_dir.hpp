// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <string>
#include <support/fake_clock.hpp>
#include <support/temp_dir.hpp>
#include <vector>

namespace iplease::test {

/// A copy of tests/data/kubespray/NAME on disk, as inventory/prod of a checkout. "" is an empty
/// one.
class InventoryDir {
public:
  explicit InventoryDir(const std::string& name);
  /// What iplease sees of it, read through the real Files.
  [[nodiscard]] KubespraySeen look(const std::string& inventory = {}) const;
  /// Writes the planned files as the engine would. Every write must succeed.
  void write(const std::vector<FileWrite>& writes);
  [[nodiscard]] std::string path(const std::string& file = {}) const;
  void put(const std::string& file, const std::string& text) const;
  void remove(const std::string& file) const;

private:
  TempDir m_dir{};
  FakeClock m_clock{};
};

} // namespace iplease::test
