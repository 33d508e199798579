// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/settings.hpp>

#include <string>

namespace iplease::facts {

/// What the provider's things are called, all in akash-services. As found by the release's own
/// labels; only what is not there yet has the name that the trial of the upgrade or, without one,
/// the chart's usual template would give it.
struct ProviderNames {
  std::string release{};
  std::string stateful_set{};
  std::string pod{};      ///< StatefulSets number their pods from 0, and the provider has one
  std::string service{};  ///< of 8443 and 8444
  std::string selector{}; ///< of its pods, "key=value,key=value"

  [[nodiscard]] std::string workload() const { return "statefulset/" + stateful_set; }
  /// "https:akash-provider:8443", for the API server's proxy.
  [[nodiscard]] std::string status() const { return "https:" + service + ":8443"; }
};
[[nodiscard]] ProviderNames provider_names(const Observation& seen, const Settings& want);

/// The name that the chart's template gives to the objects of a release as long as no value
/// overrides it (charts/akash-provider/templates/_helpers.tpl): where to look first, no more.
[[nodiscard]] std::string usual_provider_name(const std::string& release);

/// The StatefulSet is there and wants no pod: somebody switched the provider off, as Akash's page
/// about maintenance asks to.
[[nodiscard]] bool provider_scaled_to_zero(const Observation& seen);

} // namespace iplease::facts
