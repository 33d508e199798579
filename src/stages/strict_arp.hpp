// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <optional>
#include <string>

namespace iplease {

/// The subject of the edit and its live state: "true", or the text in the file ("" if absent).
inline constexpr const char* k_strict_arp_subject = "configmap/kube-system/kube-proxy strictARP";
[[nodiscard]] std::string strict_arp_state(const Observation& seen);
[[nodiscard]] std::string strict_arp_state(const std::string& config_conf);

/// Writes `text` as config.conf into the ConfigMap; owes a restart of kube-proxy.
[[nodiscard]] Step
strict_arp_write(const Observation& seen, const Settings& want, const std::string& text);
/// Adds the restart if `restart`, and the proof that pays the debt.
void add_proxy_restart(StagePlan& plan,
                       const Observation& seen,
                       const Settings& want,
                       bool restart);
/// Whether the restart must still be done; nothing if none is owed.
[[nodiscard]] std::optional<bool> proxy_restart_owed(const Observation& seen);

} // namespace iplease
