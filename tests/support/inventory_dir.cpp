// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/inventory.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/platform/disk_files.hpp>

#include <filesystem>
#include <stdexcept>
#include <support/inventory_dir.hpp>

namespace iplease::test {

namespace fs = std::filesystem;

InventoryDir::InventoryDir(const std::string& name)
{
  fs::create_directories(path());
  if (!name.empty()) {
    fs::copy(std::string(IPLEASE_TEST_DATA) + "/data/kubespray/" + name,
             path(),
             fs::copy_options::recursive);
  }
}

std::string InventoryDir::path(const std::string& file) const
{
  return m_dir.path() + "/kubespray/inventory/prod" + (file.empty() ? "" : "/" + file);
}

void InventoryDir::put(const std::string& file, const std::string& text) const
{
  fs::create_directories(fs::path(path(file)).parent_path());
  spill(path(file), text);
}

void InventoryDir::remove(const std::string& file) const
{
  fs::remove_all(path(file));
}

KubespraySeen InventoryDir::look(const std::string& inventory) const
{
  FakeClock clock;
  DiskFiles files(clock);
  Settings want;
  want.metallb.install.value = MetallbInstall::kubespray;
  want.metallb.kubespray.inventory.value = inventory.empty() ? path() : inventory;
  return read_inventory(want, files);
}

void InventoryDir::write(const std::vector<FileWrite>& writes)
{
  DiskFiles files(m_clock);
  for (const FileWrite& one : writes) {
    if (const auto error = files.replace(one)) {
      throw std::runtime_error(*error);
    }
  }
}

} // namespace iplease::test
