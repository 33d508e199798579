// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/settings.hpp>

#include <string>

namespace iplease::facts {

/// Names of the provider's objects, all in akash-services, found by the release's labels. An object
/// that does not exist yet is named as in the trial of the upgrade, else as the chart usually does.
struct ProviderNames {
  std::string release{};
  std::string stateful_set{};
  std::string pod{};      ///< StatefulSets number pods from 0; the provider has one
  std::string service{};  ///< has ports 8443 and 8444
  std::string selector{}; ///< of its pods, "key=value,key=value"

  [[nodiscard]] std::string workload() const { return "statefulset/" + stateful_set; }
  /// "https:akash-provider:8443", for the API server's proxy.
  [[nodiscard]] std::string status() const { return "https:" + service + ":8443"; }
};
[[nodiscard]] ProviderNames provider_names(const Observation& seen, const Settings& want);

/// The name that the chart gives a release's objects unless a value overrides it
/// (charts/akash-provider/templates/_helpers.tpl). Only where to look first.
[[nodiscard]] std::string usual_provider_name(const std::string& release);

/// The StatefulSet exists but wants no pod: somebody switched the provider off, as Akash's
/// maintenance page says to.
[[nodiscard]] bool provider_scaled_to_zero(const Observation& seen);

} // namespace iplease::facts
