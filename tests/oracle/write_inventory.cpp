// SPDX-License-Identifier: Apache-2.0
// Writes a Kubespray release's variables into an inventory folder, as stage metallb would.
#include <iplease/cluster/inventory.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/kubespray/inventory.hpp>
#include <iplease/platform/clock.hpp>
#include <iplease/platform/disk_files.hpp>

#include <iostream>

int main(int argc, char** argv)
{
  using namespace iplease;
  const auto release = argc == 3 ? kubespray::parse_release(argv[1]) : std::nullopt;
  if (!release) {
    std::cerr << "usage: write_inventory RELEASE FOLDER\n";
    return 2;
  }
  SystemClock clock;
  DiskFiles files(clock);
  Settings want;
  want.metallb.install.value = MetallbInstall::kubespray;
  want.metallb.kubespray.inventory.value = argv[2];
  const kubespray::Wanted wanted{.addresses = {"192.0.2.0/28", "198.51.100.10-198.51.100.20"}};
  const auto plan = kubespray::plan_inventory(*release, wanted, read_inventory(want, files));
  for (const Problem& problem : plan.problems) {
    std::cerr << problem.id << ": " << problem.what << "\n";
  }
  for (const FileWrite& write : plan.writes) {
    if (const auto error = files.replace(write)) {
      std::cerr << *error << "\n";
      return 1;
    }
  }
  return plan.problems.empty() ? 0 : 1;
}
