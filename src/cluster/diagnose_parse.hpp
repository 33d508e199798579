// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/diagnosis.hpp>

#include <string_view>

namespace iplease {

// From answers to the facts of a diagnosis. Pure and total.

/// Pods, events, endpoints, policies and advertisements of metallb-system.
void fill_metallb_objects(Diagnosis& out, const Observation& seen, std::string_view printed);
void fill_akash_objects(Diagnosis& out, std::string_view printed);
void fill_cluster_dns(Diagnosis& out, std::string_view printed);
void fill_service_events(Diagnosis& out, std::string_view printed);
/// A list of ServiceL2Status.
void fill_announcers(Diagnosis& out, std::string_view printed);
/// A list of EndpointSlices.
void fill_silent_endpoints(Diagnosis& out, std::string_view printed);

} // namespace iplease
