// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <optional>
#include <string>

namespace iplease {

/// The subject of the edit and its live state: "true", or what is written ("" when absent).
inline constexpr const char* k_strict_arp_subject = "configmap/kube-system/kube-proxy strictARP";
[[nodiscard]] std::string strict_arp_state(const Observation& seen);
[[nodiscard]] std::string strict_arp_state(const std::string& config_conf);

/// The ConfigMap gets `text` as its config.conf, and a restart of kube-proxy is owed.
[[nodiscard]] Step
strict_arp_write(const Observation& seen, const Settings& want, const std::string& text);
/// The restart, unless it was seen, and the proof that pays the debt.
void add_proxy_restart(StagePlan& plan,
                       const Observation& seen,
                       const Settings& want,
                       bool restart);
/// Nothing where none is owed; whether it has still to be done.
[[nodiscard]] std::optional<bool> proxy_restart_owed(const Observation& seen);

} // namespace iplease
