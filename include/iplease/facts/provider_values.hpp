// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <string>
#include <vector>

namespace iplease {

/// Which provider values count, what they become, and whether file and release need it. Pure.
struct ValuesDecision {
  std::vector<Problem> problems{}; ///< not empty: nothing below is to be trusted
  std::string path{};              ///< the file that goes to helm
  ValuesFrom source = ValuesFrom::undecided;
  bool file_exists = false;
  Secret before{}; ///< the file's text, empty when there is none
  Secret after{};  ///< the edited text
  bool write_file = false;
  bool upgrade_release = false;       ///< its values or its chart are not as wanted, or it failed
  std::vector<std::string> changes{}; ///< of the file, in words
  ValuesFacts facts{};                ///< of the edited text
};

[[nodiscard]] ValuesDecision decide_values(const Observation& seen, const Settings& want);

/// The values that describe the provider as it is: the operator's file, else, also where that
/// cannot be read, the release's; each unless `want` says that the other one rules.
struct KnownValues {
  ValuesFacts facts{};
  std::string where{};           ///< "/root/provider/provider.yaml", "values of the release"
  std::vector<Problem> unread{}; ///< why the operator's file cannot be read, with its places
  bool known = false;            ///< false: no text could be read, `facts` is empty
};
[[nodiscard]] KnownValues known_values(const Observation& seen, const Settings& want);

/// How much a change of the release matters beside what was asked for.
enum class Weight { other, resources, image, prices };
/// What an upgrade changes beside what was asked for.
struct UpgradeChange {
  Weight weight = Weight::other;
  std::string text{}; ///< in words, secrets masked
  bool operator==(const UpgradeChange&) const = default;
};
/// What leaves the release, what comes, and what somebody set on the live provider by kubectl that
/// the upgrade puts back; the weightiest first. Of the live provider only what the trial of the
/// upgrade has shown.
[[nodiscard]] std::vector<UpgradeChange>
upgrade_changes(const Observation& seen, const Settings& want, const ValuesDecision& values);

/// Whether a chart version renders the same pod template with `ipoperator` on and off, so that
/// only a restart brings the new environment into the pod (charts 12.0.0 to 12.1.2, and 12.1.3 to
/// 15.0.1 with letsEncrypt off; rendered from akash-network/helm-charts).
[[nodiscard]] bool template_ignores_ipoperator(const std::string& chart_version, bool lets_encrypt);
/// Charts from 15.0.2 on cannot be installed with letsEncrypt off: their envFrom is malformed.
[[nodiscard]] bool chart_refuses(const std::string& chart_version, bool lets_encrypt);

} // namespace iplease
