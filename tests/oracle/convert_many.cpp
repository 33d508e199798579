// SPDX-License-Identifier: Apache-2.0
// Converts every *.yaml in a folder in one process. <name>.ours.json gets the result,
// <name>.ours.yaml the rendered text.
#include <iplease/migrate/convert.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace {

std::string slurp(const std::filesystem::path& path)
{
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

void convert(const std::filesystem::path& path)
{
  const auto result = iplease::convert_configmap(slurp(path));
  nlohmann::json said;
  if (const auto* done = std::get_if<iplease::Converted>(&result)) {
    said = {{"objects", done->objects}, {"warnings", done->warnings}};
    std::ofstream(path.string() + ".ours.yaml") << iplease::render_yaml(done->objects);
  } else {
    const auto& error = std::get<iplease::ConvertError>(result);
    said = {{"error", error.message}, {"ours", error.ours}};
  }
  std::ofstream(path.string() + ".ours.json")
      << said.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace

int main(int argc, char** argv)
{
  if (argc != 2) {
    std::cerr << "usage: convert_many FOLDER\n";
    return 2;
  }
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    if (entry.path().extension() == ".yaml") {
      convert(entry.path());
    }
  }
  return 0;
}
