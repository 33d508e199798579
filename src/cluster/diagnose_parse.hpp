// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/diagnosis.hpp>

#include <string_view>

namespace iplease {

// Turn answers into the facts of a diagnosis, without I/O. False: the answer is not whole JSON, and
// `out` is unchanged.

/// Pods, events, endpoints, policies and advertisements of metallb-system.
[[nodiscard]] bool
fill_metallb_objects(Diagnosis& out, const Observation& seen, std::string_view printed);
[[nodiscard]] bool fill_akash_objects(Diagnosis& out, std::string_view printed);
[[nodiscard]] bool fill_cluster_dns(Diagnosis& out, std::string_view printed);
[[nodiscard]] bool fill_service_events(Diagnosis& out, std::string_view printed);
/// A list of ServiceL2Status.
[[nodiscard]] bool fill_announcers(Diagnosis& out, std::string_view printed);
/// A list of ProviderLeasedIPs.
[[nodiscard]] bool fill_leased_ips(Diagnosis& out, std::string_view printed);
/// `address` of 8443/status; empty if it has none.
[[nodiscard]] std::string status_address(std::string_view printed);
/// A list of EndpointSlices.
[[nodiscard]] bool fill_silent_endpoints(Diagnosis& out, std::string_view printed);

/// The pod whose log shows the present: the newest running one, else the newest; never one that is
/// terminating. Empty if there is none.
[[nodiscard]] std::string pod_with_the_log(const std::vector<PodFact>& pods,
                                           const std::map<std::string, std::string>& selector);

} // namespace iplease
