// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/observe.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/engine/effects.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>

namespace iplease {
namespace {

struct Kubeconfig {
  bool readable = false;
  bool absent = false;
  std::string context{};
  std::vector<std::string> contexts{}; ///< every context in the file
  std::string problem{};
};

std::string scalar_at(const YAML::Node& map, const char* key)
{
  const YAML::Node value = map.IsMap() ? map[key] : YAML::Node{};
  return value.IsDefined() && value.IsScalar() ? value.Scalar() : std::string{};
}

Kubeconfig read_kubeconfig(const std::string& path, Files& files)
{
  const FileRead read = files.read(path);
  if (read.kind != FileRead::Kind::ok) {
    const bool absent = read.kind == FileRead::Kind::absent;
    return {.absent = absent, .problem = path + ": " + (absent ? "no such file" : read.error)};
  }
  try {
    const YAML::Node all = YAML::Load(read.text);
    if (!all.IsMap()) {
      return {.problem = path + ": not a kubeconfig"};
    }
    Kubeconfig found{.readable = true, .context = scalar_at(all, "current-context")};
    if (const YAML::Node contexts = all["contexts"]; contexts.IsDefined()) {
      for (const YAML::Node& one : contexts) {
        found.contexts.push_back(scalar_at(one, "name"));
      }
    }
    return found;
  } catch (const YAML::Exception& error) {
    return {.problem = fmt::format("{}:{}: {}", path, error.mark.line + 1, error.msg)};
  }
}

/// What is wrong with the chosen context; empty if nothing is.
std::string context_problem(const Access& access, const std::vector<std::string>& contexts)
{
  if (access.context.empty()) {
    return access.kubeconfig + ": no current-context";
  }
  const bool there = std::ranges::find(contexts, access.context) != contexts.end();
  return there ? ""
               : fmt::format("{} has no context {}; it has: {}",
                             access.kubeconfig,
                             access.context,
                             contexts.empty() ? "none"
                                              : fmt::format("{}", fmt::join(contexts, ", ")));
}

/// kubectl merges several files, skips missing ones and stops at one that it cannot read. The first
/// current-context counts (client-go, tools/clientcmd/loader.go).
Access merged_access(const std::vector<std::string>& places, Access access, Files& files)
{
  std::string tried;
  std::vector<std::string> contexts;
  for (const std::string& place : places) {
    const Kubeconfig found = read_kubeconfig(place, files);
    if (found.absent) {
      tried += (tried.empty() ? "" : "; ") + found.problem;
      continue;
    }
    access.kubeconfig += (access.kubeconfig.empty() ? "" : ":") + place;
    access.context = access.context.empty() ? found.context : access.context;
    contexts.insert(contexts.end(), found.contexts.begin(), found.contexts.end());
    if (!found.readable) {
      access.problem = found.problem;
      return access;
    }
  }
  if (access.kubeconfig.empty()) {
    access.problem = "KUBECONFIG names no file that is there (" + tried + ")";
    access.kubeconfig = places.front();
  } else {
    access.problem = context_problem(access, contexts);
  }
  return access;
}

/// Where to look for a kubeconfig. Relative paths in KUBECONFIG start at the working directory.
std::vector<std::string> places_of(const Settings& want, const AccessEnvironment& environment)
{
  if (!want.cluster.kubeconfig.value.empty()) {
    return {want.cluster.kubeconfig.value};
  }
  std::vector<std::string> places;
  for (const std::string_view place : split(environment.kubeconfig, ':')) {
    if (!place.empty()) {
      places.push_back(
          (std::filesystem::path(environment.folder) / place).lexically_normal().string());
    }
  }
  if (!environment.kubeconfig.empty()) {
    return places;
  }
  if (!environment.home.empty()) {
    places.push_back(environment.home + "/.kube/config");
  }
  places.insert(places.end(), {"/etc/kubernetes/admin.conf", "/etc/rancher/k3s/k3s.yaml"});
  return places;
}

} // namespace

Access find_access(const Settings& want, const AccessEnvironment& environment, Files& files)
{
  Access access{.context = want.cluster.context.value, .home = environment.home};
  const bool named = !want.cluster.kubeconfig.value.empty() || !environment.kubeconfig.empty();
  const std::vector<std::string> places = places_of(want, environment);
  if (want.cluster.kubeconfig.value.empty() && !environment.kubeconfig.empty() &&
      places.size() > 1) {
    return merged_access(places, std::move(access), files);
  }
  if (places.empty()) {
    access.problem = "KUBECONFIG names no file";
  }
  for (const std::string& place : places) {
    const Kubeconfig found = read_kubeconfig(place, files);
    if (found.readable && (!found.context.empty() || !access.context.empty())) {
      access.kubeconfig = place;
      access.context = access.context.empty() ? found.context : access.context;
      access.problem = context_problem(access, found.contexts);
      return access;
    }
    access.problem += access.problem.empty() ? "" : "; ";
    access.problem += !found.problem.empty() ? found.problem : place + ": no current-context";
    if (access.kubeconfig.empty() && named) {
      access.kubeconfig = place; // messages name the requested file
    }
  }
  return access;
}

} // namespace iplease
