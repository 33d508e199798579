// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cluster/parse.hpp>
#include <iplease/core/observation.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

struct Settings;

// Each function puts one command's answer into the observation. Pure.

/// The objects to read by name, as one List for `kubectl get -f -`.
[[nodiscard]] std::string named_manifest(const Settings& want);
/// What later reads need to know from the named objects.
struct NamedHints {
  PodSeen pod{};                    ///< the provider's
  bool provider_found = false;      ///< false: none under the usual name of its release
  bool crds_readable = true;        ///< false: unknown which CRDs exist
  std::string cilium_replacement{}; ///< kube-proxy-replacement of cilium-config
  bool kube_vip = false;            ///< kube-vip's election Lease or cloud provider exists
};
/// Why the answer to `named_manifest` is not credible; empty: it is. kubectl prints nothing and
/// exits 0 if no object exists, but namespace kube-system always does.
[[nodiscard]] std::string
distrust_named(const CommandResult& result, const std::string& manifest, Objects& objects);
[[nodiscard]] NamedHints fill_named(Observation& seen,
                                    const Settings& want,
                                    const Objects& objects,
                                    const CommandResult& result);

void fill_helm_version(Observation& seen, const Settings& want, const CommandResult& answer);
/// The provider's objects among the named ones, under the usual name of its release.
[[nodiscard]] NamedHints fill_provider(Observation& seen,
                                       const Settings& want,
                                       const Objects& objects,
                                       const CommandResult& answer);
/// Arguments of `kubectl get` for the objects with this release's label.
[[nodiscard]] std::vector<std::string> labelled_provider(const std::string& release);
/// Uses the answer. Without a StatefulSet in it, keeps what was seen before.
[[nodiscard]] PodSeen fill_labelled_provider(Observation& seen, const CommandResult& answer);
/// The answer of 8443/status; `failed` if it is not a provider's.
[[nodiscard]] Seen<std::string> status_of_provider(const CommandResult& answer);

/// Uses the release that the settings name. If the operator named none and no release has the usual
/// name, uses the only release of chart `provider`.
void fill_releases(Observation& seen, const Settings& want, const CommandResult& answer);
/// The releases that enable writes to and whose last revision is not deployed.
[[nodiscard]] std::vector<ReleaseSeen> undeployed(const Observation& seen);
/// Adds helm's history of one of them.
void fill_history(Observation& seen, const ReleaseSeen& of, const CommandResult& answer);
/// The user-supplied values of the provider's release.
void fill_release_values(Observation& seen, const CommandResult& answer);
/// The answer of read_key_sizes.
void fill_empty_keys(Observation& seen, const CommandResult& answer);
void fill_lists(Observation& seen, const CommandResult& answer, const NamedHints& hints);
void fill_load_balancers(Observation& seen, const CommandResult& answer);
/// Adds a Deployment if it is MetalLB's controller and not known yet.
void add_controller(Observation& seen, WorkloadSeen one);
/// Adds MetalLB's Deployments found by label to those found by name.
void fill_controllers(Observation& seen, const CommandResult& answer);
/// Whether the controllers found by name are enough: each speaker and release of MetalLB has one,
/// or there is no MetalLB. Otherwise ask for them by label.
[[nodiscard]] bool controllers_suffice(const Observation& seen);
/// Sorts the controllers and reads MetalLB's version. Call after all of them are known.
void settle_controllers(Observation& seen);
/// Records the rights that the answer says are missing.
void note_denials(Observation& seen, const CommandResult& answer);
/// Adds MetalLB's own resources when they were read on their own.
void fill_metallb_resources(Observation& seen, const CommandResult& answer);
/// Adds the pods of kube-system. A refusal is not a missing right, because no step needs them.
void fill_system_pods(Observation& seen, const CommandResult& answer);
/// The objects as a List for a backup, without namespaces (asked for only to detect a cut answer).
[[nodiscard]] std::string list_text(const Objects& objects);
/// Adds a ConfigMap if it may be a MetalLB 0.12 one: it has data.config.
void fill_legacy(Observation& seen, const nlohmann::json& config_map);
/// Needs the controllers. Decides which ConfigMap counts and whether it is in force: one that a
/// controller reads, else the one that a migration copied (or its copy), else the first.
void settle_legacy(Observation& seen);
/// Deployments and DaemonSets from the manifests of a MetalLB before 0.13, as kubectl names them;
/// empty if Helm made them or there are none.
[[nodiscard]] std::vector<std::string> old_workload_names(const Observation& seen);
void fill_usage(Observation& seen, const CommandResult& answer);
void fill_environment(Observation& seen, const CommandResult& answer);
/// The StatefulSet and settings that an upgrade would bring, from `helm template`. Input is secret.
void fill_rendered(Observation& seen, const std::string& rendered);
/// The ConfigMap that a controller before 0.13 reads, if it is not one of those always asked for;
/// else empty.
struct LegacyName {
  std::string name_space{};
  std::string name{};
};
[[nodiscard]] LegacyName unread_legacy(const Observation& seen);

/// Why a named object was not printed: absent, or the error in the tool's words.
[[nodiscard]] Looked missing_look(const CommandResult& answer,
                                  std::string_view plural,
                                  std::string_view name,
                                  std::string_view name_space);

} // namespace iplease
