// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <string>

namespace iplease {

/// The subject of the edit and its live state: "true", or what is written ("" when absent).
inline constexpr const char* k_strict_arp_subject = "configmap/kube-system/kube-proxy strictARP";
[[nodiscard]] std::string strict_arp_state(const Observation& seen);

} // namespace iplease
