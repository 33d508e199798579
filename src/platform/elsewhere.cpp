// SPDX-License-Identifier: Apache-2.0
#include "elsewhere.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <unistd.h>

namespace iplease {
namespace {

/// Variables with one path or a colon-separated list, for kubectl, helm and Go programs.
constexpr std::array<std::string_view, 18> k_path_variables{"PATH",
                                                            "KUBECONFIG",
                                                            "HOME",
                                                            "TMPDIR",
                                                            "HELM_CACHE_HOME",
                                                            "HELM_CONFIG_HOME",
                                                            "HELM_DATA_HOME",
                                                            "HELM_PLUGINS",
                                                            "HELM_KUBECAFILE",
                                                            "HELM_REGISTRY_CONFIG",
                                                            "HELM_REPOSITORY_CACHE",
                                                            "HELM_REPOSITORY_CONFIG",
                                                            "XDG_CACHE_HOME",
                                                            "XDG_CONFIG_HOME",
                                                            "XDG_DATA_HOME",
                                                            "XDG_RUNTIME_DIR",
                                                            "SSL_CERT_FILE",
                                                            "SSL_CERT_DIR"};

std::string absolute(std::string_view path, const std::string& here)
{
  return path.starts_with('/') || here.empty() ? std::string(path) : here + "/" + std::string(path);
}

/// Every entry of "a:b". An empty one is the current folder on PATH, and nothing elsewhere.
std::string absolute_list(std::string_view name, std::string_view list, const std::string& here)
{
  std::string all;
  for (std::size_t from = 0; from <= list.size();) {
    const std::size_t end = std::min(list.find(':', from), list.size());
    const std::string_view entry = list.substr(from, end - from);
    all += from > 0 ? ":" : "";
    all += entry.empty() && name != "PATH" ? "" : absolute(entry, here);
    from = end + 1;
  }
  return all;
}

std::string found_on(std::string_view path, const std::string& program)
{
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t end = std::min(path.find(':', from), path.size());
    const std::string file = std::string(path.substr(from, end - from)) + "/" + program;
    std::error_code none;
    if (::access(file.c_str(), X_OK) == 0 && !std::filesystem::is_directory(file, none)) {
      return file;
    }
    from = end + 1;
  }
  return program; // exec reports that it is missing
}

} // namespace

Elsewhere from_here(const std::string& program)
{
  std::error_code none;
  const std::string here = std::filesystem::current_path(none).string();
  Elsewhere made;
  std::string path = "/bin:/usr/bin";
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view line(*entry);
    const std::string_view name = line.substr(0, line.find('='));
    const bool paths = name.size() < line.size() &&
                       std::ranges::find(k_path_variables, name) != k_path_variables.end();
    if (!paths) {
      made.environment.emplace_back(line);
      continue;
    }
    const std::string list = absolute_list(name, line.substr(name.size() + 1), here);
    made.environment.push_back(std::string(name) + "=" + list);
    path = name == "PATH" ? list : path;
  }
  made.program =
      program.find('/') == std::string::npos ? found_on(path, program) : absolute(program, here);
  return made;
}

} // namespace iplease
