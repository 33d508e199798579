// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cluster/parse.hpp>
#include <iplease/core/observation.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

struct Settings;

// From answers to facts: each function puts one command's answer into the observation. Pure.

/// The objects that are read by name, as one List for `kubectl get -f -`.
[[nodiscard]] std::string named_manifest(const Settings& want);
/// What later reads need of the named objects.
struct NamedHints {
  PodSeen pod{};                    ///< akash-provider-0
  bool crds_readable = true;        ///< else it is unknown which are served
  std::string cilium_replacement{}; ///< kube-proxy-replacement of cilium-config
};
[[nodiscard]] NamedHints fill_named(Observation& seen,
                                    const Settings& want,
                                    const Objects& objects,
                                    const CommandResult& result);

void fill_releases(Observation& seen, const Settings& want, const CommandResult& answer);
void fill_lists(Observation& seen, const CommandResult& answer, const NamedHints& hints);
/// Keeps the rights that an answer says are missing.
void note_denials(Observation& seen, const CommandResult& answer);
/// Only MetalLB's own resources, where they were asked for alone.
void fill_metallb_resources(Observation& seen, const CommandResult& answer);
/// A ConfigMap that may be the 0.12-era one; one without data.config is none.
void fill_legacy(Observation& seen, const nlohmann::json& config_map);
/// Which of the ConfigMaps found rules, and whether it is in force; needs the controllers. The one
/// that a controller reads; else the one a migration of ours copied; else the first.
void settle_legacy(Observation& seen);
/// Deployments and DaemonSets that manifests of MetalLB before 0.13 made, by kubectl's names;
/// empty when Helm made them or there are none.
[[nodiscard]] std::vector<std::string> old_workload_names(const Observation& seen);
void fill_usage(Observation& seen, const CommandResult& answer);
void fill_environment(Observation& seen, const CommandResult& answer);
/// Everything that would have been asked for is marked, so that no fact says "not looked".
void give_up(Observation& seen, Look look, const std::string& reason);

/// Namespace and name of the ConfigMap that a controller before 0.13 was told to read, when it
/// is none of those that are always asked for; empty otherwise.
struct LegacyName {
  std::string name_space{};
  std::string name{};
};
[[nodiscard]] LegacyName unread_legacy(const Observation& seen);

/// How one named object that was not printed was missing.
[[nodiscard]] Look missing_look(const CommandResult& answer,
                                std::string_view plural,
                                std::string_view name,
                                std::string_view name_space);

} // namespace iplease
