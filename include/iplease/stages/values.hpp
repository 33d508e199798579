// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <string>
#include <vector>

namespace iplease {

/// Which provider.yaml rules, what it becomes, and whether file and release need it. Pure.
struct ValuesDecision {
  std::vector<Problem> problems{}; ///< not empty: nothing below is to be trusted
  std::string path{};              ///< the file that goes to helm
  std::string source{};            ///< "file" or "release"
  bool file_exists = false;
  SecretYaml before{}; ///< the file's text, empty when there is none
  SecretYaml after{};  ///< the edited text
  bool write_file = false;
  bool upgrade_release = false; ///< the release's own values are not yet as wanted
  std::vector<std::string> changes{};
  ValuesFacts facts{}; ///< of the edited text
};

[[nodiscard]] ValuesDecision decide_values(const Observation& seen, const Settings& want);

/// Whether a chart version renders the same pod template with `ipoperator` on and off, so that
/// only a restart brings the new environment into the pod (charts 12.0.0 to 12.1.2, and 12.1.3 to
/// 15.0.1 with letsEncrypt off; rendered from akash-network/helm-charts).
[[nodiscard]] bool template_ignores_ipoperator(const std::string& chart_version, bool lets_encrypt);
/// Charts from 15.0.2 on cannot be installed with letsEncrypt off: their envFrom is malformed.
[[nodiscard]] bool chart_refuses(const std::string& chart_version, bool lets_encrypt);

} // namespace iplease
