// SPDX-License-Identifier: Apache-2.0
// Writes the variables of a Kubespray release into an inventory folder, as stage metallb would.
#include <iplease/kubespray/inventory.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

int main(int argc, char** argv)
{
  using namespace iplease;
  const auto release = argc == 3 ? kubespray::parse_release(argv[1]) : std::nullopt;
  if (!release) {
    std::cerr << "usage: write_inventory RELEASE FOLDER\n";
    return 2;
  }
  std::vector<ValuesFileSeen> files;
  for (const std::string& path : kubespray::inventory_files(argv[2])) {
    std::ostringstream text;
    std::ifstream in(path, std::ios::binary);
    text << in.rdbuf();
    files.push_back({.path = path, .exists = in.is_open(), .text = Secret(text.str())});
  }
  const kubespray::Wanted wanted{.addresses = {"192.0.2.0/28", "198.51.100.10-198.51.100.20"}};
  const auto plan = kubespray::plan_inventory(*release, wanted, argv[2], files);
  for (const Problem& problem : plan.problems) {
    std::cerr << problem.id << ": " << problem.what << "\n";
  }
  for (const FileWrite& write : plan.writes) {
    std::filesystem::create_directories(std::filesystem::path(write.path).parent_path());
    std::ofstream(write.path, std::ios::binary) << write.content;
  }
  return plan.problems.empty() ? 0 : 1;
}
