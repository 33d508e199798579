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
  PodSeen pod{};                    ///< the provider's
  bool provider_found = false;      ///< false: it has another name than its release would give it
  bool crds_readable = true;        ///< else it is unknown which are served
  std::string cilium_replacement{}; ///< kube-proxy-replacement of cilium-config
  bool kube_vip = false;            ///< a Lease by which kube-vips elect, or its cloud provider
};
/// Why the answer to `named_manifest` cannot be believed; empty: it can. kubectl prints nothing,
/// with exit 0, when nothing of what was asked for exists: namespace kube-system always does.
[[nodiscard]] std::string
distrust_named(const CommandResult& result, const std::string& manifest, Objects& objects);
[[nodiscard]] NamedHints fill_named(Observation& seen,
                                    const Settings& want,
                                    const Objects& objects,
                                    const CommandResult& result);

void fill_helm_version(Observation& seen, const Settings& want, const CommandResult& answer);
/// The provider's part of the named objects, under the usual name of its release.
[[nodiscard]] NamedHints fill_provider(Observation& seen,
                                       const Settings& want,
                                       const Objects& objects,
                                       const CommandResult& answer);
/// `get` words for the objects that carry the label of this release.
[[nodiscard]] std::vector<std::string> labelled_provider(const std::string& release);
/// Their answer. Where there is no StatefulSet among them, what was seen before stays.
[[nodiscard]] PodSeen fill_labelled_provider(Observation& seen, const CommandResult& answer);
/// The answer of 8443/status; what is not a provider's is `failed`.
[[nodiscard]] Seen<std::string> status_of_provider(const CommandResult& answer);

/// The provider's release is the one that is asked for by name; where nobody named one and none
/// has the usual name, the only release of the chart `provider`.
void fill_releases(Observation& seen, const Settings& want, const CommandResult& answer);
/// The releases that enable writes and whose last revision is not deployed.
[[nodiscard]] std::vector<ReleaseSeen> undeployed(const Observation& seen);
/// What helm's history tells of one of them.
void fill_history(Observation& seen, const ReleaseSeen& of, const CommandResult& answer);
/// The user-supplied values of the provider's release.
void fill_release_values(Observation& seen, const CommandResult& answer);
/// The answer of read_key_sizes.
void fill_empty_keys(Observation& seen, const CommandResult& answer);
void fill_lists(Observation& seen, const CommandResult& answer, const NamedHints& hints);
void fill_load_balancers(Observation& seen, const CommandResult& answer);
/// Keeps a Deployment that is MetalLB's controller, once.
void add_controller(Observation& seen, WorkloadSeen one);
/// Adds MetalLB's Deployments to those that were found by name.
void fill_controllers(Observation& seen, const CommandResult& answer);
/// Whether each part of a MetalLB that was seen (speakers, a release) has its controller among
/// those found by name, or nothing of MetalLB is there; else they are to be asked for by label.
[[nodiscard]] bool controllers_suffice(const Observation& seen);
/// Puts them in order, and reads MetalLB's version; needs all of them.
void settle_controllers(Observation& seen);
/// Keeps the rights that an answer says are missing.
void note_denials(Observation& seen, const CommandResult& answer);
/// Only MetalLB's own resources, where they were asked for alone.
void fill_metallb_resources(Observation& seen, const CommandResult& answer);
/// The pods of kube-system. That they may not be read hinders no step, so no right is missed.
void fill_system_pods(Observation& seen, const CommandResult& answer);
/// A List of the objects, for a backup, without the namespace that was asked for beside them.
[[nodiscard]] std::string list_text(const Objects& objects);
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
/// The StatefulSet and the settings that an upgrade would bring, from `helm template`. Secret.
void fill_rendered(Observation& seen, const std::string& rendered);
/// Namespace and name of the ConfigMap that a controller before 0.13 was told to read, when it
/// is none of those that are always asked for; empty otherwise.
struct LegacyName {
  std::string name_space{};
  std::string name{};
};
[[nodiscard]] LegacyName unread_legacy(const Observation& seen);

/// How one named object that was not printed was missing, in the tool's words unless it is absent.
[[nodiscard]] Looked missing_look(const CommandResult& answer,
                                  std::string_view plural,
                                  std::string_view name,
                                  std::string_view name_space);

} // namespace iplease
