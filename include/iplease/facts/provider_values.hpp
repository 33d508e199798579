// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <string>
#include <vector>

namespace iplease {

/// Which provider values count, how to edit them, and whether file and release must change. Pure.
struct ValuesDecision {
  std::vector<Problem> problems{}; ///< not empty: do not use the rest
  std::string path{};              ///< the file passed to helm
  ValuesFrom source = ValuesFrom::undecided;
  bool file_exists = false;
  Secret before{}; ///< the file's text; empty: no file
  Secret after{};  ///< the edited text
  bool write_file = false;
  bool upgrade_release = false;       ///< values or chart differ from what is wanted, or it failed
  std::vector<std::string> changes{}; ///< changes of the file, in words
  ValuesFacts facts{};                ///< of the edited text
};

[[nodiscard]] ValuesDecision decide_values(const Observation& seen, const Settings& want);

/// Values that describe the provider as it is: the operator's file or, if that cannot be read, the
/// release's. `want` can choose one of them.
struct KnownValues {
  ValuesFacts facts{};
  std::string where{};           ///< "/root/provider/provider.yaml", "values of the release"
  std::vector<Problem> unread{}; ///< why the operator's file cannot be read, with places
  bool known = false;            ///< false: nothing was readable, `facts` is empty
};
[[nodiscard]] KnownValues known_values(const Observation& seen, const Settings& want);

/// How much an unrequested change of the release matters.
enum class Weight { other, resources, image, prices };
/// A change that an upgrade brings besides what was asked for.
struct UpgradeChange {
  Weight weight = Weight::other;
  std::string text{}; ///< in words, secrets masked
  bool operator==(const UpgradeChange&) const = default;
};
/// What the upgrade adds and removes, and what it reverts on the live provider (set with kubectl);
/// the weightiest first. For the live provider only what the trial of the upgrade showed.
[[nodiscard]] std::vector<UpgradeChange>
upgrade_changes(const Observation& seen, const Settings& want, const ValuesDecision& values);

/// Whether a chart version renders the same pod template with `ipoperator` on and off, so that only
/// a restart gives the pod the new environment. True for charts 12.0.0 to 12.1.2, and for 12.1.3 to
/// 15.0.1 with letsEncrypt off (rendered from akash-network/helm-charts).
[[nodiscard]] bool template_ignores_ipoperator(const std::string& chart_version, bool lets_encrypt);
/// Charts from 15.0.2 on fail to install with letsEncrypt off: their envFrom is malformed.
[[nodiscard]] bool chart_refuses(const std::string& chart_version, bool lets_encrypt);

} // namespace iplease
