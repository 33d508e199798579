// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/observe.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/engine/effects.hpp>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>

namespace iplease {
namespace {

struct Kubeconfig {
  bool readable = false;
  bool absent = false;
  std::string context{};
  std::string problem{};
};

Kubeconfig read_kubeconfig(const std::string& path, Files& files)
{
  const FileRead read = files.read(path);
  if (read.kind != FileRead::Kind::ok) {
    const bool absent = read.kind == FileRead::Kind::absent;
    return {.absent = absent, .problem = path + ": " + (absent ? "no such file" : read.error)};
  }
  try {
    const YAML::Node all = YAML::Load(read.text);
    const YAML::Node context = all.IsMap() ? all["current-context"] : YAML::Node{};
    return {.readable = all.IsMap(),
            .context = context.IsDefined() && context.IsScalar() ? context.Scalar() : "",
            .problem = all.IsMap() ? "" : path + ": not a kubeconfig"};
  } catch (const YAML::Exception& error) {
    return {.problem = fmt::format("{}:{}: {}", path, error.mark.line + 1, error.msg)};
  }
}

std::vector<std::string> split_list(const std::string& text)
{
  std::vector<std::string> parts;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t end = std::min(text.find(':', from), text.size());
    if (end > from) {
      parts.push_back(text.substr(from, end - from));
    }
    from = end + 1;
  }
  return parts;
}

/// Several files: kubectl merges them, leaves out those that are not there, and stops at one that
/// cannot be read. The first current-context counts (client-go, tools/clientcmd/loader.go).
Access merged_access(const std::vector<std::string>& places,
                     Access access,
                     Files& files,
                     std::string& problem)
{
  std::string tried;
  for (const std::string& place : places) {
    const Kubeconfig found = read_kubeconfig(place, files);
    if (found.absent) {
      tried += (tried.empty() ? "" : "; ") + found.problem;
      continue;
    }
    access.kubeconfig += (access.kubeconfig.empty() ? "" : ":") + place;
    access.context = access.context.empty() ? found.context : access.context;
    if (!found.readable) {
      problem = "no usable kubeconfig (" + found.problem + ")";
      return access;
    }
  }
  if (access.context.empty()) {
    problem = access.kubeconfig.empty()
                  ? "no usable kubeconfig (" + tried + ")"
                  : "no usable kubeconfig (" + access.kubeconfig + ": no current-context)";
    access.kubeconfig = access.kubeconfig.empty() ? places.front() : access.kubeconfig;
  }
  return access;
}

/// Where a kubeconfig is looked for; what KUBECONFIG names counts from the folder of the start.
std::vector<std::string> places_of(const Settings& want, const AccessEnvironment& environment)
{
  if (!want.cluster.kubeconfig.value.empty()) {
    return {want.cluster.kubeconfig.value};
  }
  std::vector<std::string> places;
  for (const std::string& place : split_list(environment.kubeconfig)) {
    places.push_back(
        (std::filesystem::path(environment.folder) / place).lexically_normal().string());
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

Access find_access(const Settings& want,
                   const AccessEnvironment& environment,
                   Files& files,
                   std::string& problem)
{
  Access access{.context = want.cluster.context.value, .home = environment.home};
  const bool named = !want.cluster.kubeconfig.value.empty() || !environment.kubeconfig.empty();
  const std::vector<std::string> places = places_of(want, environment);
  if (want.cluster.kubeconfig.value.empty() && !environment.kubeconfig.empty() &&
      places.size() > 1) {
    return merged_access(places, std::move(access), files, problem);
  }
  std::string tried;
  for (const std::string& place : places) {
    const Kubeconfig found = read_kubeconfig(place, files);
    if (found.readable && (!found.context.empty() || !access.context.empty())) {
      access.kubeconfig = place;
      access.context = access.context.empty() ? found.context : access.context;
      return access;
    }
    tried += tried.empty() ? "" : "; ";
    tried += !found.problem.empty() ? found.problem : place + ": no current-context";
    if (access.kubeconfig.empty() && named) {
      access.kubeconfig = place; // what was named is what is spoken of
    }
  }
  problem = "no usable kubeconfig (" + tried + ")";
  return access;
}

} // namespace iplease
