// SPDX-License-Identifier: Apache-2.0
#include "values_files.hpp"

#include <iplease/core/settings.hpp>
#include <iplease/engine/effects.hpp>

#include <algorithm>
#include <utility>

namespace iplease {

std::vector<ValuesFileSeen>
read_values_files(const Settings& want, const std::string& home, Files& files)
{
  const std::string& given = want.provider.values_file.value;
  std::vector<std::string> paths;
  if (!given.empty()) {
    paths = {given};
  } else {
    paths = {"/root/provider/provider.yaml"};
    for (const char* tail : {"/provider/provider.yaml", "/provider.yaml"}) {
      const std::string path = home + tail;
      if (!home.empty() && path != paths.front()) {
        paths.push_back(path);
      }
    }
  }
  std::vector<ValuesFileSeen> seen;
  for (const std::string& path : paths) {
    FileRead read = files.read(path);
    const bool exists = read.kind != FileRead::Kind::absent;
    const std::string folder = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
    seen.push_back({.path = path,
                    .exists = exists,
                    .given = !given.empty(),
                    .folder_exists = !exists && !given.empty() &&
                                     files.list(folder).kind == FolderRead::Kind::ok,
                    .text = Secret(std::move(read.text)),
                    .error = std::move(read.error)});
  }
  return seen;
}

} // namespace iplease
