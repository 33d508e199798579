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

/// How to reach the cluster; decided once by find_access.
struct Access {
  std::string kubeconfig{}; ///< path, or several separated by ':'; empty: the tools' default
  std::string context{};    ///< empty: the kubeconfig has none
  std::string home{};       ///< the operator's home, for the usual places of provider.yaml
  std::string problem{};    ///< why no kubeconfig names a server; empty: one does
  bool operator==(const Access&) const = default;
};

/// The environment that decides which cluster is used.
struct AccessEnvironment {
  std::string kubeconfig{}; ///< KUBECONFIG
  std::string home{};       ///< HOME
  std::string folder{};     ///< base of relative paths in KUBECONFIG
};

/// The kubeconfig and context of the settings, else of the usual places: KUBECONFIG,
/// ~/.kube/config, /etc/kubernetes/admin.conf, /etc/rancher/k3s/k3s.yaml. A KUBECONFIG with several
/// files is passed on whole, because the tools merge it. Without a usable file the tools are called
/// all the same: inside a pod they need none.
[[nodiscard]] Access
find_access(const Settings& want, const AccessEnvironment& environment, Files& files);

/// Reads everything that planning may use, with at most 8 kubectl and helm processes on a healthy
/// cluster (9 if the pods of kube-system matter), two at a time. Stops early if kubectl is missing
/// or the server is unreachable; `tools` and `cluster_uid` then say why. docs/observation.md lists
/// the commands, their order and what their failures mean.
///
/// `thorough` also reads helm's version (otherwise left to observe_more) and the pods of
/// kube-system (otherwise read only for a reason, see docs/observation.md).
[[nodiscard]] Observation
observe(const Settings& want, const Access& access, Effects& effects, bool thorough = false);

/// What observe_more needs besides the plan.
struct MoreWanted {
  /// The provider values after the planned edit; nullopt: do not try the upgrade.
  std::optional<Secret> edited_values{};
  /// Whether this run carries out the plan. If not, its own write access does not matter.
  bool ours = true;
};

/// Reads what is worth the time only if the plan changes something: rights, the IP operator's
/// chart, the provider's address, the address of a running IP operator, and a dry run of the
/// upgrade on the API server. Adds to `seen`; writes nothing.
void observe_more(Observation& seen,
                  const Settings& want,
                  const Plan& plan,
                  const MoreWanted& more,
                  Effects& effects);

} // namespace iplease
