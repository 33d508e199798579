// SPDX-License-Identifier: Apache-2.0
// Which tool manages an object, besides the operator who runs iplease?
#pragma once

#include <iplease/facts/answer.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iplease::facts {

/// A tool that keeps an object as written elsewhere and would revert a change.
struct Manager {
  std::string engine{}; ///< "Flux Kustomization flux-system/metallb"
  std::string where{};  ///< where to make the change instead
  bool operator==(const Manager&) const = default;
};

/// Recognises the labels and annotations of Flux, Argo CD, k3s and RKE2 (their manifests), k0s,
/// Rancher's Fleet and the addon manager. Ignores app.kubernetes.io/instance, Argo CD's default,
/// because every chart sets it. Kubespray leaves no mark.
[[nodiscard]] std::optional<Manager> manager_of(const MarksSeen& marks);

/// An object that a stage may change but another tool manages.
struct Managed {
  std::string what{};  ///< "IPAddressPool default"
  std::string stage{}; ///< the stage that would change it
  std::string step{};  ///< the step that would change it
  Manager by{};
  Evidence evidence{};
  bool operator==(const Managed&) const = default;
};

/// Covers namespace metallb-system, the releases, Service controller, pool, advertisement and
/// ConfigMap kube-proxy. Not seen if the objects that manage releases could not be listed and
/// nothing else was found.
[[nodiscard]] Answer<std::vector<Managed>> managed_objects(const Observation& seen);

} // namespace iplease::facts
