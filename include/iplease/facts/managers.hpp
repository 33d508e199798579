// SPDX-License-Identifier: Apache-2.0
// Who manages this object, beside whoever calls iplease?
#pragma once

#include <iplease/facts/answer.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iplease::facts {

/// An engine that keeps an object as it is written elsewhere, and would put a change back.
struct Manager {
  std::string engine{}; ///< "Flux Kustomization flux-system/metallb"
  std::string where{};  ///< where to make the change instead
  bool operator==(const Manager&) const = default;
};

/// By the labels and annotations of Flux, Argo CD, k3s and RKE2 (their manifests), k0s, Rancher's
/// Fleet, the addon manager. Argo CD's default, label app.kubernetes.io/instance alone, is also
/// what every chart writes and says nothing; Kubespray leaves no mark.
[[nodiscard]] std::optional<Manager> manager_of(const MarksSeen& marks);

/// Something that a stage may change and another engine manages.
struct Managed {
  std::string what{};  ///< "IPAddressPool default"
  std::string stage{}; ///< that would change it
  std::string step{};  ///< that does
  Manager by{};
  Evidence evidence{};
  bool operator==(const Managed&) const = default;
};

/// Of namespace metallb-system, the releases, Service controller, pool, advertisement and
/// ConfigMap kube-proxy. Not seen where what keeps the releases could not be listed and nothing
/// else was found.
[[nodiscard]] Answer<std::vector<Managed>> managed_objects(const Observation& seen);

} // namespace iplease::facts
