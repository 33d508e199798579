// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <optional>
#include <string>
#include <vector>

namespace iplease {

struct Effects;
struct Plan;
struct Settings;
class Files;

/// How the cluster is reached, decided once (see find_access).
struct Access {
  std::string kubeconfig{}; ///< path, or paths with colons between; empty: the tools' own default
  std::string context{};    ///< empty: none in the kubeconfig
  std::string home{};       ///< folder of the operator, for the usual places of provider.yaml
  std::string problem{};    ///< why no kubeconfig names a server; empty: one does
  bool operator==(const Access&) const = default;
};

/// What of the environment decides which cluster is meant.
struct AccessEnvironment {
  std::string kubeconfig{}; ///< KUBECONFIG
  std::string home{};       ///< HOME
  std::string folder{};     ///< where relative paths in KUBECONFIG count from
};

/// The kubeconfig and context of the settings, else of the usual places: KUBECONFIG,
/// ~/.kube/config, /etc/kubernetes/admin.conf, /etc/rancher/k3s/k3s.yaml. A KUBECONFIG that lists
/// several files is handed on whole: the tools merge it. Where none is of use the tools are asked
/// all the same: inside a pod they need none.
[[nodiscard]] Access
find_access(const Settings& want, const AccessEnvironment& environment, Files& files);

/// Looks at everything that planning may use: at most 8 kubectl and helm processes on a cluster
/// in good order (9 where the pods of kube-system matter), two at a time. An unreachable server or
/// missing kubectl ends it early, with `tools` and `cluster_uid` saying why. Which commands, in
/// which order and what their failures mean: docs/observation.md.
///
/// `thorough`: also ask for helm's version, which observe_more does where there is work to do, and
/// for the pods of kube-system, which else need a reason (docs/observation.md).
[[nodiscard]] Observation
observe(const Settings& want, const Access& access, Effects& effects, bool thorough = false);

/// What observe_more needs beside the plan.
struct MoreWanted {
  /// The provider values as the plan would have them; nothing: no trial of the upgrade.
  std::optional<Secret> edited_values{};
  /// Whether it is we who carry the plan out: else our rights to write do not count.
  bool ours = true;
};

/// The reads that are worth their time only when the plan needs something: rights, the chart of
/// the IP operator, the provider's own address, the address a running IP operator has, and a
/// trial of the upgrade against the API server. Adds to `seen`; writes nothing anywhere.
void observe_more(Observation& seen,
                  const Settings& want,
                  const Plan& plan,
                  const MoreWanted& more,
                  Effects& effects);

} // namespace iplease
