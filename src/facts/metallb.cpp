// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/names.hpp>
#include <iplease/facts/flags.hpp>
#include <iplease/facts/metallb.hpp>

#include <algorithm>

namespace iplease::facts {

namespace {

constexpr int k_metrics = 7472;

const WorkloadSeen* in_namespace(const std::vector<WorkloadSeen>& all)
{
  const auto at = std::ranges::find(all, k_metallb_ns, &WorkloadSeen::name_space);
  return at == all.end() ? nullptr : &*at;
}

const ReleaseSeen* release_of(const Observation& seen)
{
  const auto at = std::ranges::find_if(seen.releases, [](const ReleaseSeen& one) {
    return one.name_space == k_metallb_ns && one.chart_name == "metallb";
  });
  return at == seen.releases.end() ? nullptr : &*at;
}

/// MetalLB's own chart has MetalLB's version; other vendors number their charts differently.
bool its_own(const ReleaseSeen& release)
{
  const std::string& app = release.app_version;
  return app.empty() || release.chart_version == (app.starts_with('v') ? app.substr(1) : app);
}

bool serves_plain_metrics(const WorkloadSeen& controller)
{
  const std::optional<std::string> told = flag_value(controller.args, "port");
  if (told) {
    return *told == std::to_string(k_metrics);
  }
  // Without the flag MetalLB uses 7472 (controller/main.go).
  return controller.ports.empty() || std::ranges::any_of(controller.ports, [](const auto& port) {
           return port.second == k_metrics;
         });
}

MetallbMadeBy maker(const Observation& seen, const ReleaseSeen* release)
{
  if (release != nullptr) {
    return its_own(*release) ? MetallbMadeBy::its_chart : MetallbMadeBy::other_chart;
  }
  if (in_namespace(seen.metallb.controllers) == nullptr) {
    return MetallbMadeBy::nobody;
  }
  const bool micro = std::ranges::any_of(
      seen.nodes, [](const NodeSeen& node) { return node.labels.contains("microk8s.io/cluster"); });
  return micro ? MetallbMadeBy::micro_k8s : MetallbMadeBy::manifests;
}

} // namespace

Answer<Metallb> metallb(const Observation& seen)
{
  const ReleaseSeen* release = release_of(seen);
  const WorkloadSeen* controller = in_namespace(seen.metallb.controllers);
  const WorkloadSeen* speaker = in_namespace(seen.metallb.speakers);
  Metallb out{.made_by = maker(seen, release), .version = seen.metallb.version};
  std::vector<Evidence> evidence;
  if (release != nullptr) {
    out.release = release->name;
    out.chart = release->chart;
    evidence.push_back({"helm list -n metallb-system -a",
                        release->name + ": " + release->chart + ", " + release->app_version});
  }
  if (controller != nullptr) {
    out.controller = controller->name;
    out.plain_metrics = serves_plain_metrics(*controller);
    evidence.push_back({"kubectl -n metallb-system get deployment " + controller->name + " -o yaml",
                        controller->images.empty() ? "" : "image " + controller->images.front()});
  }
  out.speaker = speaker == nullptr ? "" : speaker->name;
  if (evidence.empty()) {
    evidence.push_back({"kubectl get deployments -A", "no MetalLB in metallb-system"});
  }
  return answered(std::move(out), std::move(evidence));
}

std::string how_to_change_version(const Metallb& of)
{
  switch (of.made_by) {
  case MetallbMadeBy::nobody:
  case MetallbMadeBy::its_chart:
    return "change to a version from 0.13.5 to 0.15.3: iplease enable --metallb-version 0.15.3";
  case MetallbMadeBy::other_chart:
    return "upgrade release " + of.release + " with its own chart (" + of.chart +
           ") to one of MetalLB 0.13.5 to 0.15.3: helm upgrade " + of.release +
           " -n metallb-system --reuse-values REPOSITORY/metallb --version VERSION";
  case MetallbMadeBy::micro_k8s:
    return "take the addon of a newer MicroK8s, which keeps no pool: kubectl get "
           "ipaddresspools,l2advertisements -A -o yaml > pools.yaml; microk8s disable metallb; "
           "snap "
           "refresh microk8s --channel=1.32/stable; microk8s enable metallb:RANGE";
  case MetallbMadeBy::manifests:
    return "upgrade it with what installed it: Kubespray by a later checkout and --metallb "
           "kubespray; manifests by those of 0.14.8, config/manifests/metallb-native.yaml of its "
           "tag: kubectl apply -f metallb-native.yaml";
  }
  return {};
}

std::string
future_name(const std::string& release, const std::string& full_name, const std::string& part)
{
  if (!full_name.empty()) {
    return full_name + "-" + part;
  }
  return release.find("metallb") != std::string::npos ? release + "-" + part
                                                      : release + "-metallb-" + part;
}

} // namespace iplease::facts
